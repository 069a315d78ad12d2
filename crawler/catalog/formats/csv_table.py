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

_SIGNS = "=+-@＝＋－＠"  # noqa: RUF001 - full-width signs count too
_BLANKS = r"[\x00-\x20]*+"

SIGN = rf"{_BLANKS}[{re.escape(_SIGNS)}]"
"""What a formula begins with."""

_FORMULA = re.compile(rf"{SIGN}|[\x00\t\r\n]")
_PARTED = re.compile(rf"(?P<before>[;\t\r\n]{_BLANKS})(?P<sign>[{re.escape(_SIGNS)}]?)")
"""Where cells may be parted, and what the next begins with. It takes blanks whether a sign follows
or not, since looking from each of a million of them for a sign would take hours."""

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

_FIRST_OF_FORMULA = frozenset((*map(chr, range(0x21)), *_SIGNS))
"""What any of them begins with: most texts are passed by this look at their first character."""

_quoting = re.compile(r'[",;\t\r\n]').search


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


def quoted(text: str) -> str:
    """The text in double quotes, those within doubled."""
    return '"' + text.replace('"', '""') + '"'


def disarmed(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        text = f"'{text}"
    return _PARTED.sub(_marked, text) if _PARTED.search(text) else text


def _marked(parted: re.Match[str]) -> str:
    return f"{parted['before']}'{parted['sign']}" if parted["sign"] else parted[0]


def _line(row: Sequence[object]) -> bytes:
    line = ",".join(map(_field, row)) or '""'  # an empty line would be no row
    return f"{line}\r\n".encode()


def _field(cell: object) -> str:
    if cell is None:
        return ""
    text = cell if type(cell) is str else cell_text(cell)
    if not _quoting(text):
        return text if text[:1] not in _FIRST_OF_FORMULA or _is_number(cell) else disarmed(text)
    return quoted(disarmed(text))


def _is_number(cell: object) -> bool:
    return not isinstance(cell, str | tuple)
