"""One ISBN: its book and where each value of it comes from, or where the ledger has it."""

import sqlite3

from msgspec import Struct

from crawler.catalog.origin import Asked, Sent, find_asked, find_sent
from crawler.catalog.rows import SELECTED, BookRow, parse_row, read_row
from crawler.isbn import ISBN13


class Entry(Struct, frozen=True):
    """What the ledger says of an ISBN at one source; schema.sql has the states."""

    source: str
    state: str
    attempts: int
    reason: str | None
    settled_at: str | None


class FullBook(Struct, frozen=True):
    """A book with what is known of its origin; `sent` is what the source sent otherwise."""

    book: BookRow
    asked: Asked | None
    sent: tuple[Sent, ...]


def find_book(connection: sqlite3.Connection, isbn: ISBN13) -> BookRow | None:
    """The book with this ISBN."""
    query = f"SELECT {SELECTED} FROM books WHERE isbn13 = ?"  # noqa: S608  constants
    cells = connection.execute(query, (isbn,)).fetchone()
    return None if cells is None else parse_row(cells)


def find_full_book(connection: sqlite3.Connection, isbn: ISBN13) -> FullBook | None:
    """The book with this ISBN, and its origin."""
    book = find_book(connection, isbn)
    if book is None:
        return None
    return FullBook(book, find_asked(connection, book), find_sent(connection, book))


def find_entries(connection: sqlite3.Connection, isbn: ISBN13) -> list[Entry]:
    """The ledger's rows for this ISBN, one a source; none where it was never asked for."""
    query = "SELECT source, state, attempts, reason, settled_at FROM ledger WHERE isbn13 = ?"
    return [read_row(Entry, cells) for cells in connection.execute(query, (isbn,))]
