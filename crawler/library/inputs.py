"""What a run reads: files by their absolute paths, and lists that are handed over."""

import io
import os
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from crawler.errors import InputUnreadable, WrongUse
from crawler.reader import Format, Input, open_inputs
from crawler.reader.layout import find_reader
from crawler.reader.source import STDIN, Source
from crawler.store.base import InputRecord

LIST = "(list)"
"""Stands for the file's name where a list was handed over."""

GIVEN_ONCE = {STDIN, LIST}
"""What can't be opened again."""


def open_files(
    files: Sequence[str],
    column: str | None = None,
    format_: str | None = None,
    stdin: BinaryIO | None = None,
) -> tuple[Input, tuple[InputRecord, ...]]:
    """The files as one input, and how the store remembers them: by their absolute paths.

    `stdin` is read for `-`; without it there is nothing to be read. Raises `InputUnreadable`.
    """
    names = {STDIN, ""}  # an empty one is for the reader to refuse
    paths = [file if file in names else os.path.abspath(file) for file in files]  # noqa: PTH100 - as given, not resolved
    opened = open_inputs(paths, column=column, format=format_, stdin=stdin or io.BytesIO())
    return opened, tuple(InputRecord(path, column, format_) for path in paths)


def open_list(isbns: Iterable[str | int]) -> tuple[Input, tuple[InputRecord, ...]]:
    """ISBNs as an input, read as a file with one a line would be.

    They are taken at once, 14 bytes each, since the input is read in another thread, where not
    every iterable may be used.
    """
    refuse_text(isbns)
    lines = "".join(f"{_one_line(str(isbn))}\n" for isbn in isbns)
    if not lines:
        return Input([]), ()
    source = Source(STDIN, io.BytesIO(lines.encode()))
    source.file, source.name = LIST, "the list"
    return Input([(source, find_reader(source, None, Format.LIST))]), (InputRecord(LIST),)


def refuse_text(isbns: object) -> None:
    """Raise `WrongUse` for a text, of which each letter would be an item."""
    if isinstance(isbns, str | bytes):
        raise WrongUse("a list of ISBNs is wanted, or files=[…] for those that a file has")


def _one_line(text: str) -> str:
    """Without what would make the list a binary file, or more lines than it has items."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " for sign in text)


def reopen(records: Sequence[InputRecord]) -> tuple[dict[InputRecord, Input], list[str]]:
    """The files that an interrupted run did not read to the end, each as it was to be read.

    The sentences tell of those that can't be read any more.
    """
    opened: dict[InputRecord, Input] = {}
    gone: list[str] = []
    for record in records:
        try:
            opened[record] = open_inputs(
                [record.file], column=record.column, format=record.format, stdin=io.BytesIO()
            )
        except InputUnreadable as trouble:
            gone.append(f"an earlier run did not read {record.file} to its end, and now: {trouble}")
    return opened, gone
