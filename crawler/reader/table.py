"""Tables of text: where their header is, which columns hold ISBNs, and what their rows name."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from crawler.reader.cell import read_text
from crawler.reader.cells import CellsReader
from crawler.reader.columns import JUDGED_ROWS, Choice, choose_columns, pick_column
from crawler.reader.dialect import HEADER_ROWS, find_header, noted_delimiter
from crawler.reader.notes import name_columns, notes_on_choice, notes_on_rows
from crawler.reader.records import Dialect, Record, first_is_record, read_records
from crawler.reader.row import Row
from crawler.reader.source import Source
from crawler.seed import Reason

_HEADER_LIKE = frozenset({Reason.NOT_AN_ISBN, Reason.WRONG_LENGTH})
_LONGEST_NUMBER_IN_HEADER = 4
_NEXT_TO_NONE = 0.1
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}


class TableReader:
    """Reads the rows of a table. Raises `WrongUse` where it has no column `wanted`."""

    def __init__(self, source: Source, dialect: Dialect, wanted: str | None) -> None:
        self.dialect = dialect
        self._choice = Choice(())
        self._width = 0
        lines = source.sample.split("\n")
        self._notes = int(noted_delimiter(lines[0]) is not None)
        self._is_record = first_is_record(lines[self._notes :], dialect)
        records = [
            record
            for record in islice(self._records(iter(lines)), JUDGED_ROWS)
            if any(cell.strip() for cell in record.cells)
        ]
        rows = [record.cells for record in records]
        header = _find_header(rows, wanted)
        body = rows if header is None else rows[header + 1 :]
        self.header_line = 0 if header is None else records[header].line
        """0 where there is none."""
        self.header = [] if header is None else rows[header]
        self._width = _width(self.header, body)
        names = _names(self.header, body, self._width)
        self._choice = (
            choose_columns(names, body)
            if wanted is None
            else pick_column(source.name, names, body, wanted)
        )
        self._is_record = self._names_book
        self._cells = CellsReader(self._choice, self._width)
        self.is_list = header is None and self._choice.all_cells
        """Whether it has no header and nothing but ISBNs, so that a row may be several books."""

    @property
    def width(self) -> int:
        """As many cells as the header and most rows have."""
        return max(self._width, len(self.header))

    @property
    def description(self) -> str:
        """Its delimiter and its columns of ISBNs."""
        delimiter = _DELIMITERS.get(self.dialect.delimiter, repr(self.dialect.delimiter))
        return f"a table with {delimiter}, {name_columns(self._choice)}"

    def rows(self, source: Source) -> Iterator[Row]:
        """The rows of the table, its header left out."""
        for record in self._records(source.lines()):
            if record.line != self.header_line:
                yield self._cells.read(record.line, record.cells, record.text)

    def measured_rows(self, source: Source) -> Iterator[tuple[Row, int]]:
        """The same, each with how many cells it has."""
        for record in self._records(source.lines()):
            if record.line != self.header_line:
                row = self._cells.read(record.line, record.cells, record.text)
                yield row, len(record.cells)

    def opening_notes(self) -> Iterator[str]:
        """Whether the choice of columns is clear."""
        return notes_on_choice(self._choice)

    def closing_notes(self) -> Iterator[str]:
        """Rows that name two books, odd rows, columns that did not go on as they began."""
        return notes_on_rows(self._cells)

    def _records(self, lines: Iterator[str]) -> Iterator[Record]:
        for _ in range(self._notes):
            next(lines, None)
        return read_records(lines, self.dialect, self._is_record, after=self._notes)

    def _names_book(self, cells: list[str]) -> bool:
        return len(cells) == self._width and any(
            read_text(cells[column.index]).isbns
            for column in self._choice.columns
            if column.index < len(cells)
        )


def _find_header(rows: Sequence[Sequence[str]], wanted: str | None) -> int | None:
    """The row of the header: by its names, or else by being unlike the rows below it."""
    if wanted is not None and not wanted.isdecimal():
        for number, row in enumerate(rows[:HEADER_ROWS]):
            if wanted.strip().casefold() in [cell.strip().casefold() for cell in row]:
                return number
    named = find_header(rows)
    if named is not None or not rows:
        return named
    below = choose_columns([""] * len(rows[0]), rows[1:])
    heads = [rows[0][column.index].strip() for column in below.columns]
    return 0 if heads and all(map(_is_like_header, heads)) else None


def _is_like_header(cell: str) -> bool:
    digits = sum(map(str.isdecimal, cell))
    return digits <= _LONGEST_NUMBER_IN_HEADER and read_text(cell).reason in _HEADER_LIKE


def _width(header: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    """As many cells as the header has, or as most rows have if next to none has as many."""
    widths = Counter(map(len, body))
    if not body or widths[len(header)] > len(body) * _NEXT_TO_NONE:
        return len(header)
    return widths.most_common(1)[0][0]


def _names(header: Sequence[str], body: Sequence[Sequence[str]], width: int) -> list[str]:
    """A name for each of `width` columns.

    R's `write.table` gives the column of row names no name, so that the header is a cell short.
    """
    given = [name.strip() for name in header]
    if width == len(given) + 1 and given:
        before = choose_columns(["", *given], body)
        after = choose_columns([*given, ""], body)
        given = ["", *given] if before.named > after.named else [*given, ""]
    given += [""] * (width - len(given))
    return [name or f"column {number}" for number, name in enumerate(given, start=1)]
