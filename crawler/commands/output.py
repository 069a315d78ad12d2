"""How rows are printed.

On a terminal they are a table. Elsewhere they are lines for `cut`, `awk` and `while read`, as `gh`
prints them: columns parted by tabs, no header. `--csv`, `--json` and `--jsonl` print all columns by
name, and the same wherever they go.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import click

from crawler.catalog.formats import Write, csv_table, json_array, json_lines
from crawler.catalog.rows import COLUMNS, BookRow
from crawler.errors import WrongUse

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_ROWS_IN_A_TABLE = 1000
"""The widths of a table are known when its last row is; more rows than this nobody reads."""

BRIEF_COLUMNS = ("isbn13", "title", "authors", "published_year", "publisher")
"""What tells one book from another in a line."""

_Command = TypeVar("_Command", bound=Callable[..., object])
_Shown = TypeVar("_Shown")
_WriteRecords = Callable[[Iterable[object], BinaryIO], int]
_RECORD_WRITERS: Mapping[str, _WriteRecords] = {
    "json": json_array.write_records,
    "jsonl": json_lines.write_records,
}


def form_options(command: _Command) -> _Command:
    """Adds `form`: `"json"`, `"jsonl"`, `"csv"`, or None for a table or tab-separated lines."""
    for form, help_text in (
        ("csv", "Print CSV with a header."),
        ("jsonl", "Print a JSON object a line."),
        ("json", "Print a JSON array."),
    ):
        command = click.option(f"--{form}", "form", flag_value=form, help=help_text)(command)
    return command


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Standard output as bytes; the command ends with 0 where its reader wants no more of it.

    Raises `WrongUse` where it can't be written otherwise, as on a full disk.
    """
    out = sys.stdout.buffer
    try:
        yield out
        out.flush()
    except OSError as error:
        # What is left in the buffer would raise once more when the interpreter flushes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        if isinstance(error, BrokenPipeError):
            raise click.exceptions.Exit(0) from None
        raise WrongUse(f"standard output can't be written: {error.strerror}") from error


def print_books(books: Iterable[BookRow], form: str | None) -> int:
    """Print the books and tell how many they were: all columns in a form, else the brief ones."""
    from msgspec.structs import astuple

    if write := _RECORD_WRITERS.get(form or ""):
        return _print_records(books, write)
    if form == "csv":
        return _print_csv(COLUMNS, map(astuple, books))
    brief = (tuple(getattr(book, column) for column in BRIEF_COLUMNS) for book in books)
    if not sys.stdout.isatty():
        return _print_lines(brief)
    from crawler.commands.terminal import book_table, terminal_width

    return print_table(brief, lambda shown: book_table(shown, terminal_width()))


def write_books(books: Iterable[BookRow], write: Write) -> int:
    """Write the books to standard output as to a file, and tell how many they were."""
    with standard_output() as out:
        return write(books, out)


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], form: str | None) -> int:
    """Print the rows of a query and tell how many they were."""
    if write := _RECORD_WRITERS.get(form or ""):
        return _print_records((_record(columns, row) for row in rows), write)
    if form == "csv":
        return _print_csv(columns, rows)
    if not sys.stdout.isatty():
        return _print_lines(rows)
    from crawler.commands.terminal import result_table, terminal_width

    return print_table(rows, lambda shown: result_table(columns, shown, terminal_width()))


def _record(columns: Sequence[str], row: Sequence[object]) -> dict[str, object]:
    """A row as an object; an ISBN is a string in JSON, though the database keeps a number."""
    record = dict(zip(columns, row, strict=True))
    if isinstance(record.get("isbn13"), int):
        record["isbn13"] = str(record["isbn13"])
    return record


def _print_records(records: Iterable[object], write: _WriteRecords) -> int:
    with standard_output() as out:
        return write(records, out)


def _print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    if sys.stdout.isatty():
        columns, rows = _printable_cells(columns), map(_printable_cells, rows)
    with standard_output() as out:
        return csv_table.write_rows(columns, rows, out)


def _print_lines(rows: Iterable[Sequence[object]]) -> int:
    count = 0
    with standard_output() as out:
        for row in rows:
            out.write("\t".join(_printable_cells(row)).encode() + b"\n")
            count += 1
    return count


def _printable_cells(row: Sequence[object]) -> list[str]:
    from crawler.commands.terminal import printable

    return [printable(csv_table.cell_text(cell)) for cell in row]


def print_table(
    rows: Iterable[_Shown], draw: "Callable[[Sequence[_Shown]], RenderableType]"
) -> int:
    """Print what `draw` makes of the rows, or of as many as a table takes, and tell how many."""
    from crawler.commands.say import say
    from crawler.commands.terminal import render

    (*shown,) = islice(rows, MOST_ROWS_IN_A_TABLE + 1)
    if not shown:
        return 0
    with standard_output() as out:
        out.write(render(draw(shown[:MOST_ROWS_IN_A_TABLE])).encode())
    if len(shown) > MOST_ROWS_IN_A_TABLE:
        say(f"these are the first {MOST_ROWS_IN_A_TABLE} rows; --csv or --jsonl prints all")
    return len(shown)
