"""The books of a search as they are printed: with the words that were found, and those around."""

import sys
from collections.abc import Iterable, Sequence
from functools import partial

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.segment import Segment

from crawler.catalog.formats.csv_table import cell_text
from crawler.catalog.passages import Hits, Passage, hits_of
from crawler.catalog.query import Search
from crawler.catalog.rows import BookRow
from crawler.commands.output import BRIEF_COLUMNS, print_books, print_rows, print_table
from crawler.commands.terminal import LONGEST_CELL, book_table, marked, printable, terminal_width
from crawler.store.segmenting import is_unparted

PASSAGE = 160
"""Characters of a passage off a terminal; on one, as many as a line holds."""

WITH_PASSAGES = ("description", "subtitle", "categories")
"""Columns that the brief line leaves out; the passage is of the first in which a word stands."""

_INDENT = 2


def print_found(
    books: Iterable[BookRow], search: Search, form: str | None, *, passages: bool | None
) -> int:
    """Print the books and tell how many they were.

    `passages` None: on a terminal only; in a form there are none, as it has the whole texts.
    """
    hits = hits_of(search)
    if form is None and sys.stdout.isatty():
        width = terminal_width()
        wanted = passages is not False
        return print_table(books, partial(FoundBooks, hits=hits, width=width, passages=wanted))
    if form is None and passages:
        rows = ((*_brief(book), _passage_text(book, hits)) for book in books)
        return print_rows((*BRIEF_COLUMNS, "passage"), rows, form)
    return print_books(books, form)


class FoundBooks:
    """A table of books with the hits marked, and below a book the passage that holds one."""

    def __init__(self, books: Sequence[BookRow], *, hits: Hits, width: int, passages: bool) -> None:
        self._table = book_table([_brief(book) for book in books], width, hits.find)
        length = width - _INDENT
        self._passages = [_passage(book, hits, length) if passages else None for book in books]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        heading, *lines = console.render_lines(self._table, options, pad=False)
        yield from (*heading, Segment.line())
        for line, passage in zip(lines, self._passages, strict=True):
            yield from (*line, Segment.line())
            if passage:
                line_below = marked(passage.text, passage.hits)
                line_below.stylize("dim")
                yield Padding(line_below, (0, 0, 0, _INDENT))


def _brief(book: BookRow) -> tuple[object, ...]:
    return tuple(getattr(book, column) for column in BRIEF_COLUMNS)


def _passage(book: BookRow, hits: Hits, length: int) -> Passage | None:
    """Around a word that the brief line does not show, in the text as it is printed."""
    hidden = hits.beyond({column: _text(book, column) for column in BRIEF_COLUMNS})
    for column in WITH_PASSAGES:
        text = _text(book, column)
        characters = length // 2 if is_unparted(text) else length
        if passage := hidden.passage(column, text, characters):
            return passage
    return None


def _text(book: BookRow, column: str) -> str:
    return printable(cell_text(getattr(book, column))[:LONGEST_CELL])


def _passage_text(book: BookRow, hits: Hits) -> str:
    passage = _passage(book, hits, PASSAGE)
    return passage.text if passage else ""
