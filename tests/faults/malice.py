"""What a hostile server may send instead of the right answer, byte by byte.

`NO_ANSWERS` by their kinds: beside each stand the words in which a run ends that meets nothing
else. `ODD` are strange, and answers all the same.
"""

import zlib

from tests.faults.hostile import Fault, head, packed, reply
from tests.faults.sending import (
    GZIP,
    body,
    sends,
    then_drips,
    then_hangs_up,
    then_resets,
    then_says_nothing,
    whole,
)

CHUNKED = "Transfer-Encoding: chunked"

DEEP = 200_000

BROKE = r"the connection to 127\.0\.0\.1 broke \(Connection reset by peer\)"
SILENT = r"127\.0\.0\.1 closed the connection without an answer"
BROKEN_OFF = r"127\.0\.0\.1 broke off the answer"
NO_HTTP = r"127\.0\.0\.1 sent what is no HTTP"
CUT = r"the answer of 127\.0\.0\.1 is cut short"
DAMAGED = r"the answer of 127\.0\.0\.1 is damaged"
STRANGE = r"the answer of 127\.0\.0\.1 is packed in a way that was not asked for"
TOO_LARGE = r"the answer of 127\.0\.0\.1 is larger than 4,194,304 bytes"
NOT_GOOGLES = "the answer is not one of Google Books"
IN_VAIN = r"127\.0\.0\.1 did not answer in time"


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


def bomb(megabytes: int) -> bytes:
    """So many of nothing, packed, made without them."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS + 16)
    megabyte = bytes(1024 * 1024)
    return b"".join([*(deflate.compress(megabyte) for _ in range(megabytes)), deflate.flush()])


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


Malice = tuple[Fault, str]

_CONNECTION: dict[str, Malice] = {
    "reset before the answer": (then_resets(lambda _: b""), BROKE),
    "reset in the head": (then_resets(lambda _: b"HTTP/1.1 200"), BROKE),
    "reset in the body": (then_resets(lambda talk: whole(talk)[:-20]), BROKEN_OFF),
    "closed before the answer": (then_hangs_up(lambda _: b""), SILENT),
    "closed in the head": (then_hangs_up(lambda _: b"HTTP/1.1 200 OK\r\nContent-"), SILENT),
    "closed in the body": (then_hangs_up(lambda talk: whole(talk)[:-20]), BROKEN_OFF),
    "closed in the body, without a length": (
        then_hangs_up(lambda talk: head("Connection: close") + talk.body[:-20]), NOT_GOOGLES,
    ),
    "reset in the body, without a length": (
        then_resets(lambda talk: head("Connection: close") + talk.body[:-20]), NOT_GOOGLES,
    ),
}  # fmt: skip

_LENGTHS: dict[str, Malice] = {
    "length too short": (
        sends(lambda talk: head(f"Content-Length: {len(talk.body) - 9}") + talk.body), NO_HTTP,
    ),
    "length too long": (
        then_hangs_up(lambda talk: head(f"Content-Length: {len(talk.body) + 9}") + talk.body),
        BROKEN_OFF,
    ),
    "two lengths": (sends(lambda talk: reply(talk.body, "Content-Length: 9")), NO_HTTP),
    "negative length": (sends(lambda talk: head("Content-Length: -9") + talk.body), NO_HTTP),
    "length beyond all numbers": (
        sends(lambda talk: head(f"Content-Length: {'9' * 30}") + talk.body), NO_HTTP,
    ),
    "length and chunks": (sends(lambda talk: reply(talk.body, CHUNKED)), NO_HTTP),
    "cut chunk": (then_hangs_up(lambda talk: head(CHUNKED) + chunk(talk.body)[:-20]), BROKEN_OFF),
    "no last chunk": (then_hangs_up(lambda talk: head(CHUNKED) + chunk(talk.body)), BROKEN_OFF),
    "negative chunk size": (sends(lambda talk: head(CHUNKED) + b"-5\r\n" + talk.body), NO_HTTP),
    "huge chunk size": (sends(lambda _: head(CHUNKED) + b"f" * 17 + b"\r\n"), NO_HTTP),
}  # fmt: skip

_HEADS: dict[str, Malice] = {
    "garbage status": (body(b"{}", status="2x0 OK"), NO_HTTP),
    "another protocol": (sends(lambda _: b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), NO_HTTP),
    "no head": (then_hangs_up(lambda talk: talk.body), NO_HTTP),
    "header of a megabyte": (body(b"{}", "X-Huge: " + "x" * 1_000_000), NO_HTTP),
    "10,000 headers": (body(b"{}", *(f"X-{n}: x" for n in range(10_000))), NO_HTTP),
    "header without end": (
        then_says_nothing(lambda _: b"HTTP/1.1 200 OK\r\n" + b"x" * 99_999), NO_HTTP,
    ),
    "NUL in a header": (body(b"{}", "X: \0"), NO_HTTP),
}  # fmt: skip

_PACKING: dict[str, Malice] = {
    "gzip cut, with its length": (sends(lambda t: reply(packed(t.body)[:50], GZIP)), CUT),
    "gzip without its checksum": (sends(lambda t: reply(packed(t.body)[:-8], GZIP)), CUT),
    "gzip short of a byte": (sends(lambda t: reply(packed(t.body)[:-1], GZIP)), CUT),
    "gzip damaged": (sends(lambda t: reply(flipped(packed(t.body), 30), GZIP)), DAMAGED),
    "gzip with another checksum": (sends(lambda t: reply(flipped(packed(t.body), -6), GZIP)),
                                   DAMAGED),
    "gzip and more": (sends(lambda t: reply(packed(t.body) + b"more", GZIP)), DAMAGED),
    "gzip in name only": (sends(lambda talk: reply(talk.body, GZIP)), DAMAGED),
    "gzip without its name": (sends(lambda talk: reply(packed(talk.body))), NOT_GOOGLES),
    "gzip in gzip": (
        sends(lambda t: reply(packed(packed(t.body)), "Content-Encoding: gzip, gzip")), STRANGE,
    ),
    "deflate": (
        sends(lambda t: reply(zlib.compress(t.body), "Content-Encoding: deflate")), STRANGE,
    ),
    "brotli": (body(b"\x0b\x02\x80{}\x03", "Content-Encoding: br"), STRANGE),
    "zstd": (body(b"\x28\xb5\x2f\xfd\x20\x02", "Content-Encoding: zstd"), STRANGE),
}  # fmt: skip

_BOMBS: dict[str, Malice] = {
    "50 MB in 50 KB": (body(bomb(50), GZIP), TOO_LARGE),
    "1,000 empty pieces": (body(packed(b"") * 1000, GZIP), "more than 100 pieces"),
}

_CONTENT: dict[str, Malice] = {
    "nothing": (body(b""), NOT_GOOGLES),
    "HTML": (body(b"<!DOCTYPE html><title>Sorry</title>", "Content-Type: text/html"), NOT_GOOGLES),
    "HTML as JSON": (body(b"<html>", "Content-Type: application/json"), NOT_GOOGLES),
    "null": (body(b"null"), NOT_GOOGLES),
    "a list": (body(b"[]"), NOT_GOOGLES),
    "an empty object": (body(b"{}"), NOT_GOOGLES),
    "another object": (body(b'{"login": "https://wifi.example/"}'), NOT_GOOGLES),
    "an error as 200": (body(b'{"error": {"code": 503, "message": "Busy."}}'), NOT_GOOGLES),
    "invalid UTF-8": (body(b'{"totalItems":1,"items":[{"id":"\xff\xfe"}]}'), "can't be read"),
    "UTF-16": (sends(lambda talk: reply(talk.body.decode().encode("utf-16"))), NOT_GOOGLES),
    "a byte-order mark": (sends(lambda t: reply(b"\xef\xbb\xbf" + t.body)), NOT_GOOGLES),
    "two answers in one": (sends(lambda talk: reply(talk.body + talk.body)), NOT_GOOGLES),
}  # fmt: skip

_DEPTH: dict[str, Malice] = {
    "200,000 lists": (
        body(b'{"totalItems":1,"items":[' + b"[" * DEEP + b"]" * DEEP + b"]}"), NOT_GOOGLES,
    ),
    "200,000 objects": (
        body(b'{"totalItems":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}"), NOT_GOOGLES,
    ),
    "200,000 errors": (body(b'{"error":' * DEEP, status="503 Sorry"), "503 without a word why"),
}  # fmt: skip


def _with_an_answer(status: str) -> Fault:
    return sends(lambda talk: reply(talk.body, status=status))


_STATUSES: dict[str, Malice] = {
    "101": (sends(lambda t: reply(t.body, "Upgrade: h2c", status="101 Switching")), "^101 "),
    "204": (_with_an_answer("204 No Content"), NO_HTTP),
    "205": (_with_an_answer("205 Reset Content"), "^205 without a word why"),
    "206": (_with_an_answer("206 Partial Content"), "^206 without a word why"),
    "300": (_with_an_answer("300 Multiple Choices"), "^300 without a word why"),
    "304": (_with_an_answer("304 Not Modified"), NO_HTTP),
    "999": (_with_an_answer("999 Odd"), "^999 without a word why"),
}

_SLOWNESS: dict[str, Malice] = {
    "stall before the head": (then_says_nothing(lambda _: b""), IN_VAIN),
    "stall in the head": (then_says_nothing(lambda _: b"HTTP/1.1 200 OK\r\nDate: "), IN_VAIN),
    "stall in the body": (then_says_nothing(lambda talk: whole(talk)[:-20]), IN_VAIN),
    "stall after early hints": (
        then_says_nothing(lambda _: head("X: x", status="103 Early Hints")), IN_VAIN,
    ),
    "drip of a byte a second": (then_drips(lambda _: head("Content-Length: 9999")), IN_VAIN),
    "drip in the head": (then_drips(lambda _: b"HTTP/1.1 200 OK\r\nX-Slow: "), IN_VAIN),
    "drip in a chunk": (then_drips(lambda _: head(CHUNKED) + b"ffff\r\n"), IN_VAIN),
    "length of gigabytes": (
        then_says_nothing(lambda talk: head("Content-Length: 9999999999") + talk.body), IN_VAIN,
    ),
}  # fmt: skip

NO_ANSWERS: dict[str, dict[str, Malice]] = {
    "reset or closed before and in the answer": _CONNECTION,
    "lengths and chunks that lie": _LENGTHS,
    "garbage status, huge headers": _HEADS,
    "gzip cut short (its length matching), damaged, or something else": _PACKING,
    "gzip bombs": _BOMBS,
    "200 with HTML, `null`, a list, an error, no UTF-8": _CONTENT,
    "200,000-deep JSON": _DEPTH,
    "an answer under a status that has none": _STATUSES,
    "stall, and drip of a byte a second": _SLOWNESS,
}
"""Kind, name, what is sent, and the words in which a run ends that meets nothing else."""

ODD: dict[str, Fault] = {
    "early hints": sends(lambda t: head("Link: </x>", status="103 Early Hints") * 9 + whole(t)),
    "leave to go on": sends(lambda talk: head(status="100 Continue") + whole(talk)),
    "gzip in two pieces": sends(
        lambda talk: reply(packed(talk.body[:9]) + packed(talk.body[9:]), GZIP)
    ),
    "gzip by its old name": sends(lambda t: reply(packed(t.body), "Content-Encoding: x-gzip")),
    "not packed": sends(lambda talk: reply(talk.body)),
    "in chunks of a byte": sends(
        lambda t: head(CHUNKED) + b"".join(chunk(bytes([byte])) for byte in t.body) + chunk(b"")
    ),
    "ended by a close": then_hangs_up(lambda talk: head("Connection: close") + talk.body),
    "closed after it": then_hangs_up(whole),
    "reset after it": then_resets(whole),
    "as HTML": sends(lambda talk: reply(talk.body, "Content-Type: text/html")),
    "as nothing": sends(lambda talk: reply(talk.body, "Content-Type:")),
    "headers that are no text": sends(lambda t: reply(t.body, "X: \xff\xfe\x07", "Set-Cookie: =")),
}
"""Whatever may be thought of them, they are whole answers."""
