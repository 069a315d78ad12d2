"""Numbers in scientific notation: what is left of an ISBN in them, and what it speaks against."""

import re

from crawler.isbn import ISBN13
from crawler.reader.plain import BOOKLAND_PREFIXES, THIRTEEN

_NOTATION = re.compile(r"(\d)(?:[.,](\d*))?[eE]\+?12")
_ZEROS = 2


class Notations:
    """The ISBN-13s in scientific notation of one table.

    A program writes all of them with as many digits and drops the zeros at their ends, so one that
    is a digit or two shorter than the longest ended in zeros.
    """

    def __init__(self) -> None:
        self._longest = 0

    def contradict(self, cell: str, isbn: ISBN13) -> bool:
        """Whether `cell` is such a notation and its digits aren't those of `isbn`.

        The last digit may be rounded. Numbers that are no ISBNs contradict nothing.
        """
        notation = _NOTATION.fullmatch(cell.strip().strip("\"'="))
        if not notation:
            return False
        digits = (notation[1] + (notation[2] or ""))[:THIRTEEN]
        self._longest = max(self._longest, len(digits))
        if not digits.startswith(BOOKLAND_PREFIXES):
            return False
        kept = self._longest if len(digits) >= self._longest - _ZEROS else len(digits)
        unit = int("1".ljust(THIRTEEN - kept + 1, "0"))
        return abs(int(digits.ljust(THIRTEEN, "0")) - isbn) > unit
