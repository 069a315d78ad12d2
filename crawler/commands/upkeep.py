"""What `reparse` and `purge` do with a database."""

import asyncio
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from crawler.catalog.database import open_catalog
from crawler.catalog.standing import count_books
from crawler.commands.say import say
from crawler.library.purging import Dropped, purge
from crawler.library.reparsing import Reparsed, reparse
from crawler.store.sqlite import open_store

SAY_EVERY_S = 10.0


class PurgeSummary(Struct, frozen=True):
    """Books that were dropped, or would be, those that stay, and ISBNs to be asked for again.

    `bytes` is by how much the file became smaller.
    """

    books: int
    kept: int
    pending: int = 0
    bytes: int = 0


def reparse_database(db: Path) -> Reparsed:
    """Reparse, with a word now and then for those who wait; raises `DatabaseUnusable`."""
    return asyncio.run(_reparse(db))


async def _reparse(db: Path) -> Reparsed:
    clock = asyncio.get_running_loop().time
    said = clock()

    def progress(done: Reparsed) -> None:
        nonlocal said
        if clock() - said >= SAY_EVERY_S:
            said = clock()
            say(f"{done.read:,} payloads read, {done.changed:,} books changed")

    async with open_store(db) as store:
        return await reparse(store, progress)


def preview_purge(db: Path, before: datetime) -> PurgeSummary:
    """How many books a purge would drop, from the database as it is; nothing is locked."""
    with open_catalog(db) as catalog:
        old = count_books(catalog, before)
        return PurgeSummary(old, count_books(catalog) - old)


def purge_database(db: Path, before: datetime, *, ask_again: bool) -> PurgeSummary:
    """Purge; raises `DatabaseUnusable`."""
    size = db.stat().st_size
    dropped = asyncio.run(_purge(db, before, ask_again=ask_again))
    with open_catalog(db) as catalog:
        kept = count_books(catalog)
    return PurgeSummary(dropped.books, kept, dropped.pending, max(0, size - db.stat().st_size))


async def _purge(db: Path, before: datetime, *, ask_again: bool) -> Dropped:
    async with open_store(db) as store:
        return await purge(store, before, ask_again=ask_again)
