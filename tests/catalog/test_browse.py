"""What Datasette shows of a database, and what it does not do."""

import csv
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from msgspec import Struct

from crawler.catalog.comments import read_relations
from crawler.catalog.queries import read_queries
from tests.catalog.browsing import Visitor, browses, browsing
from tests.catalog.shelf import Shelf
from tests.faults.hostile_texts import MEANINGFUL, obeyed

FOX = 9780140328721
SNOW = 9780140449136
BOOKS = "/bookcrawl/books"


class FacetValue(Struct):
    value: str | int
    count: int


class Facet(Struct):
    results: list[FacetValue]


class Rows(Struct):
    rows: list[list[object]]


class Table(Struct):
    rows: list[list[object]]
    facet_results: dict[str, Facet]


pytestmark = [browses, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visitor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visitor]:
    """Of two books that stay as they are, for all tests: a server takes its time to start."""
    shelf = Shelf(tmp_path_factory.mktemp("browse") / "books.db")
    shelf.add(
        FOX,
        "Fantastic Mr Fox",
        authors=("Roald Dahl", "Quentin Blake"),
        categories=("Juvenile Fiction",),
        language="en",
        published_year=1970,
        description="Three farmers.\n\nOne fox.",
        thumbnail_url="https://books.google.com/cover",
        info_link="http://books.google.com/page",
    )
    shelf.add(SNOW, "Snö", authors=("Quentin Blake",), language="sv")
    async with browsing(shelf.path) as visitor:
        yield visitor
    shelf.close()


def _table(text: str) -> Table:
    return msgspec.json.decode(text, type=Table)


async def test_the_front_page_leads_to_each_table_and_query(visitor: Visitor) -> None:
    page = (await visitor.ask("/")).text
    for name in ("books", "ledger", "rejects", "runs", "missing_books", *read_queries()):
        assert f'href="/bookcrawl/{name}"' in page
    for name in ("payloads", "dictionaries", "books_fts", "books_fts_data"):
        assert f'href="/bookcrawl/{name}"' not in page
    assert read_relations()["ledger"].comment in page


async def test_each_query_and_table_has_a_page(visitor: Visitor) -> None:
    for name in (*read_queries(), *read_relations()):
        assert (await visitor.ask(f"/bookcrawl/{name}")).status == 200, name


async def test_columns_are_described_as_in_the_schema(visitor: Visitor) -> None:
    page = (await visitor.ask(BOOKS)).text
    assert "<dt>retrieved_at</dt><dd>when the source told</dd>" in page


async def test_an_isbn_is_a_row_of_digits(visitor: Visitor) -> None:
    for path in (BOOKS, f"{BOOKS}/1"):
        assert f">{FOX}<" in (await visitor.ask(path)).text


async def test_names_in_arrays_are_counted_one_by_one(visitor: Visitor) -> None:
    facets = _table((await visitor.ask(f"{BOOKS}.json")).text).facet_results
    assert set(facets) == {
        "authors", "categories", "language", "published_year", "source", "match",
    }  # fmt: skip
    assert facets["authors"].results == [
        FacetValue("Quentin Blake", 2),
        FacetValue("Roald Dahl", 1),
    ]


async def test_a_name_leads_to_the_books_that_have_it(visitor: Visitor) -> None:
    assert f'href="{BOOKS}?_authors=Roald+Dahl"' in (await visitor.ask(BOOKS)).text
    found = await visitor.ask(f"{BOOKS}.json", _authors="Roald Dahl")
    assert len(_table(found.text).rows) == 1


async def test_any_name_leads_to_its_books_and_to_no_others(shelf: Shelf) -> None:
    names = (
        "Roald Dahl", "Roald", "roald dahl", "Dahl, Roald", "村上春樹", "村上", "Ēriks", "Đỗ",
        "ไทย", "O'Brien", "O\u2019Brien", 'Pip "Q" Ray', "a\\b", "a\nb", "AND", "NOT x", "-", "C++",
        *(text for text in MEANINGFUL if "\x00" not in text),
        "B (Jr.)",
    )  # fmt: skip
    for number, name in enumerate(names):
        shelf.add(FOX + number, "Book", authors=(name, "Ann Other"), indexed=number % 2 == 0)
    async with browsing(shelf.path) as visitor:
        for number, name in enumerate(names):
            asked = await visitor.ask(
                f"{BOOKS}.json", _authors=name, _nofacet="1", _shape="arrays", _col="isbn13"
            )
            rows = msgspec.json.decode(asked.text, type=Rows).rows
            assert [row[-1] for row in rows] == [FOX + number], name


SEARCHES = {
    "mr fox": 1, "fan": 1, "sno": 1, "blake": 2, '"mr fox"': 1, "badger": 0, "title:fox": 1,
    "author:fox": 0, "year:1960..1980": 1, "blake lang:sv": 1, "blake -fox": 1, "-fox": 1,
    "isbn:0-14-032872-6": 1, str(SNOW): 1, "fox OR snö": 2,
}  # fmt: skip


@pytest.mark.parametrize(("words", "books"), SEARCHES.items())
async def test_a_search_takes_words_as_the_command_does(
    visitor: Visitor, words: str, books: int
) -> None:
    assert len(_table((await visitor.ask(f"{BOOKS}.json", _search=words)).text).rows) == books


async def test_no_search_is_an_error(visitor: Visitor) -> None:
    syntax = ('"', "AND", "title:", "fox*", "NEAR(a b)", "(", "^a", "-", "a OR", "{title}:", "")
    for words in (*syntax, *MEANINGFUL):
        answer = await visitor.ask(f"{BOOKS}.json", _search=words, _nofacet="1")
        assert answer.status == 200, words


async def test_a_search_that_can_not_be_meant_is_told_in_a_sentence(visitor: Visitor) -> None:
    answer = await visitor.ask(BOOKS, _search="isbn:123")
    assert answer.status == 400
    assert "is no ISBN" in answer.text


async def test_covers_and_pages_are_links_and_nothing_is_loaded(visitor: Visitor) -> None:
    page = (await visitor.ask(f"{BOOKS}/1")).text
    assert '<a href="https://books.google.com/cover" rel="noreferrer">cover</a>' in page
    assert '<a href="http://books.google.com/page" rel="noreferrer">page</a>' in page
    assert "<img" not in page


async def test_the_browser_is_told_to_load_nothing_from_elsewhere(visitor: Visitor) -> None:
    headers = (await visitor.ask("/")).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers


async def test_what_a_crawl_writes_meanwhile_is_seen(shelf: Shelf) -> None:
    async with browsing(shelf.path) as visitor:
        for books in range(3):
            assert len(_table((await visitor.ask(f"{BOOKS}.json")).text).rows) == books
            shelf.add(FOX + books, "Fantastic Mr Fox")


@pytest.mark.parametrize(
    "query", ["delete from books", "attach 'x.db' as x", "pragma journal_mode = delete", "select"]
)
async def test_only_questions_are_taken(visitor: Visitor, query: str) -> None:
    assert (await visitor.ask("/bookcrawl", sql=query)).status == 400
    assert len(_table((await visitor.ask(f"{BOOKS}.json")).text).rows) == 2


async def test_a_question_that_takes_too_long_is_stopped(visitor: Visitor) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    answer = await visitor.ask("/bookcrawl", sql=endless, _timelimit="20")
    assert answer.status == 400
    assert "the query was stopped, for it took too long: narrow it" in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "localhost.evil"])
async def test_a_foreign_name_for_this_machine_is_not_answered(visitor: Visitor, host: str) -> None:
    answer = await visitor.ask("/", headers={"Host": host})
    assert answer.status == 421
    assert "bookcrawl" not in answer.text


async def test_an_address_that_names_what_there_is_not_is_the_visitors_mistake(
    visitor: Visitor,
) -> None:
    answer = await visitor.ask("/bookcrawl/ledger", _sort="color")
    assert (answer.status, "Cannot sort table by color" in answer.text) == (400, True)


async def test_trouble_is_told_in_the_browser_and_not_on_the_terminal(
    visitor: Visitor, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in ("/nope", f"{BOOKS}/99", f"{BOOKS}?_sort=nope", "/bookcrawl?sql=select+%1b[2J"):
        assert (await visitor.ask(path)).status in {400, 404, 500}
    assert capfd.readouterr() == ("", "")


async def test_texts_of_strangers_stay_texts(shelf: Shelf) -> None:
    strange = [text for text in MEANINGFUL if "\x00" not in text]
    for number, text in enumerate(strange):
        shelf.add(
            FOX + number,
            text,
            authors=(text,),
            categories=(text,),
            publisher=text,
            description=text,
            language=text,
            thumbnail_url=text,
        )
    shelf.add(1, "Links", thumbnail_url="javascript:alert(1)", info_link=" javascript:alert(2)")
    async with browsing(shelf.path) as visitor:
        for path in (
            f"{BOOKS}?_size=100",
            f"{BOOKS}/1",
            "/bookcrawl/authors",
            "/bookcrawl/editions",
        ):
            page = (await visitor.ask(path)).text
            assert "<script>alert" not in page
            assert "<img" not in page
            assert 'href="javascript:' not in page
            assert not obeyed(page.replace("\r", ""))
        asked = await visitor.ask(BOOKS, _search='"><script>alert(1)</script>')
        assert "<script>alert" not in asked.text


async def test_cells_of_csv_are_no_formulas(shelf: Shelf) -> None:
    long = "x" * (csv.field_size_limit() + 1)
    shelf.add(FOX, "=1+1", publisher='a "b",\n=c', description=long, average_rating=-1.5)
    async with browsing(shelf.path) as visitor:
        text = (await visitor.ask(f"{BOOKS}.csv")).text
    limit = csv.field_size_limit(len(long))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    csv.field_size_limit(limit)
    assert row["isbn13"] == str(FOX)
    assert row["title"] == "'=1+1"
    assert row["publisher"] == 'a "b",\n\'=c'
    assert row["description"] == long
    assert row["average_rating"] == "-1.5"


async def test_any_text_comes_through_csv_as_one_cell(shelf: Shelf) -> None:
    for number, text in enumerate(MEANINGFUL):
        shelf.add(FOX + number, text, publisher="Penguin")
    async with browsing(shelf.path) as visitor:
        lines = (await visitor.ask(f"{BOOKS}.csv", _stream="1")).text
    rows = list(csv.DictReader(io.StringIO(lines, newline="")))
    assert [row["isbn13"] for row in rows] == [str(FOX + n) for n in range(len(MEANINGFUL))]
    assert {row["publisher"] for row in rows} == {"Penguin"}
    assert not any(formula_of(row["title"]) for row in rows)


def formula_of(cell: str) -> bool:
    """Whether a spreadsheet would run it; numbers are none."""
    begins = re.match(r"[\x00-\x20]*[=+\-@＝＋－＠]", cell)  # noqa: RUF001 - full-width signs count too
    return bool(begins) and not re.fullmatch(r"-?[0-9.e]+", cell)


async def test_a_file_may_be_called_what_it_likes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "a?b #c%41 <b>.db")
    shelf.add(FOX, "Fantastic Mr Fox")
    async with browsing(shelf.path) as visitor:
        assert "Fantastic Mr Fox" in (await visitor.ask(BOOKS)).text
        assert "<h1>a?b #c%41 &lt;b&gt;.db</h1>" in (await visitor.ask("/")).text
    shelf.close()


async def test_of_texts_without_end_a_page_shows_the_beginning(shelf: Shelf) -> None:
    long = "x" * 1_000_000
    shelf.add(FOX, long, authors=(long, *"abc" * 1_000), description=long, publisher=long)
    async with browsing(shelf.path) as visitor:
        page = (await visitor.ask(f"{BOOKS}?_nofacet=1")).text
    assert len(page) < 100_000


async def test_what_is_no_array_of_names_does_not_break_the_page(shelf: Shelf) -> None:
    shelf.add(FOX, "Fantastic Mr Fox")
    async with browsing(shelf.path) as visitor:
        for array in NO_NAMES:
            shelf.connection.execute("UPDATE books SET authors = ?", (array,))
            for path in (BOOKS, f"{BOOKS}/1"):
                answer = await visitor.ask(path)
                assert answer.status == 200, array
                assert "Fantastic Mr Fox" in answer.text


NO_NAMES = ('["\\ud800"]', '["a"', "[" * 50_000, "{}", "[1]", "null", "", '["\\u0000"]', "\x00")
