"""Each row of a file as it stands, with the cells asked for added at its end."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.catalog.enrich.cells import CellWriter
from crawler.catalog.enrich.encoding import choose_codec, refuse_other_encodings
from crawler.catalog.enrich.standing import Cell, Standings, Status
from crawler.catalog.rows import COLUMNS
from crawler.errors import InputUnreadable, WrongUse
from crawler.reader.notes import note_on_none
from crawler.reader.originals import Form, Originals, Piece
from crawler.reader.row import Row

ISBN, STATUS = "isbn13", "status"
"""Added to every row: the ISBN that was looked up, and how it stands."""

PREFIX = "bookcrawl_"
"""Before the names of the columns added, so that they are none of the owner's."""


class Enrichment:
    """The rows of `originals` with cells added: `columns` of books, ISBN and status.

    While they are read, `statuses` counts them by status or by the reason of a reject; `too_long`
    counts rows with more cells than there are columns, in which what is added stands further to the
    right; `replaced` those with a character that `codec`, the file's encoding, does not have.

    Raises `WrongUse` for a column or an encoding that there isn't.
    """

    def __init__(
        self,
        catalog: sqlite3.Connection,
        originals: Originals,
        columns: Sequence[str],
        encoding: str | None = None,
    ) -> None:
        for column in columns:
            if column not in COLUMNS:
                raise WrongUse(f"books have no column {column!r}: choose of {', '.join(COLUMNS)}")
        asked = [column for column in dict.fromkeys(columns) if column != ISBN]
        self._originals = originals
        self._form = originals.form
        self._names = [*asked, ISBN, STATUS]
        self._standings = Standings(catalog, asked)
        self._unsure = encoding is None and not self._form.sure
        self.codec = choose_codec(self._form, encoding)
        self._cells = CellWriter(self._form, self.codec)
        self._unknown = ("",) * len(asked)
        self.statuses: Counter[str] = Counter()
        self.too_long = 0

    @property
    def replaced(self) -> int:
        """Rows with a question mark in the place of a character."""
        return self._cells.replaced

    def rows(self) -> Iterator[bytes]:
        """All of the file, a row at a time, with its line ends.

        Raises `InputUnreadable` where no row names an ISBN, and where cells can't be added because
        the file is in an encoding that nobody has named.
        """
        for piece in self._originals.pieces():
            yield piece.text + self._added(piece) + piece.end
        if not any(status in self.statuses for status in Status):
            raise InputUnreadable(note_on_none(self._form.name, self.statuses))

    def _added(self, piece: Piece) -> bytes:
        if self._unsure:
            refuse_other_encodings(piece.text, self._form.name)
        if piece.is_header:
            names = column_names(self._names, self._form.header)
            return self._cells.write(names, piece.cells)
        if piece.row is None or _stays(piece.row, piece.cells, self._form):
            return b""
        self.too_long += piece.cells > self._form.width
        return self._cells.write(self._look_up(piece.row), piece.cells)

    def _look_up(self, row: Row) -> Sequence[Cell]:
        if row.reason is not None:
            self.statuses[row.reason] += 1
        if not row.isbns:
            return (*self._unknown, "", str(row.reason or ""))
        standing = self._standings.find(row.isbns[0])
        self.statuses[standing.status] += 1
        return (*(standing.cells or self._unknown), str(row.isbns[0]), str(standing.status))


def column_names(names: Sequence[str], header: Sequence[str]) -> list[str]:
    """The names of the columns added, none of them in `header` already, in whatever case."""
    taken = {name.strip().casefold() for name in header}
    return [_free_name(PREFIX + name, taken) for name in names]


def _free_name(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _stays(row: Row, cells: int, form: Form) -> bool:
    """Whether it is no row of theirs: an empty line, or a title above the header."""
    if row.isbns:
        return False
    return row.line < form.header_line or (row.reason is None and cells <= 1)
