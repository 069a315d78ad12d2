import re

import pytest

from crawler.catalog.database import open_catalog
from crawler.catalog.query import Search, Years, parse_years
from crawler.catalog.search import find_best
from tests.catalog.searching import best
from tests.catalog.shelf import Shelf


def test_without_words_books_come_in_the_order_of_the_input(shelf: Shelf) -> None:
    for isbn in (9, 3, 7):
        shelf.add(isbn, "Fox", publisher="Puffin")
    assert best(shelf) == [1, 2, 3]
    assert best(shelf, limit=2) == [1, 2]
    assert best(shelf, publisher="puffin") == [1, 2, 3]


def test_an_author_is_looked_for_among_authors_alone(shelf: Shelf) -> None:
    shelf.add(1, "Dahl's Sisters", authors=("Somebody Else",))
    by_dahl = shelf.add(2, "The Twits", authors=("Quentin Blake", "Roald Dahl"))
    assert best(shelf, author="roald dahl") == [by_dahl]
    assert best(shelf, "twits", author="dahl") == [by_dahl]
    assert best(shelf, "sisters", author="roald") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("1999", [2]), ("1990..1999", [1, 2]), ("1999..", [2, 3]), ("..1999", [1, 2])],
)
def test_years_include_both_ends(shelf: Shelf, text: str, found: list[int]) -> None:
    for isbn, year in enumerate((1990, 1999, 2004, None), start=1):
        shelf.add(isbn, "Fox", published_year=year)
    assert best(shelf, "fox", years=parse_years(text)) == found


@pytest.mark.parametrize(
    "text", ["", "..", "1990...2000", "19902000", "1990-2000", "2000..1990", "MCM", "20000", "١٩٩٩"]
)
def test_what_is_no_range_of_years_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_years(text)


@pytest.mark.parametrize(
    "search",
    [
        Search("fox", language="de"),
        Search("fox lang:de"),
        Search(language="DE"),
        Search("fox", years=Years(1990, 1999)),
        Search("year:1990..1999"),
        Search("isbn:9780140328721"),
        Search("0-14-032872-6"),
    ],
)
def test_limits_that_leave_few_books_are_looked_up_in_an_index(
    shelf: Shelf, search: Search
) -> None:
    shelf.add(9780140328721, "Fox", language="de-AT", published_year=1995)
    shelf.add(2, "Fox", language="en", published_year=2001)
    queries: list[str] = []
    with open_catalog(shelf.path) as catalog:
        catalog.set_trace_callback(queries.append)
        assert [book.id for book in find_best(catalog, search, 20)] == [1]
        catalog.set_trace_callback(None)
        plans = [
            step
            for query in queries
            if query.startswith("SELECT")
            for *_, step in catalog.execute(f"EXPLAIN QUERY PLAN {query}")
        ]
    assert any(re.match("SEARCH books USING .*INDEX", step) for step in plans)
    assert plans.count("SCAN books") == 0
    assert any("IN (SELECT id FROM books WHERE" in query for query in queries)


@pytest.mark.parametrize("words", ["lang:de year:1900..2030", "fox lang:de year:1900..2030"])
def test_of_two_limits_the_one_that_fewer_books_keep_is_looked_up(shelf: Shelf, words: str) -> None:
    """SQLite would read all of the years, for it knows of neither how many books keep it."""
    for isbn in range(1, 9):
        language, year = ("de", 1880 + 15 * isbn) if isbn in {1, 5} else ("en", 1990)
        shelf.add(isbn, "Fox", language=language, published_year=year)
    queries: list[str] = []
    with open_catalog(shelf.path) as catalog:
        catalog.set_trace_callback(queries.append)
        assert [book.id for book in find_best(catalog, Search(words), 20)] == [5]
        catalog.set_trace_callback(None)
        *_, finding = [query for query in queries if "IN (SELECT id FROM books WHERE" in query]
        plan = [step for *_, step in catalog.execute(f"EXPLAIN QUERY PLAN {finding}")]
    assert any("books_by_language" in step for step in plan)
    assert not any("books_by_year" in step for step in plan)


@pytest.mark.parametrize("words", ["0-14-032872-6", "lang:de", "-year:2001", ""])
def test_a_search_without_words_indexes_no_texts(shelf: Shelf, words: str) -> None:
    """During a crawl of a million it would take as long as that for one book."""
    shelf.add(9780140328721, "Fox", language="de", published_year=1995, indexed=False)
    queries: list[str] = []
    with open_catalog(shelf.path) as catalog:
        catalog.set_trace_callback(queries.append)
        assert [book.id for book in find_best(catalog, Search(words), 20)] == [1]
    assert not any("rest_fts" in query for query in queries)


def test_a_limit_that_leaves_many_books_is_met_in_the_order_of_the_input(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index would gather them all before the first is shown."""
    monkeypatch.setattr("crawler.catalog.search.RARE", 1)
    for isbn, year in enumerate((1995, 1990, 2001, 1992), start=1):
        shelf.add(isbn, "Fox", language="en", published_year=year)
    queries: list[str] = []
    with open_catalog(shelf.path) as catalog:
        catalog.set_trace_callback(queries.append)
        books = list(find_best(catalog, Search("year:1990..1999"), 2))
        catalog.set_trace_callback(None)
        (plan,) = catalog.execute(f"EXPLAIN QUERY PLAN {queries[-1]}").fetchall()
    assert [book.id for book in books] == [1, 2]
    assert plan[-1] == "SCAN books"


def test_a_language_covers_its_regions_and_a_region_only_itself(shelf: Shelf) -> None:
    for isbn, language in enumerate(("zh", "zh-CN", "zh-TW", "zha", None), start=1):
        shelf.add(isbn, "Fox", language=language)
    assert best(shelf, language="zh") == [1, 2, 3]
    assert best(shelf, language="ZH-cn") == [2]
    assert best(shelf, language="%") == []
