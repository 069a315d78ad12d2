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
@click.option(
    "--passages/--no-passages",
    default=None,
    help="The words around a hit that the line does not show; by default on a terminal only.",
)
@form_options
@db_option
def command(search: Search, limit: int, passages: bool | None, form: str | None, db: Path) -> None:
    """Find books by the words of their titles, authors, subjects and descriptions.

    All WORDS must occur, whatever their case and accents; the last may be the beginning of a word,
    and words in double quotes are a phrase. The best match comes first. Without WORDS the books
    come in the order of the input.

    \b
      bookcrawl search gatsby fitz
      bookcrawl search '"war and peace"' --year ..1970 --language en
      bookcrawl search 'author:"le guin" year:1969..1974 -short'
      bookcrawl search --publisher penguin --limit 100 --csv > penguins.csv

    \b
    In WORDS can stand, before a word or a phrase in quotes:
      title: author: publisher: subject: description:   only there
      year:1990..2000  lang:en  isbn:0-14-032872-6      limits the books
      -fox       without it; after --, where it comes first
      fox OR dog one of the two is enough
      gats*      words that begin so

    Chinese, Japanese, Korean and Thai are found by any run of characters. An ISBN alone, however it
    is written, is that book.

    Off a terminal a book is a line: ISBN, title, authors, year and publisher, parted by tabs, and
    with --passages the words around a hit in the description, where the line has it not.
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.database import open_catalog
    from crawler.catalog.search import find_best
    from crawler.commands.found import print_found
    from crawler.commands.say import say

    with open_catalog(db) as catalog:
        books = find_best(catalog, search, limit + 1)
        count = print_found(islice(books, limit), search, form, passages=passages)
        there_are_more = count == limit and next(books, None) is not None
    if there_are_more:
        say(f"the first {limit}; --limit shows more of them")
    elif not count:
        say(_nothing_found(search.words, db))


def _nothing_found(words: str, db: Path) -> str:
    from crawler.isbn import find_isbn

    if isbn := find_isbn(words):
        show = command_line(f"show {isbn}", db)
        return f"nothing found; `{show}` tells what became of this ISBN"
    if len(words.split()) > 1:
        return "nothing found: all the words have to be in a book; try fewer, or OR between them"
    return "nothing found"
