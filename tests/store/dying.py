"""A process that dies, as by kill -9, when SQLite begins a statement: `python -m … what FILE SQL`.

It makes a database first in which ISBN 1 is found and ISBNs 2 to 4 are pending.
"""

import asyncio
import os
import sys
from pathlib import Path

import aiosqlite

from crawler.store.schema import MIGRATIONS, prepare
from crawler.store.sqlite import SqliteStore, open_store
from tests.store.answers import AT, MISSING, SOURCE, UNMAPPED, found, seeds, settled

DIED = 9
FIRST = [found(1)]
SECOND = [found(2), settled(3, MISSING), settled(4, UNMAPPED)]
MIGRATION = "CREATE TABLE second (a); ALTER TABLE books ADD COLUMN added; SELECT 'half';"


async def die_at(db: aiosqlite.Connection, statement: str) -> None:
    def see(sql: str) -> None:
        if statement in sql:
            os._exit(DIED)

    await db.set_trace_callback(see)


async def settle(path: Path, statement: str) -> None:
    async with open_store(path) as store:
        await settle_first(store)
        await die_at(store._db, statement)
        await store.settle(SECOND, at=AT)
        await store._db.execute("SELECT 'committed'")


async def settle_first(store: SqliteStore) -> None:
    await store.add(1, SOURCE, seeds(1, 2, 3, 4), [])
    await store.settle(FIRST, at=AT)


async def make(path: Path, statement: str) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await die_at(db, statement)
        await prepare(db, path)


async def migrate(path: Path, statement: str) -> None:
    async with open_store(path) as store:
        await settle_first(store)
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await die_at(db, statement)
        await prepare(db, path, (*MIGRATIONS, MIGRATION))


if __name__ == "__main__":
    what, file, sql = sys.argv[1:]
    asyncio.run({"settle": settle, "make": make, "migrate": migrate}[what](Path(file), sql))
