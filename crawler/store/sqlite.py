"""The store in one SQLite file: WAL, synchronous=FULL, one transaction a batch.

In 400 power cuts of a simulated disk (tests/faults/test_power_cut.py) FULL lost nothing that was
acknowledged, NORMAL lost books in 178; a commit for many rows makes FULL cost little.

Here stands what is one transaction; the rows are written by a module for each kind of them.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Container, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from random import Random

import aiosqlite
import msgspec

from crawler.book import Ask, Book, Settled
from crawler.call import CallMinute
from crawler.clock import iso
from crawler.drain import Stop
from crawler.isbn import ISBN13
from crawler.seed import Rejected, Seed
from crawler.store import inputs, ledger, leftover, lock, payloads, quota, runs, settling, upkeep
from crawler.store.base import Choice, InputRecord, Kept, LedgerCounts, Purged, Retry, RunTotals
from crawler.store.connection import connect, transaction
from crawler.store.indexing import FUNCTIONS, INDEX_BOOKS
from crawler.store.presence import Presence
from crawler.store.schema import prepare
from crawler.store.trouble import unusable


@asynccontextmanager
async def open_store(path: Path) -> AsyncIterator["SqliteStore"]:
    """The store in the file at `path`, made if it is not there, locked against other crawls.

    Raises `DatabaseUnusable` for a file that is locked, foreign, newer, damaged or read-only.
    """
    with lock.hold(path) as held, leftover.own_log(path, held):
        async with connect(path) as db:
            await db.execute("PRAGMA synchronous = FULL")
            await prepare(db, path)
            for name, arguments, function in FUNCTIONS:
                await db.create_function(name, arguments, function, deterministic=True)
            await db.execute(
                "INSERT OR IGNORE INTO dictionaries (id, body) VALUES (?, ?)",
                (payloads.dictionary().dict_id(), payloads.dictionary().as_bytes()),
            )
            yield SqliteStore(db, path, held)


class SqliteStore:
    """A `Store`; made by `open_store`."""

    def __init__(self, db: aiosqlite.Connection, path: Path, held: lock.Lock) -> None:
        self._db = db
        self._lock = held
        self._presence = Presence(path, leftover.log_path(path), held.file)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """One at a time: they share the connection."""
        async with self._turn, transaction(self._db, self._presence):
            yield self._db

    async def _rows(
        self, query: str, values: Iterable[object] | Mapping[str, object] = ()
    ) -> list[sqlite3.Row]:
        async with self._turn:
            try:
                return list(await self._db.execute_fetchall(query, values))
            except sqlite3.Error as error:
                raise unusable(self._presence.path, error) from error

    async def begin_run(self, command: str, options: str, *, pid: int, at: datetime) -> int:
        async with self._transaction() as db:
            run = await runs.begin(db, command, options, pid, at)
        await leftover.sign_log(self._db, self._presence.path, self._lock)
        return run

    async def options_of_runs(self) -> list[str]:
        return [options for (options,) in await self._rows(runs.OPTIONS)]

    async def end_run(
        self, run: int, totals: RunTotals, *, stopped: Stop | None, at: datetime
    ) -> None:
        async with self._transaction() as db:
            await runs.end(db, run, totals, stopped, at)

    async def note_calls(self, run: int, minutes: Sequence[CallMinute]) -> None:
        async with self._transaction() as db:
            await runs.note_calls(db, run, minutes)

    async def begin_input(self, run: int, record: InputRecord) -> None:
        async with self._transaction() as db:
            await inputs.begin(db, run, record)

    async def end_input(self, file: str, *, at: datetime) -> None:
        async with self._transaction() as db:
            await inputs.end(db, file, at)

    async def unread_inputs(self) -> list[InputRecord]:
        return [inputs.read_input(*row) for row in await self._rows(inputs.UNREAD)]

    async def add(
        self,
        run: int,
        source: str,
        seeds: Sequence[Seed],
        rejects: Sequence[Rejected],
        unissued: Container[ISBN13] = frozenset(),
    ) -> int:
        async with self._transaction() as db:
            return await ledger.add(db, run, source, seeds, rejects, unissued)

    async def pending(self, source: str, choice: Choice, *, after: int, limit: int) -> list[Ask]:
        values = ledger.choice_values(source, choice) | {"after": after, "limit": limit}
        return ledger.read_asks(await self._rows(ledger.select_pending(choice), values))

    async def sample(self, source: str, choice: Choice, *, size: int, seed: int) -> list[Ask]:
        values = ledger.choice_values(source, choice)
        ((count,),) = await self._rows(ledger.count_pending(choice), values)
        places = Random(seed).sample(range(1, count + 1), min(size, count))  # noqa: S311 - no secret
        values["places"] = msgspec.json.encode(places).decode()
        return ledger.read_asks(await self._rows(ledger.select_places(choice), values))

    async def count_unmapped(self, source: str) -> int:
        ((count,),) = await self._rows(ledger.COUNT_UNMAPPED, (source,))
        return int(count)

    async def assume_missing(
        self, source: str, choice: Choice, reason: str, *, at: datetime
    ) -> int:
        async with self._transaction() as db:
            return await ledger.assume_missing(db, source, choice, reason, at)

    async def settle(self, batch: Sequence[Settled], *, at: datetime) -> None:
        async with self._transaction() as db:
            await settling.settle(db, batch, iso(at))

    async def retry(self, choice: Retry, *, before: datetime | None) -> int:
        async with self._transaction() as db:
            return await ledger.retry(db, choice, before)

    async def kept(self, *, after: int, limit: int) -> list[Kept]:
        unpacking = upkeep.read_dictionaries(await self._rows(upkeep.DICTIONARIES))
        return upkeep.read_kept(await self._rows(upkeep.KEPT, (after, limit)), unpacking)

    async def rewrite(self, books: Sequence[tuple[Kept, Book]]) -> int:
        async with self._transaction() as db:
            return await upkeep.rewrite(db, books)

    async def purge(self, before: datetime, *, ask_again: bool, after: int, limit: int) -> Purged:
        async with self._transaction() as db:
            return await upkeep.purge(db, before, ask_again=ask_again, after=after, limit=limit)

    async def give_back(self, *, dropped: bool) -> None:
        async with self._turn:
            await upkeep.give_back(self._db, self._presence.path, dropped=dropped)

    async def index_books(self) -> None:
        async with self._transaction() as db:
            for statement in INDEX_BOOKS:
                await db.execute(statement)

    async def counts(self) -> LedgerCounts:
        return ledger.read_counts(await self._rows(ledger.COUNT_STATES))

    async def reserve_calls(self, key: str, day: date, calls: int, limit: int) -> int:
        async with self._transaction() as db:
            return await quota.reserve(db, key, day, calls, limit)

    async def give_back_calls(self, key: str, day: date, calls: int) -> None:
        async with self._transaction() as db:
            await quota.count(db, key, day, -calls)

    async def calls_used(self, key: str, day: date) -> int:
        ((calls,),) = await self._rows(quota.USED, (key, day.isoformat()))
        return int(calls)
