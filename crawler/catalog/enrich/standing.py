"""What the database says of one ISBN: where it stands, and the cells asked for of its book."""

# ruff: noqa: S608  the SQL is put together of our own names of columns

import sqlite3
from collections.abc import Sequence
from enum import StrEnum

import msgspec
from msgspec import Struct

from crawler.book import Match
from crawler.errors import DatabaseUnusable
from crawler.isbn import ISBN13

Cell = str | int | float | tuple[str, ...] | None
"""A cell of a book, a list as a tuple."""

LISTS = frozenset({"authors", "categories"})
"""The columns of books that hold JSON arrays."""

_names = msgspec.json.Decoder(tuple[str, ...])


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
        self._query = f"SELECT match, {', '.join(columns)} FROM books WHERE isbn13 = ?"

    def find(self, isbn: ISBN13) -> Standing:
        """Where it stands.

        Raises `DatabaseUnusable` where a cell holds what bookcrawl never writes.
        """
        found = self._catalog.execute(self._query, (isbn,)).fetchone()
        if found is None:
            return Standing(self._find_state(isbn))
        match, *cells = found
        status = Status.FOUND if match == Match.CONFIRMED else Status.UNCONFIRMED
        try:
            return Standing(status, tuple(map(_read_cell, self._columns, cells)))
        except (msgspec.MsgspecError, TypeError) as error:
            raise DatabaseUnusable(
                f"the row of {isbn} in books was changed by another program ({error}): "
                "ask for it again with `bookcrawl retry --found`"
            ) from error

    def _find_state(self, isbn: ISBN13) -> Status:
        query = "SELECT state FROM ledger WHERE isbn13 = ?"
        states = {state for (state,) in self._catalog.execute(query, (isbn,))}
        return next((_STATES[state] for state in _STATES if state in states), Status.NOT_ASKED)


def _read_cell(column: str, cell: object) -> Cell:
    if column in LISTS and isinstance(cell, str):
        return _names.decode(cell)
    if column in LISTS or not isinstance(cell, str | int | float | None):
        raise TypeError(f"{column} holds {cell!r:.60}")
    return cell
