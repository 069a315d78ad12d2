"""A reader's own query, held to reading and to a time limit."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from crawler.catalog.database import primary_code
from crawler.catalog.limits import STEPS_BETWEEN_CHECKS, TimeLimit
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
    connection.set_progress_handler(limit.is_over, STEPS_BETWEEN_CHECKS)
    with _told(path, limit):
        with limit:
            cursor = connection.execute(query, tuple(arguments))
        if cursor.description is None:
            raise WrongUse('there is no query: write one, as "select title from books"')
    return Answer(
        _distinct([column[0] for column in cursor.description]), _rows(cursor, path, limit)
    )


def _rows(cursor: sqlite3.Cursor, path: Path, limit: TimeLimit) -> Iterator[tuple[Cell, ...]]:
    """One at a time: a hundred with the longest cells would be ten gigabytes."""
    with _told(path, limit):
        while True:
            with limit:
                row = cursor.fetchone()
            if row is None:
                return
            yield row


@contextmanager
def _told(path: Path, limit: TimeLimit) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError, MemoryError) as error:
        raise _trouble(error, path, limit) from error


def _allow_reading_only(connection: sqlite3.Connection) -> None:
    """mode=ro keeps this file as it is, but lets ATTACH and VACUUM INTO make others."""
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
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
    if isinstance(error, MemoryError):
        return WrongUse("the query needs more memory than it may have: narrow it")
    if isinstance(error, UnicodeEncodeError):
        return WrongUse("the query or an argument is not UTF-8 text: write it in UTF-8")
    code = primary_code(error)
    if code == sqlite3.SQLITE_AUTH:
        return WrongUse("the query would do more than read: sql only takes select")
    if code == sqlite3.SQLITE_INTERRUPT:
        return _interrupted(limit)
    if isinstance(error, sqlite3.Error) and code not in _USERS_ERRORS:
        return unusable(path, error)
    return WrongUse(f"the query can't be run: {str(error).rstrip('.')}")


def _interrupted(limit: TimeLimit) -> WrongUse:
    if not limit.is_over():
        raise KeyboardInterrupt  # it came while SQLite was asking for the time, and was swallowed
    return stopped(limit)


def stopped(limit: TimeLimit) -> WrongUse:
    """What is to be told of a query that has passed its limit."""
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
