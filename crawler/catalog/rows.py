"""The one description of a book's columns, for all that is searched, shown and exported."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from crawler.book import Match, Precision
from crawler.errors import DatabaseUnusable


class BookRow(Struct, frozen=True):
    """A row of `books`, column for column; schema.sql says what each holds.

    `isbn13` is text, as it is in each format that a row leaves in: as a number, a spreadsheet
    rounds it. The formats write the fields in this order.
    """

    id: int
    isbn13: str
    isbn10: str | None
    title: str | None
    subtitle: str | None
    authors: tuple[str, ...]
    publisher: str | None
    published: str | None
    published_year: int | None
    published_precision: Precision | None
    description: str | None
    categories: tuple[str, ...]
    page_count: int | None
    language: str | None
    print_type: str | None
    average_rating: float | None
    ratings_count: int | None
    thumbnail_url: str | None
    info_link: str | None
    source: str
    source_id: str
    match: Match
    retrieved_at: str


class _Cells(BookRow, frozen=True, array_like=True):
    """The cells in their order: to check them by name would take three times as long."""


COLUMNS: tuple[str, ...] = BookRow.__struct_fields__

LISTS = ("authors", "categories")
"""Those that are JSON arrays of names in the database, empty where nothing is known."""

SELECTED = ", ".join(f"books.{column}" for column in COLUMNS)
"""The columns as a query selects them, in the order that `parse_row` expects."""

Row = TypeVar("Row", bound=Struct)

_names = msgspec.json.Decoder(tuple[str, ...])
_ISBN13, _AUTHORS, _CATEGORIES = map(COLUMNS.index, ("isbn13", "authors", "categories"))


def read_row(kind: type[Row], cells: Sequence[object]) -> Row:
    """The cells as the fields of `kind`, in their order.

    Raises `DatabaseUnusable` where a cell holds what bookcrawl never writes.
    """
    try:
        return msgspec.convert(dict(zip(kind.__struct_fields__, cells, strict=True)), kind)
    except msgspec.ValidationError as error:
        raise DatabaseUnusable(
            f"the database was changed by another program ({error}): restore a copy"
        ) from error


def parse_row(cells: Sequence[object]) -> BookRow:
    """The book of one result of `SELECT {SELECTED}`.

    Raises `DatabaseUnusable` where a cell holds what bookcrawl never writes.
    """
    try:
        return BookRow(*astuple(msgspec.convert(_with_python_types(cells), _Cells)))
    except (msgspec.MsgspecError, TypeError) as error:
        raise _changed(cells) from error


def _with_python_types(cells: Sequence[object]) -> list[object]:
    isbn13 = cells[_ISBN13]
    if not isinstance(isbn13, int):
        raise TypeError(f"expected an ISBN, got {isbn13!r}")
    typed = list(cells)
    typed[_ISBN13] = str(isbn13)
    typed[_AUTHORS] = _parse_names(cells[_AUTHORS])
    typed[_CATEGORIES] = _parse_names(cells[_CATEGORIES])
    return typed


def _parse_names(cell: object) -> tuple[str, ...]:
    if not isinstance(cell, str):
        raise TypeError(f"expected a JSON array, got {cell!r}")
    return _names.decode(cell)


def _changed(cells: Sequence[object]) -> DatabaseUnusable:
    """What is wrong with the row, read once more by the names of its columns."""
    record = dict(zip(COLUMNS, cells, strict=True))
    fault = ""
    try:
        msgspec.convert(dict(zip(COLUMNS, _with_python_types(cells), strict=True)), BookRow)
    except (msgspec.MsgspecError, TypeError) as error:
        fault = f" ({error})"
    return DatabaseUnusable(
        f"the row of {record['isbn13']} in books was changed by another program{fault}: "
        "ask for it again with `bookcrawl retry --found`"
    )
