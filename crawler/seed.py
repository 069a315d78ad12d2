"""What a file of ISBNs holds: seeds, and lines that are rejected with a reason."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import astuple

from crawler.isbn import ISBN13


class Reason(StrEnum):
    """Why a line is rejected; the closed list that the outside may rely on."""

    NOT_AN_ISBN = "not_an_isbn"
    BAD_CHECK_DIGIT = "bad_check_digit"
    WRONG_LENGTH = "wrong_length"
    SCIENTIFIC_NOTATION = "scientific_notation"
    OTHER_IDENTIFIER = "other_identifier"
    NO_ISBN_IN_ROW = "no_isbn_in_row"


class Seed(Struct, frozen=True):
    """An ISBN as its file names it.

    `line` is the physical line, from 1, on which its row starts; `repaired` says that the digits
    were not all in the file (a leading zero that a spreadsheet had eaten).
    """

    isbn: ISBN13
    file: str
    line: int
    repaired: bool = False


class Rejected(Struct, frozen=True):
    """A line that names no ISBN that can be asked for; `text` is cut to a sane length."""

    file: str
    line: int
    text: str
    reason: Reason


class InputCounts(Struct, frozen=True):
    """How the rows of the input came out; a header is not counted among them.

    `seeds` are distinct ISBNs, `duplicates` those that were named before, `repaired` the seeds
    whose digits were not all in the file. A row may name several ISBNs: with `further` for those
    beyond its first, `lines + further == seeds + duplicates + rejected + blank`.
    """

    lines: int = 0
    seeds: int = 0
    duplicates: int = 0
    rejected: int = 0
    blank: int = 0
    repaired: int = 0
    further: int = 0


def total(counts: Iterable[InputCounts]) -> InputCounts:
    """The counts of several inputs as one."""
    rows = [astuple(count) for count in counts]
    return InputCounts(*map(sum, zip(*rows, strict=True)))
