"""A real database, made from the schema, with the books that a test names."""

import json
import sqlite3
from pathlib import Path

from crawler.store.indexing import FUNCTIONS, INDEX_BOOKS

SCHEMA = Path(__file__).parents[2] / "crawler" / "store" / "schema.sql"
AT = "2026-11-20T10:00:00Z"

Cell = str | int | float | None


class Shelf:
    """A database with its writer open, as during a crawl."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.executescript(SCHEMA.read_text("utf-8"))
        self.connection.execute(f"PRAGMA application_id = {0x626B6372}")
        self.connection.execute("PRAGMA user_version = 2")
        for name, arguments, function in FUNCTIONS:
            self.connection.create_function(name, arguments, function, deterministic=True)
        self._number = 0

    def add(
        self,
        isbn: int,
        title: str | None,
        *,
        authors: tuple[str, ...] = (),
        categories: tuple[str, ...] = (),
        indexed: bool = True,
        **cells: Cell,
    ) -> int:
        """Put a book behind the others and tell its number."""
        row: dict[str, Cell] = {
            "id": self._next_number(),
            "isbn13": isbn,
            "title": title,
            "authors": json.dumps(authors, ensure_ascii=False),
            "categories": json.dumps(categories, ensure_ascii=False),
            "source": "google",
            "source_id": "mh0XcDg2oTAC",
            "match": "confirmed",
            "retrieved_at": AT,
            **cells,
        }
        self.connection.execute(
            f"INSERT INTO books ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )
        if indexed:
            self._index(self._number)
        return self._number

    def _index(self, number: int) -> None:
        """As the end of a crawl does, and leave the others for it that are not indexed."""
        self.connection.execute("CREATE TEMP TABLE others AS SELECT id FROM books_unindexed")
        self.connection.execute("DELETE FROM books_unindexed WHERE id <> ?", (number,))
        for statement in INDEX_BOOKS:
            self.connection.execute(statement)
        self.connection.execute(
            "INSERT INTO books_unindexed SELECT id FROM temp.others WHERE id <> ?", (number,)
        )
        self.connection.execute("DROP TABLE temp.others")

    def note(self, isbn: int, state: str, *, reason: str | None = None) -> None:
        """Put an ISBN without a book into the ledger."""
        settled_at = None if state == "pending" else AT
        self.connection.execute(
            "INSERT INTO ledger (number, isbn13, source, state, reason, run, settled_at) "
            "VALUES (?, ?, 'google', ?, ?, 1, ?)",
            (self._next_number(), isbn, state, reason, settled_at),
        )

    def close(self) -> None:
        self.connection.close()

    def _next_number(self) -> int:
        self._number += 1
        return self._number
