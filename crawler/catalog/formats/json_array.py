"""A JSON array, written as the records come."""

from collections.abc import Iterable
from typing import BinaryIO

from crawler.catalog.formats.json_lines import encode_record


def write_records(records: Iterable[object], out: BinaryIO) -> int:
    """Write the records as objects in one array, a line each; how many they were."""
    count = 0
    for count, record in enumerate(records, start=1):
        out.write(b"[" if count == 1 else b",\n ")
        out.write(encode_record(record))
    out.write(b"]\n" if count else b"[]\n")
    return count
