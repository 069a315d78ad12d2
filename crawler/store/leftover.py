"""The log that a crash leaves beside a database, and whether it is of that database.

SQLite takes whatever `-wal` file lies there for the database's own. Where a copy was put in the
place of a database that had crashed, the log of the old one is written over it, and both are lost
(sqlite.org, "How To Corrupt An SQLite Database File": "Mispairing database files and hot
journals"). So the lock's file names the run whose log it is, and the database by itself, read as if
there were no log, has to know that run as its last.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import aiosqlite

from crawler.errors import DatabaseDamaged, DatabaseUnusable
from crawler.store.lock import Lock
from crawler.store.trouble import unusable

NAMES = "SELECT 'run ' || id || ', begun ' || started_at || ', process ' || pid FROM runs"
LAST = " ORDER BY id DESC LIMIT 1"
_NAME = re.compile(r"(run \d+, begun \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, process \d+)?")


def log_path(path: Path) -> Path:
    """Where SQLite keeps the log: beside the file itself, not beside a link to it."""
    return Path(os.path.realpath(path) + "-wal")


@contextmanager
def own_log(path: Path, lock: Lock) -> Iterator[None]:
    """Inside, SQLite may have the log, of which nothing is noted yet; entered before it sees it.

    Raises `DatabaseUnusable` where a crash has left the log of another file than the one at `path`.
    """
    if _holds_something(path) and _holds_something(log_path(path)):
        _refuse_log_of_another(path, lock)
    lock.note("")
    yield
    if not _holds_something(log_path(path)):
        lock.note("")  # there is none any more to be told from others


async def sign_log(db: aiosqlite.Connection, path: Path, lock: Lock) -> None:
    """Note whose log it is from now on: the last run's, if the database knows that by itself.

    While another program reads an older state it can't be told that, and nothing is noted. Raises
    `DatabaseUnusable`.
    """
    try:
        await db.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
        ((last_run,),) = await db.execute_fetchall(NAMES + LAST)
        if last_run == _last_run_without_log(path):
            lock.note(last_run)
    except sqlite3.Error as error:
        raise unusable(path, error) from error


def _holds_something(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _refuse_log_of_another(path: Path, lock: Lock) -> None:
    log, noted = log_path(path), lock.read_note()
    if not _NAME.fullmatch(noted):
        noted = ""  # a power cut may leave anything of what was being noted
    last_run = _last_run_without_log(path)
    if noted and noted == last_run:
        return
    # By itself it is not whole after a crash amid a checkpoint, and may tell anything.
    is_whole = bool(_NAME.fullmatch(last_run)) and _is_whole(path, "immutable=1")
    if noted and is_whole:
        raise DatabaseUnusable(
            f"{path} is not the file whose changes are in {log}, which a crash has left there: if "
            f"you put a copy in its place, delete {log.name}; if they do belong together, delete "
            f"{lock.file.name}"
        )
    if not _is_whole(path, "mode=ro", knowing=noted or (last_run if is_whole else "")):
        raise DatabaseUnusable(
            f"{path} and {log} together are no whole database: if you put a copy there, delete "
            f"{log.name}; else restore a copy of both"
        )


def _last_run_without_log(path: Path) -> str:
    """Empty where it knows of none; raises `DatabaseUnusable` where it is no database."""
    try:
        with closing(_connect(path, "immutable=1")) as db:
            if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'runs'").fetchone():
                return ""
            row = db.execute(NAMES + LAST).fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if _name_of(error) == "SQLITE_NOTADB":
            raise unusable(path, error) from error
        return ""
    return str(row[0]) if row else ""


def _is_whole(path: Path, how: str, *, knowing: str = "") -> bool:
    """Whether SQLite finds no damage in it, opened like this, and a run of that name."""
    try:
        with closing(_connect(path, how)) as db:
            if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return False
            return not knowing or (knowing,) in db.execute(NAMES)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if _name_of(error) == "SQLITE_READONLY_ROLLBACK":
            return True  # it was being made, and has a journal by which SQLite mends it
        trouble = unusable(path, error)
        if isinstance(trouble, DatabaseDamaged):
            return False
        raise trouble from error


def _connect(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)


def _name_of(error: Exception) -> str:
    """SQLite's; empty where the error is of Python, as for text that is no UTF-8."""
    return getattr(error, "sqlite_errorname", "")
