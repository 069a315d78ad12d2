"""ISBNs, and what a source may say of them."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from stdnum import ean

from crawler.book import Ask, Book, Failed, Found, Match, Missing, Outcome, Settled, Unmapped
from crawler.isbn import ISBN13
from crawler.seed import Seed

SOURCE = "google"
AT = datetime(2026, 11, 20, 10, 0, 0, tzinfo=UTC)
AT_TEXT = "2026-11-20T10:00:00Z"
LATER = AT + timedelta(days=1)
LATER_TEXT = "2026-11-21T10:00:00Z"

MISSING = Missing()
FAILED = Failed("the answer could not be read")
UNMAPPED = Unmapped(clean=True)


class LedgerRow(NamedTuple):
    """The ledger's columns, as a new ISBN has them."""

    number: int
    isbn13: ISBN13
    source: str = SOURCE
    state: str = "pending"
    attempts: int = 0
    unissued: int = 0
    unmapped: str | None = None
    reason: str | None = None
    run: int = 1
    settled_at: str | None = None


LEDGER = "SELECT * FROM ledger ORDER BY number"
BOOKS = "SELECT * FROM books ORDER BY id"
STATES = "SELECT number, state FROM ledger ORDER BY number"
TITLES = "SELECT id, title FROM books ORDER BY id"


def isbn(number: int) -> ISBN13:
    """A valid ISBN for each number, in their order."""
    stem = f"97801{number:07}"
    return ISBN13(int(stem + ean.calc_check_digit(stem)))


def seeds(*numbers: int) -> list[Seed]:
    return [Seed(isbn(number), "list.txt", line) for line, number in enumerate(numbers, start=1)]


def ask(number: int, *, unmapped: bool = False) -> Ask:
    """As the ledger has it when ISBN 1 was added first, ISBN 2 next, and so on."""
    return Ask(number, isbn(number), unmapped)


def book(number: int, title: str | None = "Matilda", *, match: Match = Match.CONFIRMED) -> Book:
    return Book(isbn(number), title, SOURCE, f"volume {number}", match)


def found(number: int, title: str = "Matilda", *, match: Match = Match.CONFIRMED) -> Settled:
    payload = f'{{"id":"volume {number}","title":"{title}"}}'.encode()
    return Settled(ask(number), Found(book(number, title, match=match), payload))


def settled(number: int, outcome: Outcome) -> Settled:
    return Settled(ask(number), outcome)
