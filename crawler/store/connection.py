"""A connection to a SQLite file, and transactions on it."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from crawler.store.trouble import unusable


@asynccontextmanager
async def connect(path: Path, *, busy_s: float = 5.0) -> AsyncIterator[aiosqlite.Connection]:
    """The file at `path`, made if it is not there; waits up to `busy_s` for other writers.

    Raises `DatabaseUnusable` where it can't be opened, and for each error of SQLite's inside.
    """
    try:
        # Where it can't be opened, aiosqlite's thread would outlive the loop and say so.
        sqlite3.connect(path).close()
        async with aiosqlite.connect(path, isolation_level=None, timeout=busy_s) as db:
            yield db
    except sqlite3.Error as error:
        raise unusable(path, error) from error


@asynccontextmanager
async def transaction(db: aiosqlite.Connection, path: Path) -> AsyncIterator[None]:
    """All or nothing of what is written inside, also when the task is cancelled.

    Raises `DatabaseUnusable`, naming `path`.
    """
    try:
        await db.execute("BEGIN IMMEDIATE")
        yield
        await db.execute("COMMIT")
    except sqlite3.Error as error:
        await db.rollback()
        raise unusable(path, error) from error
    except BaseException:
        await db.rollback()
        raise
