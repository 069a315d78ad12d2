"""`bookcrawl search`: full-text, best first."""

from itertools import islice
from pathlib import Path

import click

from crawler.catalog.query import Search
from crawler.commands.database import command_line, db_option
from crawler.commands.filters import TEXT, filter_options
from crawler.commands.output import form_options

MOST = 1_000_000_000
"""Books; far beyond, SQLite has no such number."""


def _joined(_context: click.Context, _words: click.Parameter, words: tuple[str, ...]) -> str:
    return " ".join(words)


@click.command("search")
@click.argument("words", nargs=-1, type=TEXT, callback=_joined)
@filter_options
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=20, show_default=True, help="Books at most."
)
@form_options
@db_option
def command(search: Search, limit: int, form: str | None, db: Path) -> None:
    """Find books by the words of their titles, authors, subjects and descriptions.

    All WORDS must occur, whatever their case and accents; the last may be the beginning of a word,
    and words in double quotes are a phrase. The best match comes first. Without WORDS the books
    come in the order of the input.

    \b
      bookcrawl search gatsby fitz
      bookcrawl search '"war and peace"' --year ..1970 --language en
      bookcrawl search --publisher penguin --limit 100 --csv > penguins.csv

    Off a terminal a book is a line: ISBN, title, authors, year and publisher, parted by tabs.
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.database import open_catalog
    from crawler.catalog.search import find_best
    from crawler.commands.output import print_books
    from crawler.commands.say import say

    with open_catalog(db) as catalog:
        books = find_best(catalog, search, limit + 1)
        count = print_books(islice(books, limit), form)
        there_are_more = next(books, None) is not None
    if there_are_more:
        say(f"the first {limit}; --limit shows more of them")
    elif not count:
        say(_nothing_found(search.words, db))


def _nothing_found(words: str, db: Path) -> str:
    from crawler.isbn import find_isbn

    if isbn := find_isbn(words):
        return f"nothing found; for an ISBN there is `{command_line(f'show {isbn}', db)}`"
    return "nothing found"
