"""Parquet by pyarrow: typed columns, lists as lists, each described as in schema.sql."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import astuple

from crawler.catalog.comments import read_relations
from crawler.catalog.formats.fields import PLACES
from crawler.catalog.formats.plain import moment
from crawler.catalog.rows import COLUMNS, BookRow
from crawler.errors import DatabaseUnusable
from crawler.extras import need

if TYPE_CHECKING:
    from pyarrow import Array, Field, RecordBatch, Schema  # type: ignore[import-untyped]

ROWS = 5000
"""In a row group at most: few enough to be held, enough to be worth a group."""

CHARACTERS = 10_000_000
"""Of text in a row group, so that long texts make small groups."""

_Cells = tuple[object, ...]


def write_books(books: Iterable[BookRow], out: BinaryIO) -> int:
    """Write the books, a row group at a time; how many they were.

    Raises `WrongUse` where pyarrow is not installed, `DatabaseUnusable` where a number is beyond
    all that bookcrawl writes, or a time is none.
    """
    need("parquet", "Parquet", "pyarrow.parquet")
    from pyarrow.parquet import ParquetWriter  # type: ignore[import-untyped]

    schema = _schema()
    count = 0
    with ParquetWriter(out, schema, compression="zstd") as writer:
        for rows in _groups(map(_cells, books)):
            writer.write_batch(_batch(rows, schema))
            count += len(rows)
    return count


def _schema() -> "Schema":
    import pyarrow

    meanings = read_relations()["books"].columns
    without_alias = {
        "list<string>": pyarrow.list_(pyarrow.string()),
        "timestamp[us, tz=UTC]": pyarrow.timestamp("us", "UTC"),
    }

    def field(name: str, kind: str) -> "Field":
        arrow_type = without_alias.get(kind) or pyarrow.type_for_alias(kind)
        return pyarrow.field(name, arrow_type, metadata={"description": meanings[name]})

    return pyarrow.schema([field(name, PLACES[name].parquet) for name in COLUMNS])


def _cells(book: BookRow) -> _Cells:
    *cells, _ = astuple(book)
    return (*cells, _retrieved_at(book))


def _retrieved_at(book: BookRow) -> datetime:
    if time := moment(book.retrieved_at):
        return time
    raise _changed(f"retrieved_at of {book.isbn13} in books is no time")


def _groups(rows: Iterable[_Cells]) -> Iterator[list[_Cells]]:
    group: list[_Cells] = []
    characters = 0
    for row in rows:
        group.append(row)
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(group) == ROWS or characters > CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _batch(rows: list[_Cells], schema: "Schema") -> "RecordBatch":
    import pyarrow

    columns = map(_column, schema, zip(*rows, strict=True))
    return pyarrow.RecordBatch.from_arrays(list(columns), schema=schema)


def _column(field: "Field", cells: _Cells) -> "Array":
    import pyarrow

    try:
        return pyarrow.array(cells, field.type)
    except (pyarrow.ArrowInvalid, OverflowError) as error:
        raise _changed(f"{field.name} in books holds too large a number") from error


def _changed(what: str) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"{what}, so another program has changed it: ask for the book again with "
        "`bookcrawl retry --found`, or export to another format"
    )
