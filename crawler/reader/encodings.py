"""What the bytes of a file are written in.

An ISBN is ASCII in all encodings that people have, so everything that is not UTF-16 or UTF-32 is
read as UTF-8, and bytes that are none pass as lone surrogates: several encodings may stand mixed
in one file.
"""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "surrogateescape"),
    (codecs.BOM_UTF32_LE, "utf-32", "replace"),
    (codecs.BOM_UTF32_BE, "utf-32", "replace"),
    (codecs.BOM_UTF16_LE, "utf-16", "replace"),
    (codecs.BOM_UTF16_BE, "utf-16", "replace"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_TEXT = 200
_ZEROS_OF_UTF16, _STRAY = 0.1, 0.02
"""Digits in UTF-16 have a zero byte each, on one side of them."""


def find_encoding(head: bytes) -> tuple[str, str]:
    """Name of the encoding that `head` begins, and what is to be done with bytes that are not."""
    for mark, encoding, errors in _MARKS:
        if head.startswith(mark):
            return encoding, errors
    zeros, even_zeros = head.count(0), head[::2].count(0)
    if zeros > len(head) * _ZEROS_OF_UTF16:
        if even_zeros <= zeros * _STRAY:
            return "utf-16-le", "replace"
        if even_zeros >= zeros * (1 - _STRAY):
            return "utf-16-be", "replace"
    return "utf-8", "surrogateescape"


def codec_within(head: bytes) -> str:
    """Name of the encoding in which more text could follow `head`: one that writes no mark."""
    encoding, _ = find_encoding(head)
    if encoding in {"utf-16", "utf-32"}:
        return f"{encoding}-{'le' if head.startswith(codecs.BOM_UTF16_LE) else 'be'}"
    return encoding.removesuffix("-sig")


def legible(text: str) -> str:
    """`text` for people: on one line, cut to 200 characters, stray bytes read as cp1252."""
    flat = " ".join(text[: _LONGEST_TEXT * 2].split())
    cut = flat if len(flat) <= _LONGEST_TEXT else flat[: _LONGEST_TEXT - 1] + "…"
    return _SURROGATE.sub(_as_cp1252, cut)


def _as_cp1252(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) & 0xFF]).decode("cp1252", "replace")
