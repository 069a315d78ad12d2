"""The book that a row of cells names, by the columns that hold ISBNs.

A row is one book. It's taken by the first of its columns that has an ISBN whole; an ISBN whose
zeros were restored comes after those. Where the ISBN-13 is in scientific notation and begins with
other digits, the row names two books and the one that decides is lost.
"""

from collections.abc import Sequence

from crawler.reader.cell import EMPTY, WORST_FIRST, Reading, read_text
from crawler.reader.columns import Choice, Column
from crawler.reader.headers import Role
from crawler.reader.padding import Padding
from crawler.reader.plain import plain_isbn
from crawler.reader.row import Row, excerpt
from crawler.reader.scientific import Notations
from crawler.reader.shifted import find_shifted
from crawler.seed import Reason

_SHORT_CELL = 60
_SAYS_NOTHING = frozenset({None, Reason.NOT_AN_ISBN, Reason.WRONG_LENGTH, Reason.NO_ISBN_IN_ROW})


class CellsReader:
    """Reads rows by the columns of `choice`; `width` is how many cells a row has to have.

    It remembers what the owner should know of: lines that name two books, rows that were shifted,
    and what the columns without leading zeros went on to show.
    """

    def __init__(self, choice: Choice, width: int | None) -> None:
        self._choice = choice
        self._columns = choice.columns
        self._width = width
        self._notations = Notations()
        self.conflicts: list[int] = []
        self.odd = 0
        self.shifted = 0
        self.paddings = {column: Padding() for column in choice.columns if column.padded}

    def read(self, line: int, cells: Sequence[str], text: str) -> Row:
        """The row that starts on `line`; `text` is what stands there."""
        odd = self._width is not None and len(cells) != self._width
        readings = [
            self._read_cell(column, cells[column.index], whole_row=not odd)
            if column.index < len(cells)
            else EMPTY
            for column in self._columns
        ]
        if any(reading.isbns for reading in readings):
            return self._take(line, cells, readings)
        if not any(cell and not cell.isspace() for cell in cells):
            return Row(line)
        self.odd += odd
        if not self._columns:
            return self._search(line, cells, text)
        if odd and all(reading.reason in _SAYS_NOTHING for reading in readings):
            return self._read_shifted(line, cells, text)
        return self._reject(line, cells, readings, text)

    def _read_cell(self, column: Column, cell: str, *, whole_row: bool) -> Reading:
        if not cell:
            return EMPTY
        if not column.padded:
            isbn = plain_isbn(cell)
            return Reading((isbn,)) if isbn is not None else read_text(cell)
        bare = cell.strip()
        isbn = self.paddings[column].see(bare)
        if whole_row and isbn is not None:
            return Reading((isbn,), repaired=True)
        return read_text(cell)

    def _take(self, line: int, cells: Sequence[str], readings: Sequence[Reading]) -> Row:
        named = [reading for reading in readings if reading.isbns]
        taken = next((reading for reading in named if not reading.repaired), named[0])
        for column, reading in zip(self._columns, readings, strict=True):
            if reading is taken or column.role >= Role.FALLBACK:
                continue
            if reading.isbns and taken.isbns[0] not in reading.isbns:
                self.conflicts.append(line)
            elif reading.reason is Reason.SCIENTIFIC_NOTATION and column.role is Role.THIRTEEN:
                notation = cells[column.index]
                if self._notations.contradict(notation, taken.isbns[0]):
                    self.conflicts.append(line)
                    return Row(line, reason=Reason.SCIENTIFIC_NOTATION, text=excerpt(notation))
        return Row(line, taken.isbns, repaired=taken.repaired)

    def _search(self, line: int, cells: Sequence[str], text: str) -> Row:
        """Without a column of ISBNs: the one ISBN-13 in the short cells of the row."""
        isbns = {
            isbn
            for cell in cells
            if len(cell) <= _SHORT_CELL
            for isbn in read_text(cell, thirteen_only=True).isbns
        }
        if len(isbns) == 1:
            return Row(line, tuple(isbns))
        return Row(line, reason=Reason.NO_ISBN_IN_ROW, text=excerpt(text))

    def _read_shifted(self, line: int, cells: Sequence[str], text: str) -> Row:
        isbn = find_shifted(cells, self._choice, self._width or 0)
        if isbn is None:
            return Row(line, reason=Reason.NO_ISBN_IN_ROW, text=excerpt(text))
        self.shifted += 1
        return Row(line, (isbn,))

    def _reject(
        self, line: int, cells: Sequence[str], readings: Sequence[Reading], text: str
    ) -> Row:
        worst = Row(line, reason=Reason.NO_ISBN_IN_ROW, text=excerpt(text))
        rank = WORST_FIRST.index(Reason.NO_ISBN_IN_ROW)
        for column, reading in zip(self._columns, readings, strict=True):
            own = column.role is not Role.FALLBACK and reading.reason is not None
            if own and WORST_FIRST.index(reading.reason) < rank:
                rank = WORST_FIRST.index(reading.reason)
                worst = Row(line, reason=reading.reason, text=excerpt(cells[column.index]))
        return worst
