"""The one description of a book's columns, for all that is searched, shown and exported."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

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


COLUMNS: tuple[str, ...] = BookRow.__struct_fields__

SELECTED = ", ".join(f"books.{column}" for column in COLUMNS)
"""The columns as a query selects them, in the order that `parse_row` expects."""

Row = TypeVar("Row", bound=Struct)

_names = msgspec.json.Decoder(tuple[str, ...])


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
    record = dict(zip(COLUMNS, cells, strict=True))
    try:
        return msgspec.convert(_with_python_types(record), BookRow)
    except (msgspec.MsgspecError, TypeError) as error:
        raise DatabaseUnusable(
            f"the row of {record['isbn13']} in books was changed by another program ({error}): "
            "ask for it again with `bookcrawl retry --found`"
        ) from error


def _with_python_types(record: Mapping[str, object]) -> dict[str, object]:
    return {
        **record,
        "isbn13": str(record["isbn13"]),
        "authors": _parse_names(record["authors"]),
        "categories": _parse_names(record["categories"]),
    }


def _parse_names(cell: object) -> tuple[str, ...]:
    if not isinstance(cell, str):
        raise TypeError(f"expected a JSON array, got {cell!r}")
    return _names.decode(cell)
