"""Calls used, by key and day: in each database, and for a key in the user's folder as well.

One key has one quota, whatever database its calls are made for. So the calls of a key are counted
in a file of the user's, `quota.db` in the folder for state of the system (on Linux
`~/.local/state/bookcrawl`, moved by XDG_STATE_HOME), and each database keeps what was made for it.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import aiosqlite
import platformdirs

from crawler.store.base import Store
from crawler.store.connection import connect, transaction
from crawler.store.trouble import unusable

CREATE = """
    CREATE TABLE IF NOT EXISTS quota (
        key TEXT NOT NULL, day TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (key, day)
    ) WITHOUT ROWID
"""
COUNT = """
    INSERT INTO quota (key, day, used) VALUES (?, ?, ?)
    ON CONFLICT (key, day) DO UPDATE SET used = used + excluded.used
"""
USED = "SELECT used FROM quota WHERE key = ? AND day = ?"


async def used(db: aiosqlite.Connection, key: str, day: date) -> int:
    """Calls counted for a key on a day."""
    rows = await db.execute_fetchall(USED, (key, day.isoformat()))
    return next((int(row[0]) for row in rows), 0)


async def count(db: aiosqlite.Connection, key: str, day: date, calls: int) -> None:
    """Count calls as used; fewer than 0 are given back."""
    await db.execute(COUNT, (key, day.isoformat(), calls))


async def reserve(db: aiosqlite.Connection, key: str, day: date, calls: int, limit: int) -> int:
    """Count up to `calls` more as used, `limit` in all (0: none); how many it gave."""
    given = calls
    if limit:
        given = min(calls, max(0, limit - await used(db, key, day)))
    await count(db, key, day, given)
    return given


def user_file() -> Path:
    """Where the calls of this user's keys are counted."""
    return platformdirs.user_state_path("bookcrawl") / "quota.db"


@asynccontextmanager
async def open_shared(store: Store, path: Path) -> AsyncIterator["SharedQuota"]:
    """The quota of a key that several databases draw on; `path` is made if it is not there.

    Raises `DatabaseUnusable` where it can't be.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        async with connect(path, busy_s=30) as db:
            await db.execute(CREATE)
            yield SharedQuota(store, db, path)
    except OSError as error:
        raise unusable(path, sqlite3.OperationalError(error.strerror)) from error


class SharedQuota:
    """Counts in the user's file first and then in the database, so that a kill in between counts
    too much and never too little.
    """

    def __init__(self, store: Store, db: aiosqlite.Connection, path: Path) -> None:
        self._store = store
        self._db = db
        self._path = path

    async def reserve_calls(self, key: str, day: date, calls: int, limit: int) -> int:
        """Count up to `calls` more as used, `limit` in all (0: none); how many it gave."""
        async with transaction(self._db, self._path):
            shared = await reserve(self._db, key, day, calls, limit)
        given = await self._store.reserve_calls(key, day, shared, limit)
        if given < shared:
            await self._count(key, day, given - shared)
        return given

    async def give_back_calls(self, key: str, day: date, calls: int) -> None:
        """Uncount calls that were reserved and never sent."""
        await self._store.give_back_calls(key, day, calls)
        await self._count(key, day, -calls)

    async def calls_used(self, key: str, day: date) -> int:
        """Calls counted for a key on a day, by whatever database."""
        return max(await used(self._db, key, day), await self._store.calls_used(key, day))

    async def _count(self, key: str, day: date, calls: int) -> None:
        async with transaction(self._db, self._path):
            await count(self._db, key, day, calls)
