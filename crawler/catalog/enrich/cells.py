"""Cells that are added to a row of somebody's file, written as that file is written.

No text of a stranger's may do anything there: line ends and other control characters become
blanks, and what a spreadsheet would run gets an apostrophe in front, as in an export.
"""

import re
from collections.abc import Sequence

from crawler.catalog.enrich.standing import Cell
from crawler.catalog.formats.csv_table import SIGN, cell_text, disarmed, quoted
from crawler.reader.originals import Form

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FORMULA_BEHIND_COMMA = re.compile(rf",(?={SIGN})")
_PARTING = re.compile(r'[",;\t|]')
"""Where spreadsheets part cells, whatever the delimiter of the file is."""


class CellWriter:
    """Writes cells in the dialect of `form`, and in the encoding `codec`."""

    def __init__(self, form: Form, codec: str) -> None:
        self._delimiter = form.dialect.delimiter
        self._quotes = form.dialect.quoted
        self._quotes_all = form.quotes_all
        self._width = form.width
        self._codec = codec
        self.replaced = 0
        """Rows with a character that the encoding does not have: a question mark stands for it."""

    def write(self, cells: Sequence[Cell], after: int) -> bytes:
        """The cells, to be put behind the `after` cells of a row.

        A row that is too short gets empty cells before them, so that they stand in their columns.
        """
        fields = [""] * (self._width - after) + list(map(self._field, cells))
        text = "".join([self._delimiter + field for field in fields])
        try:
            return text.encode(self._codec)
        except UnicodeEncodeError:
            self.replaced += 1
            return text.encode(self._codec, "replace")

    def _field(self, cell: Cell) -> str:
        text = cell_text(cell)
        if isinstance(cell, str | tuple):
            text = self._harmless(_CONTROLS.sub(" ", text))
        if not self._quotes:
            return text.replace(self._delimiter, " ").replace('"', "'")
        if self._quotes_all or self._delimiter in text or _PARTING.search(text):
            return quoted(text)
        return text

    def _harmless(self, text: str) -> str:
        """Disarmed, also behind a comma that is no delimiter here, but one to some spreadsheets."""
        if self._delimiter != ",":
            text = _FORMULA_BEHIND_COMMA.sub(",'", text)
        return disarmed(text)
