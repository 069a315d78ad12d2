"""What the books are like: counted by SQLite, so that a million take seconds and little memory."""

import sqlite3

from msgspec import Struct

from crawler.catalog.rows import LISTS, read_row

FIELDS = (
    "title", "subtitle", "authors", "publisher", "published", "published_year", "description",
    "categories", "page_count", "language", "average_rating", "thumbnail_url", "info_link",
)  # fmt: skip
"""The columns of `books` that a source may leave out."""

LONGEST_NAME = 200
"""Characters by which names are told apart; a hostile one may have millions."""

BIN_PAGES = 50
MOST_PAGES = 1000
"""Books with so many pages or more are counted together."""


class Tally(Struct, frozen=True):
    """How many books go by a name."""

    name: str
    books: int


class YearTally(Struct, frozen=True):
    """How many books were published in a year."""

    year: int
    books: int


class PagesTally(Struct, frozen=True):
    """How many books have from `pages` on to `BIN_PAGES` more; `MOST_PAGES` has no upper end."""

    pages: int
    books: int


class Ranking(Struct, frozen=True):
    """The most frequent names, of all the `names` that there are; `books` have any."""

    top: list[Tally]
    names: int
    books: int


class _Size(Struct, frozen=True):
    names: int
    books: int


def count_unconfirmed(catalog: sqlite3.Connection) -> int:
    """Books whose record carries no ISBN."""
    query = "SELECT count(*) FROM books WHERE match = 'unconfirmed'"
    (count,) = catalog.execute(query).fetchone()
    return int(count)


def count_years(catalog: sqlite3.Connection) -> list[YearTally]:
    """Books by year of publication, the earliest first."""
    query = (
        "SELECT published_year, count(*) FROM books WHERE published_year IS NOT NULL "
        "GROUP BY published_year ORDER BY published_year"
    )
    return [read_row(YearTally, row) for row in catalog.execute(query)]


def count_pages(catalog: sqlite3.Connection) -> list[PagesTally]:
    """Books by number of pages, the shortest first."""
    query = (
        "SELECT min(page_count, :most) / :bin * :bin AS pages, count(*) FROM books "
        "WHERE page_count > 0 GROUP BY pages ORDER BY pages"
    )
    rows = catalog.execute(query, {"most": MOST_PAGES, "bin": BIN_PAGES})
    return [read_row(PagesTally, row) for row in rows]


def rank_publishers(catalog: sqlite3.Connection, top: int) -> Ranking:
    """Publishers by their books, as the source writes them."""
    return _rank(catalog, _by_column("publisher"), top)


def rank_languages(catalog: sqlite3.Connection, top: int) -> Ranking:
    """Languages by their books."""
    return _rank(catalog, _by_column("language"), top)


def rank_categories(catalog: sqlite3.Connection, top: int) -> Ranking:
    """Categories by their books; a book counts in each of its own, and `books` counts it so too.

    Lists that are alike are counted before they are opened, which a million books take a second
    less by.
    """
    by_list = "SELECT categories, count(*) AS books FROM books GROUP BY categories"
    by_name = (
        f"SELECT substr(category.value, 1, {LONGEST_NAME}) AS name, sum(list.books) AS books "  # noqa: S608
        f"FROM ({by_list}) AS list, json_each(list.categories) AS category GROUP BY name"
    )
    return _rank(catalog, by_name, top)


def _by_column(column: str) -> str:
    return (
        f"SELECT substr({column}, 1, {LONGEST_NAME}) AS name, count(*) AS books FROM books "  # noqa: S608
        f"WHERE {column} IS NOT NULL GROUP BY name"
    )


def _rank(catalog: sqlite3.Connection, tallies: str, top: int) -> Ranking:
    best = f"{tallies} ORDER BY books DESC, name LIMIT ?"
    names = [read_row(Tally, row) for row in catalog.execute(best, (top,))]
    all_of_them = f"SELECT count(*), coalesce(sum(books), 0) FROM ({tallies})"  # noqa: S608
    size = read_row(_Size, catalog.execute(all_of_them).fetchone())
    return Ranking(names, size.names, size.books)


def count_fields(catalog: sqlite3.Connection) -> dict[str, int]:
    """In how many books each field is known."""
    known = (f"total({field} <> '[]')" if field in LISTS else f"count({field})" for field in FIELDS)
    counts = catalog.execute(f"SELECT {', '.join(known)} FROM books").fetchone()  # noqa: S608
    return dict(zip(FIELDS, map(int, counts), strict=True))
