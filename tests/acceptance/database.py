"""The database as its users read it: with SQLite, and nothing of the program."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

Cell = str | int | float | bytes | None
Row = tuple[Cell, ...]

HOW_IT_CAME = {"retrieved_at", "settled_at", "run", "unmapped"}
"""Columns that may differ between a crawl that was disturbed and one that was not: when, in which
run, and after which group of ISBNs."""


class Database:
    """The file at `path`; it need not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, query: str) -> list[Row]:
        with self._reading() as connection:
            return connection.execute(query).fetchall()

    def table(self, name: str) -> list[dict[str, Cell]]:
        """All columns but `HOW_IT_CAME`."""
        with self._reading() as connection:
            connection.row_factory = sqlite3.Row
            rows = [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1")]
        return [
            {column: cell for column, cell in row.items() if column not in HOW_IT_CAME}
            for row in rows
        ]

    def contents(self) -> dict[str, list[dict[str, Cell]]]:
        """What a crawl has brought, whenever and in however many runs."""
        return {name: self.table(name) for name in ("books", "ledger", "payloads")}

    def holds_some_isbns(self) -> bool:
        """Whether a crawl has begun to fill it."""
        being_made = self.path.with_name(f"{self.path.name}-journal").exists()
        if being_made or not self.path.exists():
            return False
        tables = self.rows("SELECT name FROM sqlite_schema WHERE name = 'ledger'")
        return bool(tables and self.rows("SELECT 1 FROM ledger LIMIT 1"))

    def isbns(self) -> list[str]:
        """In the order of the ledger."""
        return [str(isbn) for (isbn,) in self.rows("SELECT isbn13 FROM ledger ORDER BY number")]

    def states(self) -> dict[str, str]:
        """The state of each ISBN."""
        return {
            str(isbn): str(state) for isbn, state in self.rows("SELECT isbn13, state FROM ledger")
        }

    def settled(self) -> set[str]:
        return {isbn for isbn, state in self.states().items() if state != "pending"}

    def is_sound(self) -> bool:
        """Whether SQLite finds no damage, the ledger says `found` where a book stands, and its
        counts are what is there.
        """
        found = self.rows("SELECT number, isbn13 FROM ledger WHERE state = 'found' ORDER BY 1")
        books = self.rows("SELECT id, isbn13 FROM books ORDER BY 1")
        payloads = self.rows("SELECT id FROM payloads ORDER BY 1")
        counted = self.rows(
            "SELECT source, state, coalesce(unmapped, ''), coalesce(reason, ''), count(*) "
            "FROM ledger GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        )
        return (
            self.rows("PRAGMA integrity_check") == [("ok",)]
            and found == books
            and payloads == [(number,) for number, _ in books]
            and counted
            == self.rows("SELECT * FROM ledger_counts WHERE isbns <> 0 ORDER BY 1, 2, 3, 4")
        )

    def copied(self, folder: Path) -> "Database":
        """The files as they lie there, so that looking does not mend what a kill has left."""
        folder.mkdir(exist_ok=True)
        for file in self.path.parent.glob(f"{self.path.name}*"):
            shutil.copy(file, folder)
        return Database(folder / self.path.name)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as connection:
            yield connection
