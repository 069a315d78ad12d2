"""A reader's own query, held to reading and to a time limit."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from msgspec import Struct

from crawler.catalog.database import primary_code
from crawler.errors import BookcrawlError, WrongUse
from crawler.store.trouble import unusable

Cell = int | float | str | bytes | None

READING = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_FUNCTION,  # load_extension among them is off until a program turns it on
    }
)

CONNECTING_A_VIRTUAL_TABLE = (sqlite3.SQLITE_UPDATE, "sqlite_master")
"""SQLite (3.40 does) asks for this itself when a query first uses json_each or books_fts. An UPDATE
of the schema that a user writes is refused without us, by SQLite and by mode=ro."""

READING_PRAGMAS = frozenset(
    {
        "data_version",  # the full-text index asks for it itself
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
"""The pragmas that describe a database; none of them changes anything."""

LONGEST_CELL_BYTES = 100_000_000

_STEPS_BETWEEN_CHECKS = 10_000  # of SQLite's virtual machine: too seldom to slow a query down
_ROWS_AT_ONCE = 100

_USERS_ERRORS = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_TOOBIG,
        None,  # raised by Python's module: wrong number of arguments, two statements, no text
    }
)


class Answer(Struct, frozen=True):
    """The names of the result's columns, each once, and its rows as they come."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


class TimeLimit:
    """A limit on the time that SQLite works; what the reader of the rows takes does not count."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self._clock = clock
        self._spent = 0.0
        self._started: float | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """SQLite works in here."""
        self._started = self._clock()
        try:
            yield
        finally:
            self._spent += self._clock() - self._started
            self._started = None

    def is_over(self) -> bool:
        """Whether the limit is passed; true makes SQLite stop."""
        now = 0.0 if self._started is None else self._clock() - self._started
        return self._spent + now > self.seconds


def run_query(
    connection: sqlite3.Connection,
    query: str,
    arguments: Sequence[str],
    *,
    path: Path,
    limit: TimeLimit,
) -> Answer:
    """The answer to one query of the user's, on a connection of `open_catalog`.

    Raises `WrongUse` where the query is none, is not understood, or would do anything but read,
    there and while the rows are taken also where the limit is passed; `path` is for sentences.
    """
    _allow_reading_only(connection)
    connection.set_progress_handler(limit.is_over, _STEPS_BETWEEN_CHECKS)
    batches = _batches(connection, query, arguments, path, limit)
    cursor, first = next(batches)
    columns = _distinct([column[0] for column in cursor.description])
    later = chain.from_iterable(rows for _, rows in batches)
    return Answer(columns, chain(first, later))


def _batches(
    connection: sqlite3.Connection,
    query: str,
    arguments: Sequence[str],
    path: Path,
    limit: TimeLimit,
) -> Iterator[tuple[sqlite3.Cursor, list[tuple[Cell, ...]]]]:
    """The cursor with the rows a batch at a time; the first batch comes even where it is empty."""
    try:
        with limit.running():
            cursor = connection.execute(query, tuple(arguments))
            rows = cursor.fetchmany(_ROWS_AT_ONCE)
        if cursor.description is None:
            raise WrongUse('there is no query: write one, as "select title from books"')
        yield cursor, rows
        while rows:
            with limit.running():
                rows = cursor.fetchmany(_ROWS_AT_ONCE)
            yield cursor, rows
    except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError) as error:
        raise _trouble(error, path, limit) from error


def _allow_reading_only(connection: sqlite3.Connection) -> None:
    """mode=ro keeps this file as it is, but lets ATTACH and VACUUM INTO make others."""
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL_BYTES)
    connection.set_authorizer(_authorize)


def _authorize(
    action: int, first: str | None, _second: str | None, _database: str | None, _view: str | None
) -> int:
    allowed = (
        action in READING
        or (action, first) == CONNECTING_A_VIRTUAL_TABLE
        or (action == sqlite3.SQLITE_PRAGMA and first in READING_PRAGMAS)
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _trouble(error: Exception, path: Path, limit: TimeLimit) -> BookcrawlError:
    if isinstance(error, UnicodeEncodeError):
        return WrongUse("the query or an argument is not UTF-8 text: write it in UTF-8")
    if not isinstance(error, sqlite3.Error):
        return WrongUse(f"the query can't be run: {str(error).rstrip('.')}")
    code = primary_code(error)
    if code == sqlite3.SQLITE_AUTH:
        return WrongUse("the query would do more than read: sql only takes select")
    if code == sqlite3.SQLITE_INTERRUPT:
        return _interrupted(limit)
    if code in _USERS_ERRORS:
        return WrongUse(f"the query can't be run: {str(error).rstrip('.')}")
    return unusable(path, error)


def _interrupted(limit: TimeLimit) -> WrongUse:
    if not limit.is_over():
        raise KeyboardInterrupt  # it came while SQLite was asking for the time, and was swallowed
    return WrongUse(
        f"the query was stopped after {limit.seconds:g} seconds: narrow it, or raise --timeout"
    )


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """`id, id` as `id, id_2`: in a JSON object each name is one."""
    taken: list[str] = []
    for name in names:
        number = 2
        unique = name
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.append(unique)
    return tuple(taken)
