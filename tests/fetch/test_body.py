"""The body of an answer over real sockets: packed, cut, damaged, or swelling."""

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import pytest

from crawler.call import Request
from crawler.fetch.body import LARGEST_BODY, MOST_PIECES
from crawler.fetch.breakage import CallBroke
from crawler.fetch.client import open_client
from tests.fetch.loopback import loopback

REQUEST = Request("volumes", {"q": "isbn:9780140328721"})
GZIP = "Content-Encoding: gzip"
TOO_LARGE = "the answer of 127.0.0.1 is larger than 4,194,304 bytes"


def answer(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def body_of(sent: bytes) -> bytes:
    async with (
        loopback(sent) as server,
        open_client(server.base_url, {}, timeout_s=5, connections=1) as client,
    ):
        return (await client.get(REQUEST)).body


async def broken_by(sent: bytes) -> str:
    with pytest.raises(CallBroke) as broke:
        await body_of(sent)
    assert broke.value.left
    return str(broke.value)


def zeros(size: int) -> bytes:
    """So many bytes of nothing, compressed, made without them."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    megabyte = bytes(1024 * 1024)
    parts = [deflate.compress(megabyte) for _ in range(size // len(megabyte))]
    return b"".join([*parts, deflate.compress(bytes(size % len(megabyte))), deflate.flush()])


async def test_a_compressed_answer_is_read_in_plain() -> None:
    assert await body_of(answer(gzip.compress(b'{"a": 1}'), GZIP)) == b'{"a": 1}'


BITS_THAT_SAY_NOTHING = 49 + 7
"""Of the body: time, system and level of the packing, whether it is text (RFC 1952, 2.3), and up to
7 that fill the last byte before the checksum.
"""


async def test_a_packed_answer_is_taken_whole_or_not_at_all() -> None:
    """Cut after any byte, or with any bit of it turned, under the length that it then has."""
    body = b'{"totalItems":1,"items":[{"id":"x","volumeInfo":{"title":"Matilda","pageCount":240}}]}'
    packed = gzip.compress(body, mtime=0)
    cuts = [packed[:length] for length in range(1, len(packed))]
    turned = [
        packed[:place] + bytes([packed[place] ^ 1 << bit]) + packed[place + 1 :]
        for place in range(len(packed))
        for bit in range(8)
    ]
    answers = [answer(spoiled, GZIP) for spoiled in cuts + turned]
    taken = 0
    async with (
        loopback(*answers) as server,
        open_client(server.base_url, {}, timeout_s=5, connections=1) as client,
    ):
        for _ in answers:
            with suppress(CallBroke):
                assert (await client.get(REQUEST)).body == body
                taken += 1
    assert len(server.requests) == len(answers)
    assert taken <= BITS_THAT_SAY_NOTHING


async def test_a_packed_answer_may_come_in_pieces() -> None:
    pieces = b"".join(gzip.compress(piece) for piece in (b'{"a"', b"", b": 1}"))
    assert await body_of(answer(pieces, GZIP)) == b'{"a": 1}'


async def test_of_endlessly_many_pieces_few_are_unpacked() -> None:
    assert await body_of(answer(gzip.compress(b"") * MOST_PIECES, GZIP)) == b""
    sentence = "the answer of 127.0.0.1 is packed in more than 100 pieces"
    assert await broken_by(answer(gzip.compress(b"") * (MOST_PIECES + 1), GZIP)) == sentence


async def test_nothing_is_nothing_packed_or_not() -> None:
    assert await body_of(answer(b"", GZIP)) == await body_of(answer(b"")) == b""


@pytest.mark.parametrize("packing", ["deflate", "br", "zstd", "gzip, gzip", "\x1b[31m"])
async def test_an_answer_packed_in_a_way_that_was_not_asked_for_is_not_read(packing: str) -> None:
    sentence = "the answer of 127.0.0.1 is packed in a way that was not asked for"
    assert await broken_by(answer(b"{}", f"Content-Encoding: {packing}")) == sentence


async def test_the_largest_body_is_read_and_one_byte_more_is_not() -> None:
    assert len(await body_of(answer(zeros(LARGEST_BODY), GZIP))) == LARGEST_BODY
    assert await broken_by(answer(zeros(LARGEST_BODY + 1), GZIP)) == TOO_LARGE
    assert await broken_by(answer(bytes(LARGEST_BODY + 1))) == TOO_LARGE


def bomb(gigabytes: int) -> bytes:
    """One compressed megabyte, again and again; the checksum at its end is never reached."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    head = deflate.flush(zlib.Z_FULL_FLUSH)
    megabyte = deflate.compress(bytes(1024 * 1024)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return head + megabyte * 1024 * gigabytes


async def test_of_an_answer_that_swells_to_gigabytes_hardly_more_is_unpacked_than_is_allowed() -> (
    None
):
    swelling = answer(bomb(gigabytes=4), GZIP)
    tracemalloc.start()
    try:
        assert await broken_by(swelling) == TOO_LARGE
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 3 * LARGEST_BODY
