"""The answers as they go over the wire, plain and packed, for one ISBN or a group.

Packing forty volumes anew for each call would make the server the limit. So each part of an answer
is packed once, up to a full flush, where a deflate stream can be cut (RFC 1951; zlib, "deflate");
parts that follow one another make one gzip member (RFC 1952).
"""

import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from statistics import mean

from msgspec import Struct

from scripts.benchmark.answers import AFTER, BETWEEN, NOTHING, Answer, head

MOST_RESULTS = 40

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\x03"
_PLAIN_HEAD = (
    b"HTTP/1.1 %b\r\nContent-Type: application/json; charset=UTF-8\r\n"
    b"Vary: Origin, X-Origin, Accept-Encoding\r\nContent-Length: %d\r\n\r\n"
)
_PACKED_HEAD = _PLAIN_HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")


class Part(Struct, frozen=True):
    """A piece of an answer, plain and packed."""

    plain: bytes
    packed: bytes


class Replies:
    """All replies, by the digits that a call names."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._items: dict[bytes, Part] = {}
        self._alone: dict[bytes, Part] = {}
        for answer in answers:
            digits = str(answer.isbn).encode()
            self._items[digits] = item = part(answer.item)
            self._alone[digits] = reply([head_of(1), item, _after()])

    def find(self, asked: Sequence[bytes], *, packed: bool) -> bytes:
        """The reply to a call for these."""
        known = self._alone.get(asked[0]) if len(asked) == 1 else self._of_several(asked)
        found = known or _nothing()
        return found.packed if packed else found.plain

    def _of_several(self, asked: Sequence[bytes]) -> Part | None:
        items = [item for digits in asked if (item := self._items.get(digits))][:MOST_RESULTS]
        if not items:
            return None
        between = [part for item in items for part in (_between(), item)]
        return reply([head_of(len(items)), *between[1:], _after()])

    @property
    def mean_bytes(self) -> tuple[int, int]:
        """How long a reply for one ISBN is, with its headers: plain, and packed."""
        alone = self._alone.values()
        return (
            round(mean(len(reply.plain) for reply in alone)),
            round(mean(len(reply.packed) for reply in alone)),
        )


def part(plain: bytes, *, last: bool = False) -> Part:
    """The piece, packed so that another may follow it, or that none may."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(plain)
    return Part(plain, packed + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH))


def reply(parts: Sequence[Part], status: bytes = b"200 OK") -> Part:
    """The parts, of which the last was packed as such, with the headers of an answer."""
    body = b"".join([part.plain for part in parts])
    trailer = struct.pack("<II", zlib.crc32(body), len(body))
    packed = b"".join([_GZIP_HEADER, *(part.packed for part in parts), trailer])
    return Part(
        _PLAIN_HEAD % (status, len(body)) + body, _PACKED_HEAD % (status, len(packed)) + packed
    )


@cache
def head_of(total: int) -> Part:
    """The beginning of an answer of so many volumes."""
    return part(head(total))


@cache
def _between() -> Part:
    return part(BETWEEN)


@cache
def _after() -> Part:
    return part(AFTER, last=True)


@cache
def _nothing() -> Part:
    return reply([part(NOTHING, last=True)])
