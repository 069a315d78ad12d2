"""ISBNs in a run of digits, blanks, hyphens and dots: which digits belong together."""

import re

from msgspec import Struct

from crawler.isbn import ISBN13
from crawler.reader.plain import (
    BOOKLAND_PREFIXES,
    TEN,
    THIRTEEN,
    ends_in_zeros,
    is_ean,
    is_issn,
    plain_isbn,
)
from crawler.seed import Reason

_JOINTS = str.maketrans("", "", "-.")
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")
_ISSN = re.compile(r"\d{4}-\d{3}[\dXx]")
_UPC = 12
_TEN_WITH_HYPHENS = re.compile(r"(?=.{13}$)\d{1,5}-\d{1,7}-\d{1,7}-[\dXx]")
_SHORTEST_ATTEMPT, _LONGEST_ATTEMPT = 7, 18


class Run(Struct, frozen=True):
    """What a run of digits holds: its ISBNs, those written as ISBN-13, and what is wrong else."""

    isbns: list[ISBN13]
    thirteens: list[ISBN13]
    reasons: list[Reason]


def read_run(text: str, *, ten: bool, after_thirteen: bool) -> Run:
    """The ISBNs in `text`, which is digits (a final X among them), blanks, hyphens and dots.

    An ISBN-10 without its three hyphens is read where `ten` says that an ISBN may be expected.
    With `after_thirteen` ten digits from 978 or 979 on are taken for an ISBN-13 that was cut off.
    """
    run = Run([], [], [])
    parts = text.split()
    place = 0
    while place < len(parts):
        taken, digits = _take(parts, place)
        if len(digits) == THIRTEEN:
            _read_thirteen(digits, run)
        elif len(digits) == TEN and not (after_thirteen and digits.startswith(BOOKLAND_PREFIXES)):
            _read_ten(digits, run, trusted=ten or _has_groups(parts[place + taken - 1]))
        else:
            _read_other(parts[place], digits, run)
        after_thirteen = after_thirteen or bool(run.thirteens)
        place += taken
    return run


def _take(parts: list[str], place: int) -> tuple[int, str]:
    """How many parts from `place` on make one number, and its digits.

    Blanks part the groups of an ISBN as hyphens do. Parts are joined where they come to thirteen
    digits from 978 or 979 on, or to ten of which the last part is the check digit alone.
    """
    first = _digits(parts[place])
    if first in BOOKLAND_PREFIXES and _is_whole_ten(parts[place + 1 : place + 2]):
        return 2, _digits(parts[place + 1])
    if len(first) >= THIRTEEN or (len(first) == TEN and not first.startswith(BOOKLAND_PREFIXES)):
        return 1, first
    joined = first
    for count, part in enumerate(parts[place + 1 : place + 7], start=2):
        digits = _digits(part)
        joined += digits
        if len(joined) == THIRTEEN and joined.startswith(BOOKLAND_PREFIXES):
            return count, joined
        if len(joined) == TEN and len(digits) == 1:
            return count, joined
    return 1, first


def _is_whole_ten(parts: list[str]) -> bool:
    """Whether an ISBN-10 with all its hyphens comes next, as in `978- 5-9516-0142-8`."""
    return bool(parts) and _has_groups(parts[0]) and plain_isbn(_digits(parts[0])) is not None


def _has_groups(part: str) -> bool:
    """Whether hyphens part ten digits into group, registrant, publication and check digit."""
    return _TEN_WITH_HYPHENS.fullmatch(part) is not None


def _digits(part: str) -> str:
    if whole := _WHOLE_NUMBER.fullmatch(part):
        return whole[1]
    return part.translate(_JOINTS).upper()


def _read_thirteen(digits: str, run: Run) -> None:
    if (isbn := plain_isbn(digits)) is not None:
        run.thirteens.append(isbn)
        run.isbns.append(isbn)
    elif not digits.isdecimal():
        run.reasons.append(Reason.NOT_AN_ISBN)
    elif digits.startswith(BOOKLAND_PREFIXES) and ends_in_zeros(digits):
        run.reasons.append(Reason.SCIENTIFIC_NOTATION)
    elif is_ean(digits):
        run.reasons.append(Reason.OTHER_IDENTIFIER)
    else:
        run.reasons.append(Reason.BAD_CHECK_DIGIT)


def _read_ten(digits: str, run: Run, *, trusted: bool) -> None:
    isbn = plain_isbn(digits)
    if isbn is not None and trusted:
        run.isbns.append(isbn)
    elif isbn is not None or len(set(digits)) == 1:
        run.reasons.append(Reason.NOT_AN_ISBN)
    else:
        run.reasons.append(Reason.BAD_CHECK_DIGIT)


def _read_other(part: str, digits: str, run: Run) -> None:
    if _is_upc(digits) or (_ISSN.fullmatch(part) and is_issn(digits)):
        run.reasons.append(Reason.OTHER_IDENTIFIER)
    elif _SHORTEST_ATTEMPT <= len(digits) <= _LONGEST_ATTEMPT:
        run.reasons.append(Reason.WRONG_LENGTH)


def _is_upc(digits: str) -> bool:
    """An ISBN-13 that lacks its last digit looks like a UPC-A at times, and is taken for none."""
    return len(digits) == _UPC and not digits.startswith(BOOKLAND_PREFIXES) and is_ean(digits)
