"""What the books are like."""

import sqlite3

from crawler.catalog.report import books, charts
from crawler.catalog.report.exhibit import Cell, Exhibit, Section, exhibit, percent
from crawler.catalog.standing import count_books
from crawler.words import counted

MOST_NAMES = 14
"""Bars of a ranking."""

MOST_YEARS = 120
"""So many years up to the last one have a bar each; the earlier are counted together."""

_NONE = "No book tells it."


def of_books(catalog: sqlite3.Connection) -> Section:
    """The section."""
    whole = count_books(catalog)
    return Section(
        "The books",
        f"{counted(whole, 'book')}, as the source describes them.",
        (
            _years(catalog),
            _pages(catalog),
            _languages(catalog, whole),
            _categories(catalog, whole),
            _publishers(catalog, whole),
            _completeness(catalog, whole),
        ),
    )


def _years(catalog: sqlite3.Connection) -> Exhibit:
    tallies = books.count_years(catalog)
    last = tallies[-1].year if tallies else 0
    drawn = [tally for tally in tallies if tally.year > last - MOST_YEARS]
    earlier = sum(tally.books for tally in tallies[: len(tallies) - len(drawn)])
    dated = sum(tally.books for tally in tallies)
    rows: list[tuple[Cell, ...]] = [(str(tally.year), tally.books) for tally in drawn]
    if earlier:
        rows.insert(0, (f"before {drawn[0].year}", earlier))
    return exhibit(
        "By year of publication",
        f"{counted(dated, 'book has', 'books have')} a certain year"
        + (f", {earlier:,} of them before {drawn[0].year} (not drawn)." if earlier else "."),
        ("Year", "Books"),
        rows,
        lambda: charts.columns([t.year for t in drawn], 1, [t.books for t in drawn], "year"),
        _NONE,
    )


def _pages(catalog: sqlite3.Connection) -> Exhibit:
    tallies = books.count_pages(catalog)
    counts = [tally.books for tally in tallies]
    return exhibit(
        "By number of pages",
        f"{counted(sum(counts), 'book')} with a page count, {books.BIN_PAGES} pages to a "
        f"bar, {books.MOST_PAGES:,} and more together.",
        ("Pages", "Books"),
        [(_span(tally.pages), tally.books) for tally in tallies],
        lambda: charts.columns([t.pages for t in tallies], books.BIN_PAGES, counts, "pages", 0),
        _NONE,
    )


def _span(pages: int) -> str:
    if pages == books.MOST_PAGES:
        return f"{pages} or more"
    return f"{pages} to {pages + books.BIN_PAGES - 1}"


def _languages(catalog: sqlite3.Connection, whole: int) -> Exhibit:
    ranking = books.rank_languages(catalog, MOST_NAMES)
    there = counted(ranking.names, "language")
    return _ranked("By language", f"{there}, as ISO 639 codes.", "Language", ranking, whole)


def _categories(catalog: sqlite3.Connection, whole: int) -> Exhibit:
    ranking = books.rank_categories(catalog, MOST_NAMES)
    there = counted(ranking.names, "category", "categories")
    note = f"{there}; a book counts in each of its own."
    return _ranked("By category", note, "Category", ranking, whole)


def _publishers(catalog: sqlite3.Connection, whole: int) -> Exhibit:
    ranking = books.rank_publishers(catalog, MOST_NAMES)
    there = counted(ranking.names, "publisher")
    note = f"{there}, by the names that the source gives them."
    return _ranked("By publisher", note, "Publisher", ranking, whole)


def _ranked(title: str, sentence: str, heading: str, ranking: books.Ranking, whole: int) -> Exhibit:
    if more := ranking.names - len(ranking.top):
        sentence += f" The first {len(ranking.top)} are drawn, {more:,} are not."
    return exhibit(
        title,
        sentence,
        (heading, "Books", "%"),
        [(tally.name, tally.books, percent(tally.books, whole)) for tally in ranking.top],
        lambda: charts.bars(
            [tally.name for tally in ranking.top], [tally.books for tally in ranking.top]
        ),
        _NONE,
    )


def _completeness(catalog: sqlite3.Connection, whole: int) -> Exhibit:
    known = books.count_fields(catalog)
    shares = {field: percent(count, whole) for field, count in known.items()}
    fields = sorted(shares, key=lambda field: -shares[field])
    return exhibit(
        "How much is known of them",
        "In how many of 100 books each field is known.",
        ("Field", "Books", "%"),
        [(field, known[field], shares[field]) for field in fields if whole],
        lambda: charts.bars(fields, [shares[field] for field in fields], ".1f"),
        "There are no books yet.",
    )
