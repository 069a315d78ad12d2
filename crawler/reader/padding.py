"""Leading zeros that a spreadsheet took from a column of ISBN-10s, and when they may be restored.

One in eleven numbers of nine digits becomes a valid ISBN when a zero is put before it, so a single
short number proves nothing. The habit of its column does: nearly all short numbers become ISBNs,
and no number of ten digits has kept a zero in front.
"""

import re

from crawler.isbn import ISBN13
from crawler.reader.plain import TEN, plain_isbn

_SHORT = re.compile(r"(\d{7,9})(?:\.0+)?")
_FEWEST = 3
_NEARLY_ALL = 0.8
_FLOAT = re.compile(r"(\d{10})\.0+")
_CLEAR_SHARE = 0.05


def restore(cell: str) -> ISBN13 | None:
    """The ISBN that `cell` is with its leading zeros; None where it is none with them."""
    short = _SHORT.fullmatch(cell)
    return plain_isbn(short[1].zfill(TEN)) if short else None


class Padding:
    """What the cells of one column show about leading zeros."""

    def __init__(self) -> None:
        self.restorable = 0
        self.not_restorable = 0
        self.kept_zeros = 0
        self._whole = 0

    def see(self, cell: str) -> ISBN13 | None:
        """Count one filled cell; the ISBN that it is with its leading zeros, if it lacks any."""
        if not _SHORT.fullmatch(cell):
            self._see_whole(cell)
            return None
        isbn = restore(cell)
        if isbn is None:
            self.not_restorable += 1
        else:
            self.restorable += 1
        return isbn

    def _see_whole(self, cell: str) -> None:
        whole = _FLOAT.sub(r"\1", cell)
        if len(whole) == TEN and plain_isbn(whole) is not None:
            self._whole += 1
            self.kept_zeros += whole[0] == "0" and whole.isdecimal()

    def is_habit(self, filled: int) -> bool:
        """Whether the zeros of this column, of which `filled` cells were seen, are lost."""
        short = self.restorable + self.not_restorable
        return (
            self.restorable >= max(_FEWEST, short * _NEARLY_ALL, filled * _CLEAR_SHARE)
            and self._whole > 0
            and self.kept_zeros == 0
        )
