"""What the suite of a store needs of a database: to be opened, and to be read past the store."""

import shutil
import sqlite3
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any, Protocol

from crawler.isbn import ISBN13
from crawler.store.base import Store
from crawler.store.sqlite import open_store

Row = tuple[Any, ...]


class Backend(Protocol):
    def open(self) -> AbstractAsyncContextManager[Store]: ...

    def rows(self, query: str) -> list[Row]: ...

    def find(self, words: str) -> list[ISBN13]:
        """Books of which the full-text index holds these words, in the order of the input."""
        ...

    def copied(self, folder: Path) -> "Backend":
        """What a kill would leave of it at this moment, in a new folder."""
        ...


class SqliteBackend:
    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> AbstractAsyncContextManager[Store]:
        return open_store(self.path)

    def rows(self, query: str) -> list[Row]:
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as db:
            return db.execute(query).fetchall()

    def find(self, words: str) -> list[ISBN13]:
        numbers = self.rows(f"SELECT rowid FROM books_fts WHERE books_fts MATCH '{words}'")
        found = ", ".join(str(number) for (number,) in numbers)
        return [isbn for (isbn,) in self.rows(f"SELECT isbn13 FROM books WHERE id IN ({found})")]

    def copied(self, folder: Path) -> "SqliteBackend":
        folder.mkdir()
        for file in self.path.parent.glob(f"{self.path.name}*"):
            shutil.copy(file, folder)
        return SqliteBackend(folder / self.path.name)
