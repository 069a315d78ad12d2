"""What the database says of one ISBN: where it stands, and the cells asked for of its book."""

# ruff: noqa: S608  the SQL is put together of our own names of columns

import sqlite3
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from crawler.book import Match
from crawler.catalog.rows import SELECTED, parse_row
from crawler.isbn import ISBN13

Cell = str | int | float | tuple[str, ...] | None
"""A cell of a book, a list as a tuple."""


class Status(StrEnum):
    """How the ISBN of a row stands, in the words that its owner reads."""

    FOUND = "found"
    """The source has the book, and its record carries the ISBN."""
    UNCONFIRMED = "unconfirmed"
    """The source has a book, but its record carries no ISBN."""
    MISSING = "missing"
    FAILED = "failed"
    PENDING = "pending"
    NOT_ASKED = "not_asked"
    """No crawl has read it yet."""
    DELETED = "deleted"
    """It was found, and its book was deleted from the database since."""


class Standing(Struct, frozen=True):
    """An ISBN's status, and the cells of its book in the order asked for; none without a book."""

    status: Status
    cells: Sequence[Cell] = ()


_STATES = {
    "pending": Status.PENDING,
    "failed": Status.FAILED,
    "missing": Status.MISSING,
    "found": Status.DELETED,
}
"""Of an ISBN without a book, by its state in the ledger; of several sources the first counts."""


class Standings:
    """Looks ISBNs up in a database, for the `columns` of books."""

    def __init__(self, catalog: sqlite3.Connection, columns: Sequence[str]) -> None:
        self._catalog = catalog
        self._columns = columns

    def find(self, isbn: ISBN13) -> Standing:
        """Where it stands.

        Raises `DatabaseUnusable` where a cell holds what bookcrawl never writes.
        """
        query = f"SELECT {SELECTED} FROM books WHERE isbn13 = ?"
        found = self._catalog.execute(query, (isbn,)).fetchone()
        if found is None:
            return Standing(self._find_state(isbn))
        book = parse_row(found)
        status = Status.FOUND if book.match is Match.CONFIRMED else Status.UNCONFIRMED
        return Standing(status, [getattr(book, column) for column in self._columns])

    def _find_state(self, isbn: ISBN13) -> Status:
        query = "SELECT state FROM ledger WHERE isbn13 = ?"
        states = {state for (state,) in self._catalog.execute(query, (isbn,))}
        return next((_STATES[state] for state in _STATES if state in states), Status.NOT_ASKED)
