"""CSV as Excel opens it right: UTF-8 with a byte order mark, and no text taken for another.

Excel reads `9780140328721` as a number and shows 9.78E+12, and of `0140328726` it drops the zero.
Here ISBNs have their hyphens, so they are text of themselves, which Excel keeps also when it saves
the file and opens it again, and which every program for books reads. An apostrophe, a tab or
`="…"` would become part of the ISBN, or a formula, which is lost in saving. A text that looks like
a number or a date to Excel gets the apostrophe that formulas get (see csv_table.py).

A cell of Excel has room for 32,767 characters; what is beyond would spill into the next row.
"""

import codecs
import re
from collections.abc import Iterable
from typing import BinaryIO

from msgspec.structs import astuple

from crawler.catalog.formats import csv_table
from crawler.catalog.rows import COLUMNS, BookRow
from crawler.isbn import ISBN13, hyphenated

_ISBN13, _ISBN10, _PUBLISHED = map(COLUMNS.index, ("isbn13", "isbn10", "published"))

LENGTH_OF_ISBN13 = 13

LONGEST_CELL = 32_767
"""Characters, in UTF-16 (Microsoft, "Excel specifications and limits")."""

_LONGEST_NUMBER = 40
"""Characters of a text that may look like a number or a date."""

_MONTH = (
    "(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?"
    "|sep(t|tember)?|oct(ober)?|nov(ember)?|dec(ember)?)"
)
_LOOKS_LIKE_ANOTHER = re.compile(
    rf"(?=.*\d)([\d\s.,:/()%$€£¥+-]+([ap]m?)?"  # 007, 3/4, 1-2, 10:30 pm, 50%
    rf"|\d+([.,]\d*)?e[+-]?\d+"  # 1E5
    rf"|(\d+[\s./-]*)?{_MONTH}[\d\s.,/-]*)"  # May 68, 1 March 1917
    r"|\s*(true|false)\s*",
    re.IGNORECASE,
)
_WHOLE_NUMBER = re.compile(r"0|[1-9]\d{0,14}")  # which Excel gives back as it was


def write_books(books: Iterable[BookRow], out: BinaryIO) -> int:
    """Write all columns of the books; unknown is the empty cell."""
    out.write(codecs.BOM_UTF8)
    return csv_table.write_rows(COLUMNS, map(_row, books), out)


def _row(book: BookRow) -> list[object]:
    isbn13, isbn10 = _with_hyphens(book)
    cells = astuple(book)
    row = [_as_text(cell) if isinstance(cell, str | tuple) else cell for cell in cells]
    row[_ISBN13], row[_ISBN10] = isbn13, isbn10
    row[_PUBLISHED] = book.published  # let Excel know a date
    return row


def _with_hyphens(book: BookRow) -> tuple[str, str | None]:
    """Both forms of the ISBN; one whose range was never issued has hyphens at its ends alone."""
    digits = book.isbn13
    if len(digits) != LENGTH_OF_ISBN13:
        return digits, book.isbn10
    parted = hyphenated(ISBN13(int(digits)))
    if parted == digits:
        parted = f"{digits[:3]}-{digits[3:-1]}-{digits[-1]}"
    return parted, book.isbn10 and f"{parted[4:-1]}{book.isbn10[-1]}"


def _as_text(cell: str | tuple[str, ...]) -> str:
    text = csv_table.cell_text(cell).replace("\r\n", "\n").replace("\r", "\n")
    if _would_change(text):
        return f"'{text}"
    if len(text) > LONGEST_CELL // 2:
        return (
            csv_table.disarmed(text)
            .encode("utf-16-le")[: 2 * LONGEST_CELL]
            .decode("utf-16-le", errors="ignore")
        )
    return text


def _would_change(text: str) -> bool:
    return (
        len(text) <= _LONGEST_NUMBER
        and _LOOKS_LIKE_ANOTHER.fullmatch(text) is not None
        and not _WHOLE_NUMBER.fullmatch(text)
    )
