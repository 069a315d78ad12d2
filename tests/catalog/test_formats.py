import csv
import io
import json
from collections.abc import Iterable, Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.catalog.database import open_catalog
from crawler.catalog.formats import FORMATS, csv_table
from crawler.catalog.query import Search
from crawler.catalog.rows import COLUMNS, BookRow
from crawler.catalog.search import find_all
from tests.catalog.shelf import Shelf
from tests.catalog.written import FULL

FOX = 9780140328721


def read_json(data: bytes) -> list[dict[str, object]]:
    records: list[dict[str, object]] = json.loads(data)
    return records


def read_json_lines(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.decode().split("\n")[:-1]]


READERS = {"json": read_json, "jsonl": read_json_lines}


def written(shelf: Shelf, ending: str) -> tuple[int, bytes]:
    out = io.BytesIO()
    with open_catalog(shelf.path) as catalog:
        count = FORMATS[ending].load()(find_all(catalog, Search()), out)
    return count, out.getvalue()


@pytest.mark.parametrize("ending", READERS)
def test_json_has_lists_as_arrays_isbns_as_strings_and_null_for_unknown(
    shelf: Shelf, ending: str
) -> None:
    shelf.add(FOX, "Fox", isbn10="0140328726", authors=("Roald Dahl", "Quentin Blake"))
    shelf.add(9788437604947, "Cien años de soledad", page_count=560)

    count, data = written(shelf, ending)

    fox, solitude = READERS[ending](data)
    assert count == 2
    assert tuple(fox) == COLUMNS
    assert fox["isbn13"] == "9780140328721"
    assert fox["isbn10"] == "0140328726"
    assert fox["authors"] == ["Roald Dahl", "Quentin Blake"]
    assert fox["categories"] == []
    assert fox["publisher"] is None
    assert solitude["title"] == "Cien años de soledad"
    assert solitude["page_count"] == 560


def test_csv_is_rfc_4180_with_lists_joined_and_unknown_empty(shelf: Shelf) -> None:
    shelf.add(
        FOX,
        'A "quoted", title',
        authors=("Roald Dahl", "Blake, Quentin"),
        description="One.\n\nTwo.",
        isbn10="0140328726",
        average_rating=4.5,
    )
    count, data = written(shelf, "csv")

    header, line, rest = data.decode().split("\r\n")
    assert count == 1
    assert header == ",".join(COLUMNS)
    assert rest == ""
    assert '"A ""quoted"", title"' in line
    (record,) = csv.DictReader(io.StringIO(data.decode(), newline=""))
    assert record["isbn13"] == "9780140328721"
    assert record["isbn10"] == "0140328726"
    assert record["authors"] == "Roald Dahl; Blake, Quentin"
    assert record["description"] == "One.\n\nTwo."
    assert record["average_rating"] == "4.5"
    assert record["publisher"] == ""


@pytest.mark.parametrize(("ending", "empty"), [("json", b"[]\n"), ("jsonl", b""), ("csv", None)])
def test_no_books_make_a_valid_file(shelf: Shelf, ending: str, empty: bytes | None) -> None:
    header = ",".join(COLUMNS).encode() + b"\r\n"
    assert written(shelf, ending) == (0, header if empty is None else empty)


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.is_text])
def test_each_book_is_written_before_the_next_is_read(name: str) -> None:
    out = io.BytesIO()
    written_before = []

    def books() -> Iterator[BookRow]:
        for _ in range(3):
            written_before.append(out.tell())
            yield FULL

    FORMATS[name].load()(books(), out)
    first, second, third = written_before
    assert first < second < third


@pytest.mark.parametrize("ending", READERS)
@given(titles=st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_title_comes_back_from_json_and_carries_nothing_a_terminal_obeys(
    ending: str, titles: list[str]
) -> None:
    out = io.BytesIO()
    FORMATS[ending].load()(books_titled(titles), out)

    assert [record["title"] for record in READERS[ending](out.getvalue())] == titles
    text = out.getvalue().decode()
    assert not any(ord(sign) < 32 or 128 <= ord(sign) < 160 for sign in text.replace("\n", ""))


@given(titles=st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_title_comes_back_from_csv_at_most_with_apostrophes(titles: list[str]) -> None:
    out = io.BytesIO()
    FORMATS["csv"].load()(books_titled(titles), out)
    records = csv.DictReader(io.StringIO(out.getvalue().decode(), newline=""))
    for record, title in zip(records, titles, strict=True):
        assert record["title"].replace("'", "") == title.replace("'", "")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1 (555) 0100", "'+1 (555) 0100"),
        ("@home", "'@home"),
        ("-ism", "'-ism"),
        (" =1+1", "' =1+1"),
        ("＝1+1", "'＝1+1"),  # noqa: RUF001 - full width
        ("\tx", '"\'\tx"'),
        ("\rx", '"\'\rx"'),
        ("a;=1+1", '"a;\'=1+1"'),
        ("a\n- b", '"a\n\'- b"'),
        ("a\t \t=1", '"a\t \t\'=1"'),
        (("A", "@b"), '"A; \'@b"'),
        (("=1+1", "B"), '"\'=1+1; B"'),
        ("-5", "-5"),
        ("+1.5e3", "+1.5e3"),
        (-5, "-5"),
        (-0.5, "-0.5"),
        (b"\xfb", "+w=="),
        ("1=1", "1=1"),
    ],
)
def test_in_csv_a_text_that_would_be_a_formula_is_marked_as_text_and_numbers_stay_numbers(
    cell: object, written: str
) -> None:
    out = io.BytesIO()
    csv_table.write_rows(["x", "y"], [(cell, 1)], out)
    assert out.getvalue().decode() == f"x,y\r\n{written},1\r\n"


def test_a_million_blanks_in_a_row_are_looked_at_once() -> None:
    out = io.BytesIO()
    csv_table.write_rows(["x"], [("\t" * 1_000_000,)], out)
    assert len(out.getvalue()) == len("x\r\n") + 1_000_000 + len('"\'"\r\n')


def test_in_csv_the_name_of_a_column_is_no_formula_either() -> None:
    out = io.BytesIO()
    csv_table.write_rows(["=1+1"], [("",)], out)
    assert out.getvalue() == b'\'=1+1\r\n""\r\n'


def books_titled(titles: Iterable[str]) -> Iterable[BookRow]:
    unknown = dict.fromkeys(COLUMNS, None)
    required = {
        "id": 1, "isbn13": str(FOX), "authors": (), "categories": (), "source": "google",
        "source_id": "x", "match": "confirmed", "retrieved_at": "2026-11-20T10:00:00Z",
    }  # fmt: skip
    return (msgspec.convert(unknown | required | {"title": title}, BookRow) for title in titles)
