"""Numbers in scientific notation: what is left of an ISBN in them, and what it speaks against."""

import re

from crawler.isbn import ISBN13
from crawler.reader.plain import BOOKLAND_PREFIXES, THIRTEEN

_NOTATION = re.compile(r"(\d)(?:[.,](\d*))?[eE]\+?12")


def contradicts(text: str, isbn: ISBN13) -> bool:
    """Whether `text` is an ISBN-13 in scientific notation whose digits aren't those of `isbn`.

    The last digit kept may be rounded. Shops' and other numbers contradict nothing.
    """
    notation = _NOTATION.fullmatch(text.strip().strip("\"'="))
    if not notation:
        return False
    kept = (notation[1] + (notation[2] or ""))[:THIRTEEN]
    if not kept.startswith(BOOKLAND_PREFIXES):
        return False
    unit = int("1" + "0" * (THIRTEEN - len(kept)))
    return abs(int(kept) * unit - isbn) > unit
