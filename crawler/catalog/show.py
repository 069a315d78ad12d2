"""One ISBN: its book, or where the ledger has it."""

import sqlite3

from msgspec import Struct

from crawler.catalog.rows import SELECTED, BookRow, parse_row, read_row
from crawler.isbn import ISBN13


class Entry(Struct, frozen=True):
    """What the ledger says of an ISBN at one source; schema.sql has the states."""

    source: str
    state: str
    attempts: int
    reason: str | None
    settled_at: str | None


def find_book(connection: sqlite3.Connection, isbn: ISBN13) -> BookRow | None:
    """The book with this ISBN."""
    query = f"SELECT {SELECTED} FROM books WHERE isbn13 = ?"  # noqa: S608  constants
    cells = connection.execute(query, (isbn,)).fetchone()
    return None if cells is None else parse_row(cells)


def find_entries(connection: sqlite3.Connection, isbn: ISBN13) -> list[Entry]:
    """The ledger's rows for this ISBN, one a source; none where it was never asked for."""
    query = "SELECT source, state, attempts, reason, settled_at FROM ledger WHERE isbn13 = ?"
    return [read_row(Entry, cells) for cells in connection.execute(query, (isbn,))]
