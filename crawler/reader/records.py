"""The records of a table of text, with the physical lines that they stand on.

A quote that is opened and not closed would swallow the rows after it. So where a record runs over
several lines, and one of them is a record by itself, its first line is read with its quotes as
letters, and the lines after it are read anew.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from crawler.reader.plain import plain_isbn

_MOST_LINES = 1000
_MOST_CHARACTERS = 1 << 21
_AROUND = " \t\"'=[]"

# Of all of the process; with the 128 KiB that it is else, a row with a long text is torn into many.
csv.field_size_limit(max(csv.field_size_limit(), _MOST_CHARACTERS))


class Dialect(Struct, frozen=True):
    """A delimiter, and whether double quotes hold cells together or are letters like others."""

    delimiter: str
    quoted: bool = True

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """The rows of `lines`, each of which has to have its line end."""
        if self.quoted:
            return csv.reader(lines, delimiter=self.delimiter)
        return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)


class Record(Struct, frozen=True, gc=False):
    """The cells of a row; `line` is the physical line where it starts, `text` what stands there."""

    line: int
    cells: list[str]
    text: str


class _RunawayError(Exception):
    """A quote does not close within a thousand lines, or two million characters."""


class _Lines:
    """Physical lines for `csv.reader`, which can be taken back until they are released."""

    def __init__(self, source: Iterator[str], number: int) -> None:
        self._source = source
        self._again: deque[str] = deque()
        self._number = number
        self.held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self.held.append(line)
        if len(self.held) > 1 and self._runs_away():
            raise _RunawayError
        return line + "\n"

    def _runs_away(self) -> bool:
        return len(self.held) > _MOST_LINES or sum(map(len, self.held)) > _MOST_CHARACTERS

    def release(self, cells: list[str]) -> Record:
        """The record of the lines held, which are let go."""
        record = Record(self._number + 1, cells, self.held[0])
        self._number += len(self.held)
        self.held.clear()
        return record

    def take_back(self) -> str:
        """Take back all lines held but the first, and return that."""
        self._again.extendleft(reversed(self.held[1:]))
        del self.held[1:]
        return self.held[0]


def read_records(
    lines: Iterator[str],
    dialect: Dialect,
    is_record: Callable[[list[str]], bool],
    *,
    after: int = 0,
) -> Iterator[Record]:
    """The records of `lines`, which follow the line number `after`.

    `is_record` tells of the cells of one line whether they are a whole record.
    """
    held = _Lines(lines, after)
    while True:
        try:
            for cells in dialect.reader(held):
                if len(held.held) > 1 and _swallows(held.held[1:], dialect, is_record):
                    break
                yield held.release(cells)
            else:
                return
        except (csv.Error, _RunawayError):
            pass
        yield held.release(held.take_back().split(dialect.delimiter))


def first_is_record(lines: Sequence[str], dialect: Dialect) -> Callable[[list[str]], bool]:
    """Whether cells are a record, as far as the first of `lines` shows: as many, and an ISBN."""
    try:
        width = max(map(len, dialect.reader(iter(lines[:1]))), default=0)
    except csv.Error:
        width = 0
    return lambda cells: (
        len(cells) == width and any(plain_isbn(cell.strip(_AROUND)) is not None for cell in cells)
    )


def _swallows(lines: list[str], dialect: Dialect, is_record: Callable[[list[str]], bool]) -> bool:
    return any(
        line.count('"') % 2 == 0 and is_record(cells)
        for line in lines
        for cells in dialect.reader(iter([line]))
    )
