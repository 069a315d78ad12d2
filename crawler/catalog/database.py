"""Opening the database to read it, also while a crawl is writing."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from crawler.catalog.limits import distrust
from crawler.errors import DatabaseUnusable
from crawler.names import for_shell
from crawler.store.trouble import unusable

APPLICATION_ID = 0x626B6372
"""The letters "bkcr" in the file's header."""

USER_VERSION = 2
"""The schema that this program reads."""

READ = frozenset(
    {
        "books", "books_fts", "books_unindexed", "call_minutes", "dictionaries", "inputs", "ledger",
        "ledger_counts", "payloads", "quota", "rejects", "runs",
    }
)  # fmt: skip
"""The tables that commands read."""

BUSY_TIMEOUT_S = 10.0
"""A reader waits only while another connection recovers the WAL after a crash, which is short."""

_NO_SHM = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
_HALF_WRITTEN = "SQLITE_READONLY_ROLLBACK"  # without -wal: a database of ours that was being made
_PRIMARY_CODE = 0xFF  # SQLite's extended result codes carry the primary one in their low byte


class NothingYet(DatabaseUnusable):
    """No crawl has come far enough to make the tables, or the one that does has not yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds nothing yet: `bookcrawl crawl FILE --db {for_shell(str(path))}` fills it"
        )


@contextmanager
def open_catalog(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection that sees one state of the database from its first read on.

    Raises `DatabaseUnusable` where there is no such file, where it is none of bookcrawl's or of a
    newer one, and, for as long as the connection is in use, where SQLite finds it damaged; of these
    `NothingYet` where no table is in it.
    """
    with telling(path), closing(connect_checked(path)) as connection:
        yield connection


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Raises `DatabaseUnusable` for what SQLite says of the database at `path`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from error  # it came while SQLite worked, and was swallowed
        raise unusable(path, error) from error


def connect_checked(path: Path) -> sqlite3.Connection:
    """The connection of `open_catalog`, for the caller to close."""
    _check_file(path)
    connection = _connect(path)
    try:
        distrust(connection)
        _check_kind(connection, path)
        _check_tables(connection, path)
        connection.execute("BEGIN")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_for_threads(path: Path) -> sqlite3.Connection:
    """A read-only connection that any thread may use, one at a time; the caller closes it.

    For a server that goes on while a crawl writes: each query sees what is there by then. That the
    file is ours, `open_catalog` has to have found before.
    """
    connection = _connect(path, check_same_thread=False)
    distrust(connection)
    return connection


def _check_file(path: Path) -> None:
    try:
        kind = path.stat().st_mode
    except FileNotFoundError as error:
        raise DatabaseUnusable(
            f"there is no database {path}: name another with --db, or make it with "
            f"`bookcrawl crawl FILE --db {for_shell(str(path))}`"
        ) from error
    except OSError as error:
        raise DatabaseUnusable(
            f"{path} can't be opened ({error.strerror}): name another file with --db"
        ) from error
    if not stat.S_ISREG(kind):
        raise DatabaseUnusable(f"{path} is not a file: name the database with --db")


def _connect(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Connect; where nobody may write beside the file, read it as one that does not change.

    A database in WAL mode needs its -shm file even for reading. On a read-only medium SQLite can't
    make it; without a -wal file nobody is writing, so the file alone is the whole database.
    """
    connection = _connect_uri(path, "mode=ro", check_same_thread)
    try:
        connection.execute("SELECT 1 FROM sqlite_schema")
    except UnicodeDecodeError as error:
        connection.close()
        raise unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        if getattr(error, "sqlite_errorname", None) == _HALF_WRITTEN:
            raise NothingYet(path) from error
        if primary_code(error) not in _NO_SHM or _has_wal(path):
            raise
        return _connect_uri(path, "mode=ro&immutable=1", check_same_thread)
    return connection


def _connect_uri(path: Path, query: str, check_same_thread: bool) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{query}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=check_same_thread,
    )


def _has_wal(path: Path) -> bool:
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def _check_kind(connection: sqlite3.Connection, path: Path) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not application_id and not tables:
        raise NothingYet(path)
    if application_id != APPLICATION_ID:
        raise DatabaseUnusable(f"{path} was not made by bookcrawl: name another file with --db")
    if version > USER_VERSION:
        raise DatabaseUnusable(
            f"{path} was made by a newer bookcrawl (schema {version}, this one reads "
            f"{USER_VERSION}): update bookcrawl"
        )
    if version < USER_VERSION:
        resume = f"bookcrawl resume --db {for_shell(str(path))}"
        raise DatabaseUnusable(
            f"{path} was made by an older bookcrawl (schema {version}, this one reads "
            f"{USER_VERSION}): bring it up to date with `{resume}`"
        )


def _check_tables(connection: sqlite3.Connection, path: Path) -> None:
    """A view in the place of a table would run what its author likes, and perhaps for ever."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    if gone := READ - {name for (name,) in tables}:
        raise DatabaseUnusable(
            f"{path} was changed by another program, which took the table {min(gone)} away: "
            "restore a copy"
        )


def primary_code(error: Exception) -> int | None:
    """SQLite's primary result code; None where the error is of Python's module itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY_CODE
