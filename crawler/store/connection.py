"""A connection to a SQLite file, and transactions on it."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiosqlite

from crawler.errors import DatabaseDamaged, DatabaseUnusable
from crawler.store.presence import Presence
from crawler.store.trouble import unusable


@asynccontextmanager
async def connect(path: Path, *, busy_s: float = 5.0) -> AsyncIterator[aiosqlite.Connection]:
    """The file at `path`, made if it is not there; waits up to `busy_s` for other writers.

    Raises `DatabaseUnusable` where it can't be opened, and for each error of SQLite's inside.
    """
    file = _find_file(path)
    try:
        # Where it can't be opened, aiosqlite's thread would outlive the loop and say so.
        sqlite3.connect(file).close()
        async with aiosqlite.connect(file, isolation_level=None, timeout=busy_s) as db:
            await _read_schema(db, path)
            yield db
    except sqlite3.Error as error:
        raise unusable(path, error) from error


async def _read_schema(db: aiosqlite.Connection, path: Path) -> None:
    """At once, since what is wrong with it may be told in a message that can't be decoded."""
    try:
        await db.execute_fetchall("SELECT 1 FROM sqlite_schema")
    except UnicodeDecodeError as error:
        raise unusable(path, error) from error


def _find_file(path: Path) -> Path:
    """By its absolute name: SQLite takes `:memory:` and `file:…` for something else than names.

    For what is no file it has no word: a folder can't be opened, a pipe is a disk that fails.
    """
    if path.exists() and not path.is_file():
        raise DatabaseDamaged(f"{path} is not a file: name the database with --db")
    return path.absolute()


@asynccontextmanager
async def transaction(db: aiosqlite.Connection, presence: Presence) -> AsyncIterator[None]:
    """All or nothing of what is written inside, also when the task is cancelled.

    Raises `DatabaseUnusable`, naming the file: also where what was written is nowhere to be found,
    since its file has left its place.
    """
    try:
        try:
            await db.execute("BEGIN IMMEDIATE")
            yield
            await db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # what happened first is told
                await db.rollback()
            raise
    except sqlite3.Error as error:
        raise unusable(presence.path, error) from error
    await _see_that_it_is_there(db, presence)


async def _see_that_it_is_there(db: aiosqlite.Connection, presence: Presence) -> None:
    try:
        presence.check()
    except DatabaseUnusable:
        # The database is whole then, wherever it is, and no log of it is left behind, which SQLite
        # would take for that of another file in its place.
        with suppress(sqlite3.Error):
            await db.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        raise
