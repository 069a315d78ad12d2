"""Calls used, by key and day: in each database, and for a key in the user's folder as well.

One key has one quota, whatever database its calls are made for. So the calls of a key are counted
in a file of the user's, `quota.db` in the folder for state of the system (on Linux
`~/.local/state/bookcrawl`, moved by XDG_STATE_HOME), and each database keeps what was made for it.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import date, timedelta
from pathlib import Path

import aiosqlite

from crawler.errors import DatabaseDamaged, DatabaseUnusable
from crawler.store.base import Store
from crawler.store.connection import connect, transaction
from crawler.store.presence import Presence
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
BUSY_S = 30.0
"""Others write to the file for milliseconds, unless they are stopped in the middle of it."""

USED = "SELECT coalesce(sum(used), 0) FROM quota WHERE key = ? AND day >= ?"
"""Of a day, and of days that have not come: what is counted for those was called while the clock
was ahead, and may have been called today."""

LATEST = "SELECT coalesce(max(day), :day) FROM quota WHERE key = :key AND day >= :day"

FAR = timedelta(days=2)
"""A clock that is set a day and some hours back or forth is not as far off as this."""

FAR_AHEAD = "FROM quota WHERE key = ? AND day > ?"


async def used(db: aiosqlite.Connection, key: str, day: date) -> int:
    """Calls counted for a key on a day, or on days after it."""
    ((calls,),) = await db.execute_fetchall(USED, (key, day.isoformat()))
    return int(calls)


async def count(db: aiosqlite.Connection, key: str, day: date, calls: int) -> None:
    """Count calls as used, fewer than 0 as given back.

    They are counted for the latest day on record, if that is later: the clock was set back since,
    and when it has come forward again they have to be known there.
    """
    ((latest,),) = await db.execute_fetchall(LATEST, {"key": key, "day": day.isoformat()})
    await db.execute(COUNT, (key, latest, calls))


async def bring_near(db: aiosqlite.Connection, key: str, day: date) -> None:
    """Count for `day` what is counted for days far ahead.

    A clock that was a year ahead for a moment does not leave the quota spent for a year.
    """
    far_ahead = (key, (day + FAR).isoformat())
    query = f"SELECT coalesce(sum(used), 0) {FAR_AHEAD}"
    ((calls,),) = await db.execute_fetchall(query, far_ahead)
    if calls:
        await db.execute(f"DELETE {FAR_AHEAD}", far_ahead)
        await count(db, key, day, int(calls))


async def reserve(db: aiosqlite.Connection, key: str, day: date, calls: int, limit: int) -> int:
    """Count up to `calls` more as used, `limit` in all (0: none); how many it gave."""
    await bring_near(db, key, day)
    given = calls
    if limit:
        given = min(calls, max(0, limit - await used(db, key, day)))
    await count(db, key, day, given)
    return given


@asynccontextmanager
async def open_shared(
    store: Store, path: Path, *, busy_s: float = BUSY_S
) -> AsyncIterator["SharedQuota"]:
    """The quota of a key that several databases draw on; `path` is made if it is not there.

    Raises `DatabaseUnusable` where it can't be written, and of these `DatabaseBusy` where another
    program does so for more than `busy_s`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DatabaseUnusable(f"{path}: its folder can't be made: {error.strerror}") from error
    async with AsyncExitStack() as stack:
        with _replaceable(path):
            db = await stack.enter_async_context(connect(path, busy_s=busy_s))
            await _prepare(db, path)
        yield SharedQuota(store, db, path)


@contextmanager
def _replaceable(path: Path) -> Iterator[None]:
    """Unlike a database of books, the file needs no rescue."""
    try:
        yield
    except DatabaseDamaged as damaged:
        raise DatabaseUnusable(f"{path} is damaged: delete it, and a new one is made") from damaged


async def _prepare(db: aiosqlite.Connection, path: Path) -> None:
    try:
        # FULL does not sync the folder: after a power cut the journal of a count that was told may
        # lie there again, and takes it back.
        await db.execute("PRAGMA synchronous = EXTRA")
    except sqlite3.Error as error:
        raise unusable(path, error) from error
    async with transaction(db, Presence(path)):
        await db.execute(CREATE)
        await db.execute("DELETE FROM quota WHERE false")  # fails where the file is read-only


class SharedQuota:
    """Counts in the user's file first and then in the database, so that a kill in between counts
    too much and never too little.
    """

    def __init__(self, store: Store, db: aiosqlite.Connection, path: Path) -> None:
        self._store = store
        self._db = db
        self._presence = Presence(path)

    async def reserve_calls(self, key: str, day: date, calls: int, limit: int) -> int:
        """Count up to `calls` more as used, `limit` in all (0: none); how many it gave."""
        async with self._transaction() as db:
            shared = await reserve(db, key, day, calls, limit)
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
        async with self._transaction() as db:
            shared = await used(db, key, day)
        return max(shared, await self._store.calls_used(key, day))

    async def _count(self, key: str, day: date, calls: int) -> None:
        async with self._transaction() as db:
            await count(db, key, day, calls)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        with _replaceable(self._presence.path):
            async with transaction(self._db, self._presence):
                yield self._db
