"""JSON, a record a line."""

import re
from collections.abc import Iterable
from typing import BinaryIO

import msgspec

_encode = msgspec.json.Encoder().encode

_C1_CONTROL = re.compile(rb"\xc2([\x80-\x9f])")  # their UTF-8; it can't begin within a character


def write_records(records: Iterable[object], out: BinaryIO) -> int:
    """Write each record as an object on its own line; how many they were."""
    count = 0
    for record in records:
        out.write(encode_record(record))
        out.write(b"\n")
        count += 1
    return count


def encode_record(record: object) -> bytes:
    r"""One line of JSON that a terminal takes for nothing but text.

    JSON escapes ESC and the like, but lets U+0080 to U+009F stand, which terminals obey too; they
    are written as `\u0080`, which is the same to who reads JSON.
    """
    return _C1_CONTROL.sub(lambda control: b"\\u%04x" % control[1][0], _encode(record))
