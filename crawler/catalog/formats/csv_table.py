"""CSV as in RFC 4180: UTF-8, a header, lines that end in CRLF, lists joined with "; "."""

import base64
import codecs
import csv
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import msgspec

from crawler.catalog.rows import COLUMNS, BookRow

LIST_SEPARATOR = "; "


def write_books(books: Iterable[BookRow], out: BinaryIO) -> int:
    """Write all columns of the books; unknown is the empty cell."""
    return write_rows(COLUMNS, map(msgspec.structs.astuple, books), out)


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], out: BinaryIO) -> int:
    """Write a header and the rows."""
    writer = csv.writer(codecs.getwriter("utf-8")(out))
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([cell_text(cell) for cell in row])
        count += 1
    return count


def cell_text(cell: object) -> str:
    """A cell as text: lists joined, bytes in base64, unknown empty."""
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return LIST_SEPARATOR.join(cell)
    if isinstance(cell, bytes):
        return base64.b64encode(cell).decode("ascii")
    return str(cell)
