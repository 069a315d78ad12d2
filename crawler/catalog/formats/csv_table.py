"""CSV as in RFC 4180: UTF-8, a header, lines that end in CRLF, lists joined with "; ".

Spreadsheets run what looks like a formula, and a title may be one: `=HYPERLINK(…)`. Such a text
gets an apostrophe in front, by which they know it as text; numbers stay as they are (OWASP, "CSV
Injection"; CWE-1236). So does what follows a semicolon, a tab or the end of a line: many
spreadsheets part cells there, whatever is quoted. The JSON formats leave each text as it is.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import msgspec

from crawler.catalog.rows import COLUMNS, BookRow

LIST_SEPARATOR = "; "

_SIGN = r"[\x00-\x20]*[=+\-@＝＋－＠]"  # noqa: RUF001 - full-width signs count too
_FORMULA = re.compile(rf"{_SIGN}|[\x00\t\r\n]")
_FORMULA_WITHIN = re.compile(rf"([;\t\r\n])(?={_SIGN})")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

_TO_BE_QUOTED = re.compile(r'[",;\t\r\n]')


def write_books(books: Iterable[BookRow], out: BinaryIO) -> int:
    """Write all columns of the books; unknown is the empty cell."""
    return write_rows(COLUMNS, map(msgspec.structs.astuple, books), out)


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], out: BinaryIO) -> int:
    """Write a header and the rows."""
    out.write(_line(columns))
    count = 0
    for row in rows:
        out.write(_line(row))
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


def _line(row: Sequence[object]) -> bytes:
    line = ",".join(map(_field, row)) or '""'  # an empty line would be no row
    return f"{line}\r\n".encode()


def _field(cell: object) -> str:
    text = cell_text(cell)
    is_text = isinstance(cell, str | tuple)
    if is_text and _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    if not _TO_BE_QUOTED.search(text):
        return text
    if is_text:
        text = _FORMULA_WITHIN.sub(r"\1'", text)
    return '"' + text.replace('"', '""') + '"'
