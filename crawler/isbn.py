"""ISBNs: thirteen digits, one number for a book whichever way it was written.

The rules are those of the ISBN Users' Manual (7th edition): a prefix element 978 or 979, a
registration group, a registrant, a publication element, a check digit. An ISBN-10 is the old form
of a 978 number. `python-stdnum` holds the check digits and the ranges of groups and registrants.
"""

from collections.abc import Iterable, Mapping
from operator import mul
from typing import NewType

ISBN13 = NewType("ISBN13", int)
"""A valid ISBN-13 as an integer, 9_780_000_000_002 for `978-0-00-000000-2`."""

MUSIC_PREFIX = "9790"
"""979-0 is printed music (ISMN), not books."""


LENGTHS = (10, 13)


def parse_isbn(text: str) -> ISBN13:
    """The ISBN that `text` writes, as ISBN-10 or ISBN-13, hyphens and blanks allowed.

    Raises `ValueError` where the length, the prefix or the check digit is wrong.
    """
    from stdnum import isbn as rules  # loaded where it is used: with it most commands begin later
    from stdnum.exceptions import ValidationError

    # stdnum takes nine characters for ten that lost a zero; what lost one is a matter for a reader.
    if sum(character.isalnum() for character in text) not in LENGTHS:
        raise ValueError(f"{text!r} is no ISBN: it has neither 10 nor 13 digits")
    try:
        digits = rules.validate(text.upper(), convert=True)
    except ValidationError as error:
        raise ValueError(f"{text!r} is no ISBN: its digits or its check digit are wrong") from error
    if digits.startswith(MUSIC_PREFIX):
        raise ValueError(f"{text!r} is no ISBN: 979-0 numbers printed music")
    return ISBN13(int(digits))


def find_isbn(text: str) -> ISBN13 | None:
    """Like `parse_isbn`, for text that may as well be something else."""
    try:
        return parse_isbn(text)
    except ValueError:
        return None


def written_forms(isbns: Iterable[ISBN13]) -> dict[str, ISBN13]:
    """Both forms of each ISBN, without hyphens, and the ISBN that they stand for."""
    forms = {str(isbn): isbn for isbn in isbns}
    return forms | {short: isbn for isbn in forms.values() if (short := isbn10(isbn))}


def find_written(text: str, forms: Mapping[str, ISBN13]) -> ISBN13 | None:
    """Which ISBN of `forms` the text writes; nearly all are told at sight, a tenth of the cost."""
    if isbn := forms.get(text):
        return isbn
    if text.isascii() and text[:9].isdecimal():
        if len(text) == 10:  # noqa: PLR2004 - an ISBN-10, whose check digit may be an x
            return forms.get(text.upper())
        if len(text) == 13 and text.isdecimal():  # noqa: PLR2004 - an ISBN-13, and another one
            return None
    return forms.get(str(find_isbn(text)))


def isbn10(isbn: ISBN13) -> str | None:
    """The ten-character form; 979 numbers have none.

    Its check digit is the sum of its other digits, each times its place, modulo 11 (ISBN Users'
    Manual, 4th edition). stdnum would take the ISBN-13 to pieces and validate it again first.
    """
    digits = str(isbn)
    if not digits.startswith("978"):
        return None
    core = digits[3:-1]
    check = sum(map(mul, range(1, 10), map(int, core))) % 11
    return core + "0123456789X"[check]


def hyphenated(isbn: ISBN13) -> str:
    """`978-0-14-032872-1`; without hyphens where the range was never issued."""
    from stdnum import isbn as rules

    digits = str(isbn)
    parts = rules.split(digits)
    return "-".join(parts) if all(parts) else digits
