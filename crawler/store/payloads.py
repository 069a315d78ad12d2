"""Payloads, compressed with zstd and a dictionary that stands in the database itself.

The dictionary holds what all answers share: 133 volumes recorded from Google take 37 % of their
size with it, 55 % without. Kept beside the payloads, nothing but zstd is needed to read them.
"""

from functools import cache
from importlib.resources import files

import zstandard


@cache
def dictionary() -> zstandard.ZstdCompressionDict:
    """The dictionary that new payloads are written with (`scripts/train_dictionary` made it)."""
    return zstandard.ZstdCompressionDict(
        files("crawler.store").joinpath("payloads.dict").read_bytes()
    )


@cache
def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(dict_data=dictionary())


def compress(payload: bytes) -> bytes:
    """A payload as it is stored; raises `MemoryError`, the only way in which it can fail."""
    try:
        return _compressor().compress(payload)
    except zstandard.ZstdError as error:
        raise MemoryError from error


def decompress(body: bytes, dictionary_body: bytes) -> bytes:
    """A stored payload as it was received."""
    dictionary = zstandard.ZstdCompressionDict(dictionary_body)
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(body)
