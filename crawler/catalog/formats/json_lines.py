"""JSON, a record a line."""

import re
from collections.abc import Iterable
from typing import BinaryIO

import msgspec

_encode = msgspec.json.Encoder().encode

# DEL, C1 controls, separators of lines, overrides of the direction; their UTF-8 can't begin within
# another character.
_OBEYED = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]")


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

    JSON escapes ESC and the like, but lets U+0080 to U+009F stand, which terminals obey too, and
    what turns the direction of all that follows; they are written as `\u0080`, which is the same to
    who reads JSON.
    """
    line = _encode(record)
    if line.isascii() and b"\x7f" not in line:  # as most are: half the time of the search
        return line
    return _OBEYED.sub(lambda sign: b"\\u%04x" % ord(sign[0].decode()), line)
