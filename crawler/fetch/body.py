"""The body of a response: whole, unpacked, and of a size that an answer may have.

aiohttp hands over what it could unpack of a gzip stream that ends too early (3.14). So unpacking is
done here, where the end of the stream and its checksum are asked for.
"""

import zlib

from aiohttp import ClientResponse

LARGEST_BODY = 4 * 1024 * 1024
"""In bytes, unpacked. Forty full volumes are 200 KB; what is larger by far is no answer, and each
call in flight may hold so much."""

MOST_PIECES = 100
"""gzip streams that may follow one another in a body (RFC 1952, 2.2); one is usual."""

_GZIP = zlib.MAX_WBITS + 16


class BodyUnreadable(Exception):
    """The body is cut short, damaged, too large, or packed in a way that nobody asked for."""


async def read_body(response: ClientResponse) -> bytes:
    """The whole body, unpacked; raises `BodyUnreadable`, and what aiohttp does where it breaks."""
    packing = ",".join(response.headers.getall("Content-Encoding", [])).strip().lower()
    if packing not in {"", "identity", "gzip", "x-gzip"}:
        raise BodyUnreadable("is packed in a way that was not asked for")
    body = bytearray()
    gunzip = _Gunzip(body) if packing.endswith("gzip") else None
    received = 0
    async for part in response.content.iter_any():
        received += len(part)
        if gunzip:
            gunzip.feed(part)
        else:
            body += part
        if max(received, len(body)) > LARGEST_BODY:
            raise BodyUnreadable(f"is larger than {LARGEST_BODY:,} bytes")
    if gunzip and gunzip.is_amid_a_piece:
        raise BodyUnreadable("is cut short")
    return bytes(body)


class _Gunzip:
    """Unpacks into `body`, and no more of it than a byte above `LARGEST_BODY`."""

    def __init__(self, body: bytearray) -> None:
        self._body = body
        self._piece = zlib.decompressobj(_GZIP)
        self._pieces = 0
        self.is_amid_a_piece = False

    def feed(self, part: bytes) -> None:
        while part and len(self._body) <= LARGEST_BODY:
            if not self.is_amid_a_piece:
                self._begin_piece()
            try:
                self._body += self._piece.decompress(part, LARGEST_BODY + 1 - len(self._body))
            except zlib.error as error:
                raise BodyUnreadable("is damaged") from error
            part = self._piece.unused_data
            self.is_amid_a_piece = not self._piece.eof

    def _begin_piece(self) -> None:
        self._pieces += 1
        if self._pieces > MOST_PIECES:
            raise BodyUnreadable(f"is packed in more than {MOST_PIECES} pieces")
        self._piece = zlib.decompressobj(_GZIP)
