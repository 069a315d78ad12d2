"""`crawler.open_database`: books as typed records, also while a crawl is writing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from os import PathLike
from pathlib import Path

from crawler.catalog.database import connect_checked, telling
from crawler.catalog.query import Search
from crawler.catalog.rows import BookRow
from crawler.catalog.search import find_all, find_best
from crawler.catalog.show import find_book
from crawler.catalog.standing import count_books, count_states
from crawler.errors import WrongUse
from crawler.isbn import parse_isbn
from crawler.store.base import LedgerCounts


class Database:
    """A database, read-only, as it was at the first read; made by `open_database`.

    `connection` is for queries of your own, and for `pandas.read_sql`; it belongs to the thread
    that opened it, and raises what `sqlite3` does. All else raises `DatabaseUnusable` where the
    file is damaged.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self._path = path

    def __iter__(self) -> Iterator[BookRow]:
        """All books, in the order of the input, read as they are wanted."""
        with telling(self._path):
            yield from find_all(self.connection, Search())

    def __len__(self) -> int:
        """How many books there are."""
        with telling(self._path):
            return count_books(self.connection)

    def book(self, isbn: str | int) -> BookRow | None:
        """The book of an ISBN-10 or ISBN-13, if there is one; raises `WrongUse` for no ISBN."""
        try:
            wanted = parse_isbn(str(isbn))
        except ValueError as error:
            raise WrongUse(str(error)) from error
        with telling(self._path):
            return find_book(self.connection, wanted)

    def search(self, words: str, *, limit: int = 20) -> list[BookRow]:
        """At most `limit` books, best first; `words` are those of the command `search`.

        Raises `WrongUse` where they contradict each other, and for a limit below 0.
        """
        if limit < 0:
            raise WrongUse(f"{limit} is no number of books: give a limit of 0 or more")
        with telling(self._path):
            return list(find_best(self.connection, Search(words), limit))

    def counts(self) -> LedgerCounts:
        """How many ISBNs are in each state."""
        with telling(self._path):
            return LedgerCounts(**count_states(self.connection))


@contextmanager
def open_database(db: str | PathLike[str] = "books.db") -> Iterator[Database]:
    """The database at `db`, read-only, for the time of a `with`.

    Raises `DatabaseUnusable` where there is none, or none of bookcrawl's. What goes wrong inside of
    the `with` is raised as it is: it may be of another database.
    """
    path = Path(db)
    with telling(path):
        connection = connect_checked(path)
    with closing(connection):
        yield Database(connection, path)
