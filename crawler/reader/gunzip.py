"""A gzipped file as the stream of its bytes."""

import zlib
from collections.abc import Iterable, Iterator

MAGIC = b"\x1f\x8b"
_MOST = 1 << 18


class CutShort(Exception):
    """A file ends before its end; the message says how: `is cut short`."""


def gunzip(packed: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of all members of a gzip file.

    Raises `CutShort` where the file is cut or damaged, after all that stands before.
    """
    member = zlib.decompressobj(wbits=31)
    for block in packed:
        rest = block
        while rest:
            if member.eof:
                rest = rest.lstrip(b"\0")
                if rest[:1] != MAGIC[:1]:
                    return
                member = zlib.decompressobj(wbits=31)
            try:
                unpacked = member.decompress(rest, _MOST)
            except zlib.error as error:
                raise CutShort("is damaged") from error
            if unpacked:
                yield unpacked
            rest = member.unconsumed_tail or member.unused_data
    if not member.eof:
        raise CutShort("is cut short")
