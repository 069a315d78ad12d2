"""How files of ISBNs are named and opened by the commands that read them."""

import io
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import click

if TYPE_CHECKING:
    from crawler.reader import Input
    from crawler.store.base import InputRecord

_Command = TypeVar("_Command", bound=Callable[..., object])

STANDARD_INPUT = "-"


def reading_options(command: _Command) -> _Command:
    """Adds `column` and `format_`, which overrule what the reader finds."""
    command = click.option(
        "--format", "format_", envvar="BOOKCRAWL_FORMAT", help="The files' format, if not found."
    )(command)
    return click.option(
        "--column", envvar="BOOKCRAWL_COLUMN", help="The column of the ISBNs, by name or number."
    )(command)


def standard_input() -> BinaryIO:
    """Without a buffer: one whose lock a thread holds that still waits for input when the program
    ends makes Python abort.
    """
    try:
        number = sys.stdin.fileno()
    except io.UnsupportedOperation:  # bytes in memory, in the place of a file
        return sys.stdin.buffer
    return open(number, "rb", buffering=0, closefd=False)


def open_files(
    files: Sequence[str], column: str | None, format_: str | None
) -> "tuple[Input, tuple[InputRecord, ...]]":
    """The files as one input, and how the store remembers them: by their absolute paths.

    Raises `InputUnreadable`.
    """
    from crawler.library import inputs

    return inputs.open_files(files, column, format_, standard_input())
