"""Whatever a file is like: what stood in it stands there still, to the byte, and its rows name what
a crawl reads in them.
"""

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crawler.catalog.enrich import Status
from crawler.catalog.enrich.cells import CellWriter
from crawler.errors import InputUnreadable, WrongUse
from crawler.isbn import ISBN13, isbn10
from crawler.reader import open_inputs
from crawler.reader.originals import Form, Originals
from crawler.reader.records import Dialect
from tests.catalog.enriching import added, enrich
from tests.catalog.shelf import Shelf
from tests.faults.hostile_texts import MEANINGFUL, is_run, texts
from tests.real import REAL, needs_real_data

INPUTS = REAL / "isbn_inputs"
IN_CP1252 = {"bx_books_semicolon_sample.csv", "librarything_bookwyrm_fixture.tsv"}
WITHOUT_ISBN = "list_bad_isbns.txt"
SLOW = "list_business_isbn_106k.txt"
ISBNS = (9780140328721, 9788437604947, 9780142410387, 9780439023481)
ENDS = ("\n", "\r\n", "\r")
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32")

steady = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf") / "books.db")
    for isbn, title in zip(ISBNS, ("Fox", 'A "b", c; d\te|f\r\ng', "é", "=1+1"), strict=True):
        shelf.add(isbn, title, authors=MEANINGFUL)
    yield shelf.connection
    shelf.close()


def read_by_a_crawl(data: bytes) -> set[int]:
    with open_inputs(["-"], stdin=io.BytesIO(data)) as opened:
        return {seed.isbn for batch in opened.batches() for seed in batch.seeds}


def read_here(data: bytes) -> set[int]:
    with closing(Originals("-", stdin=io.BytesIO(data))) as originals:
        rows = [piece.row for piece in originals.pieces()]
    return {isbn for row in rows if row for isbn in row.isbns}


@needs_real_data
@pytest.mark.parametrize("name", sorted({path.name for path in INPUTS.glob("*.[ct]*")} - {SLOW}))
def test_the_files_of_people_stay_as_they_are(catalog: sqlite3.Connection, name: str) -> None:
    before = (INPUTS / name).read_bytes()
    assert read_here(before) == read_by_a_crawl(before)
    if name == WITHOUT_ISBN:
        return
    encoding = "cp1252" if name in IN_CP1252 else None
    behind = added(before, enrich(catalog, before, encoding=encoding))
    words = {line.strip('"').rpartition(Status.NOT_ASKED)[1] for line in behind}
    assert Status.NOT_ASKED in words


def quoted(cell: str, special: str) -> str:
    escaped = cell.replace('"', '""')
    return f'"{escaped}"' if any(sign in special for sign in cell) else cell


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], str, str]:
    """Rows of a table, its delimiter and its text."""
    delimiter = draw(st.sampled_from(",;\t|"))
    width = draw(st.integers(2, 5))
    inner = st.text(st.sampled_from("ab é€\"',;\t|=\r\n"), max_size=8)
    filled = st.tuples(
        st.sampled_from([*map(str, ISBNS), str(isbn10(ISBN13(ISBNS[0])))]),
        st.lists(inner, min_size=width - 1, max_size=width - 1),
    )
    rows = [["ISBN", *(f"column {n}" for n in range(2, width + 1))]]
    rows += [[isbn, *cells] for isbn, cells in draw(st.lists(filled, min_size=1, max_size=8))]
    special = draw(
        st.sampled_from([f'{delimiter}"\r\n', f'{delimiter}"\r\n abcdefghijk0123456789'])
    )
    end = draw(st.sampled_from(ENDS))
    lines = [delimiter.join(quoted(cell, special) for cell in row) for row in rows]
    return rows, delimiter, end.join(lines) + end * draw(st.integers(0, 1))


@steady
@given(table=tables(), encoding=st.sampled_from(ENCODINGS))
def test_a_table_has_its_cells_and_ours_behind_them(
    catalog: sqlite3.Connection, table: tuple[list[list[str]], str, str], encoding: str
) -> None:
    rows, delimiter, text = table
    before = text.encode(encoding)
    legacy = "cp1252" if encoding == "cp1252" else None
    after = enrich(catalog, before, add=("title", "authors"), encoding=legacy)
    added(before, after, encoding.removesuffix("-sig"))
    now = list(csv.reader(io.StringIO(after.decode(encoding), newline=""), delimiter=delimiter))
    assert [row[: len(rows[0])] for row in now] == rows
    assert {len(row) for row in now} == {len(rows[0]) + 4}
    assert {row[-1] for row in now[1:]} == {Status.FOUND}


@steady
@given(text=texts, delimiter=st.sampled_from(",;\t|"), quotes=st.booleans())
def test_no_cell_added_is_a_formula_whatever_parts_the_cells(
    text: str, delimiter: str, quotes: bool
) -> None:
    form = Form("", Dialect(delimiter, quotes), (), 0, 1, "utf-8", sure=True, quotes_all=False)
    added_text = CellWriter(form, "utf-8").write([text, (text, text)], 1).decode()
    assert len(added_text.splitlines()) == 1
    for other in ",;\t":
        parted = csv.reader(io.StringIO(f"x{added_text}"), delimiter=other)
        assert not [cell for row in parted for cell in row if is_run(cell)]


LINES = st.lists(
    st.lists(
        st.sampled_from([*map(str, ISBNS), "isbn", "title", "", " ", '"', '""', '"a', "x\x00", "é"])
        | st.sampled_from(MEANINGFUL)
        | st.text(max_size=5),
        max_size=4,
    ),
    max_size=12,
)


@steady
@given(
    lines=LINES,
    delimiter=st.sampled_from(",;\t| "),
    end=st.sampled_from([*ENDS, "\n\n", "\r\r\n"]),
    codec=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
    mark=st.booleans(),
    stray=st.binary(max_size=3),
)
def test_no_file_at_all_is_changed(
    catalog: sqlite3.Connection, lines: list[list[str]], delimiter: str, end: str, codec: str,
    mark: bool, stray: bytes,
) -> None:  # fmt: skip
    text = "\ufeff" * mark + end.join([str(ISBNS[0]), *map(delimiter.join, lines)])
    before = text.encode(codec, "replace") + (stray if codec == "utf-8" else b"")
    encoding = None if codec != "utf-8" or mark else "utf-8"
    try:
        after = enrich(catalog, before, add=("title", "authors"), encoding=encoding)
        asked = read_by_a_crawl(before)
    except (InputUnreadable, WrongUse):
        assume(False)
    added(before, after, codec)
    assert read_here(before) == asked


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le"])
def test_a_line_may_end_where_a_block_does(tmp_path: Path, end: str, codec: str) -> None:
    row = f"{ISBNS[0]},{'n' * 1000}{end}"
    unit = len("\n".encode(codec))
    for shift in range(4):
        short = (1 << 16) // unit - shift - len("isbn,n" + end)
        text = f"isbn,n{end}" + row * (short // len(row))
        text += "x" * (short % len(row)) + end + row * 3
        before = text.encode(codec)
        file = tmp_path / "books.csv"
        file.write_bytes(before)
        with closing(Originals(str(file), stdin=io.BytesIO())) as originals:
            pieces = list(originals.pieces())
        assert b"".join(piece.text + piece.end for piece in pieces) == before
        assert [piece.row.isbns for piece in pieces[-3:] if piece.row] == [(ISBNS[0],)] * 3
