"""Rows and texts as a terminal shows them: within its width, and with nothing that it obeys."""

import io
import sys
from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from crawler.catalog.formats.csv_table import cell_text
from crawler.names import shown

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_DIRECTION_OVERRIDES = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))

_PRINTABLE: dict[int, str | None] = {
    **dict.fromkeys(_CONTROLS, "\N{REPLACEMENT CHARACTER}"),
    **dict.fromkeys(map(ord, "\t\n\r\u2028\u2029"), " "),
    **dict.fromkeys(_DIRECTION_OVERRIDES),
}

LONGEST_CELL = 10_000
"""Characters of a cell that a table shows; drawing more takes long, and nobody reads them."""

NARROWEST = 40
"""In columns; a table for fewer would lose cells, so the terminal has to break its lines."""

FindHits = Callable[[str, str], Sequence[tuple[int, int]]]
"""The name of a column and its text: where in it something stands that is to be marked."""

_BOOK_CELLS = ("isbn13", "title", "authors", "published_year", "publisher")
_GAP = 2
_NARROWEST_COLUMN = 12
"""In columns narrower than this, text falls apart into its letters."""


def printable(text: str) -> str:
    r"""The text on one line, without the characters that a terminal obeys instead of showing.

    Control characters, ESC among them, show as U+FFFD; the ones that turn the direction of all
    that follows are left out, marks that Hebrew and Arabic need are kept. Bytes of a file's name
    that are no UTF-8 show as `\xe9`.
    """
    return shown(text).translate(_PRINTABLE)


def render(renderable: RenderableType, width: int | None = None) -> str:
    """What standard output would show of it, if not told otherwise as wide as a terminal is."""
    page = io.StringIO()
    on_terminal = True if sys.stdout.isatty() else None
    console = Console(
        file=page, width=width or terminal_width(), force_terminal=on_terminal, highlight=False
    )
    console.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def terminal_width() -> int:
    """In columns; 80 where there is no terminal."""
    return max(NARROWEST, Console(file=sys.stdout).width)


def _unmarked(_column: str, _text: str) -> Sequence[tuple[int, int]]:
    return ()


def book_table(
    rows: Sequence[Sequence[object]], width: int, hits: FindHits = _unmarked
) -> RenderableType:
    """A line a book: ISBN, title, authors, year, publisher; the ISBN is never cut.

    Where the lines are too long, authors and publisher give way first, the title last. The places
    that `hits` names in the text of a column are marked.
    """
    texts = [_printed(row) for row in rows]
    too_long = any(sum(cell_len(cell) + _GAP for cell in row) > width for row in texts)
    table = _table()
    table.add_column("ISBN", no_wrap=True)
    table.add_column("Title")
    table.add_column("Authors", max_width=max(16, width // 5) if too_long else None)
    table.add_column("Year", no_wrap=True)
    table.add_column("Publisher", max_width=max(12, width // 6) if too_long else None)
    for row in texts:
        table.add_row(*(marked(c, hits(n, c)) for n, c in zip(_BOOK_CELLS, row, strict=True)))
    return table


def marked(text: str, hits: Sequence[tuple[int, int]]) -> Text:
    """The text for one line, with these places marked."""
    line = Text(text, no_wrap=True, overflow="ellipsis")
    for start, end in hits:
        line.stylize("bold underline", start, end)
    return line


def result_table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], width: int
) -> RenderableType:
    """Rows of any query: side by side where the columns have room, else one below the other."""
    texts = [_printed(row) for row in rows]
    headings = _printed(columns)
    longest = [max(map(cell_len, column)) for column in zip(headings, *texts, strict=True)]
    if sum(min(length, _NARROWEST_COLUMN) + _GAP for length in longest) > width:
        return _records(headings, texts)
    table = _table()
    for number, heading in enumerate(headings):
        numbers = all(isinstance(row[number], int | float | None) for row in rows)
        table.add_column(
            heading,
            justify="right" if numbers else "left",
            overflow="fold",
            min_width=min(longest[number], _NARROWEST_COLUMN),
        )
    for row in texts:
        table.add_row(*map(Text, row))
    return table


def _records(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> RenderableType:
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for number, row in enumerate(rows):
        if number:
            table.add_row()
        for heading, cell in zip(headings, row, strict=True):
            table.add_row(Text(heading), Text(cell))
    return table


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")


def _printed(row: Sequence[object]) -> list[str]:
    return [_cut(printable(cell_text(cell))) for cell in row]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
