import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from msgspec.structs import asdict, replace

from crawler.catalog.comments import read_relations
from crawler.catalog.formats import parquet
from crawler.catalog.rows import COLUMNS, BookRow
from crawler.errors import DatabaseUnusable
from tests.catalog.written import BARE, FULL, written
from tests.faults.hostile_texts import texts


def query(page: bytes, sql: str) -> list[tuple[object, ...]]:
    """What DuckDB reads of the file, which stands as `books` in the query."""
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder) / "books.parquet"
        file.write_bytes(page)
        connection.execute("SET TimeZone = 'UTC'")
        rows: list[tuple[object, ...]] = connection.execute(
            sql.replace("books", f"'{file}'")
        ).fetchall()
        return rows


def test_every_field_is_read_back_in_its_order() -> None:
    page = written([FULL, BARE], "parquet")
    rows = query(page, "SELECT * REPLACE (strftime(retrieved_at, '%Y-%m-%dT%H:%M:%SZ') "
                       "AS retrieved_at) FROM books")  # fmt: skip
    for row, book in zip(rows, (FULL, BARE), strict=True):
        lists = {"authors": list(book.authors), "categories": list(book.categories)}
        assert dict(zip(COLUMNS, row, strict=True)) == asdict(book) | lists


def test_columns_have_the_types_of_what_they_hold() -> None:
    described = query(written([], "parquet"), "DESCRIBE SELECT * FROM books")
    types = {row[0]: row[1] for row in described}
    assert tuple(types) == COLUMNS
    assert types["isbn13"] == "VARCHAR"
    assert types["authors"] == types["categories"] == "VARCHAR[]"
    assert types["published_year"] == "SMALLINT"
    assert types["page_count"] == "INTEGER"
    assert types["average_rating"] == "DOUBLE"
    assert types["retrieved_at"] == "TIMESTAMP WITH TIME ZONE"


def test_each_column_carries_its_description(tmp_path: Path) -> None:
    import pyarrow.parquet  # type: ignore[import-untyped]

    file = tmp_path / "books.parquet"
    file.write_bytes(written([FULL], "parquet"))
    schema = pyarrow.parquet.read_schema(file)
    described = {field.name: field.metadata[b"description"].decode() for field in schema}
    assert described == dict(read_relations()["books"].columns)


def groups(page: bytes) -> list[int]:
    counted = query(
        page,
        "SELECT row_group_num_rows FROM parquet_metadata(books) "
        "WHERE column_id = 0 ORDER BY row_group_id",
    )
    return [int(str(rows)) for (rows,) in counted]


def test_a_row_group_is_written_before_the_next_is_read() -> None:
    out = io.BytesIO()
    written_before = []

    def books() -> Iterator[BookRow]:
        for number in range(parquet.ROWS + 1):
            if number in {0, parquet.ROWS - 1, parquet.ROWS}:
                written_before.append(out.tell())
            yield FULL

    parquet.write_books(books(), out)
    first, last_of_group, next_group = written_before
    assert first == last_of_group < next_group
    assert groups(out.getvalue()) == [parquet.ROWS, 1]


def test_long_texts_make_small_row_groups() -> None:
    long = replace(FULL, description="x" * parquet.CHARACTERS)
    assert groups(written([long, long, FULL], "parquet")) == [1, 1, 1]


@pytest.mark.parametrize(
    "changed",
    [
        {"retrieved_at": "yesterday"},
        {"published_year": 40_000},
        {"page_count": 2**40},
        {"id": 2**70},
    ],
)
def test_what_another_program_made_of_a_row_is_told(changed: dict[str, object]) -> None:
    with pytest.raises(DatabaseUnusable, match="another program has changed it"):
        written([replace(FULL, **changed)], "parquet")


@settings(max_examples=30)
@given(text=texts)
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    page = written([replace(FULL, title=text, authors=(text, "x"))], "parquet")
    assert query(page, "SELECT title, authors FROM books") == [(text, [text, "x"])]
