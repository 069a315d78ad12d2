"""What a query asks for: `q` taken apart into its terms."""

import re
from typing import TypeAlias

from msgspec import Struct
from stdnum import ean

from crawler.isbn import ISBN13, find_isbn


class ByIsbn(Struct, frozen=True):
    """`isbn:…`; the ISBN is `None` where what follows cannot be one."""

    isbn: ISBN13 | None


class ByNumber(Struct, frozen=True):
    """An ISBN without the prefix: a plain word that happens to be a number."""

    isbn: ISBN13


class ByWords(Struct, frozen=True):
    """Any other words."""

    words: str


Term: TypeAlias = ByIsbn | ByNumber | ByWords

_OR = re.compile(r"\s+OR\s+")
_ISBN_TERM = re.compile(r"isbn:\s*(.*)", re.IGNORECASE)
_JUNK = re.compile(r"[\s\"'–-]")  # noqa: RUF001 - an en dash is what word processors make of a hyphen


def parse_query(text: str) -> tuple[Term, ...]:
    """The terms of a query, any of which may fit; ` OR ` parts them, in capitals."""
    return tuple(_parse_term(part) for part in _OR.split(text.strip()))


def isbns_of(terms: tuple[Term, ...]) -> tuple[ISBN13, ...]:
    """The ISBNs that the terms ask for, in their order."""
    return tuple(
        term.isbn for term in terms if not isinstance(term, ByWords) and term.isbn is not None
    )


def _parse_term(text: str) -> Term:
    prefixed = _ISBN_TERM.search(text)
    if prefixed is not None:
        return ByIsbn(_meant_by(prefixed[1]))
    isbn = _meant_by(text)
    return ByWords(text) if isbn is None else ByNumber(isbn)


def _meant_by(text: str) -> ISBN13 | None:
    # A wrong check digit finds the book with the right one, so the digit is not compared.
    digits = _JUNK.sub("", text)
    if re.fullmatch(r"97[89][0-9]{10}", digits):
        core = digits[:12]
    elif re.fullmatch(r"[0-9]{9}[0-9Xx]", digits):
        core = f"978{digits[:9]}"
    else:
        return None
    return find_isbn(core + ean.calc_check_digit(core))
