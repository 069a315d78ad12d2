"""The store in one SQLite file: WAL, synchronous=FULL, one transaction a batch.

In 400 power cuts of a simulated disk (tests/faults/test_power_cut.py) FULL lost nothing that was
acknowledged, NORMAL lost books in 178; a commit for many rows makes FULL cost little.
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
from crawler.names import as_cell
from crawler.seed import Rejected, Seed
from crawler.store import leftover, lock, payloads, quota, upkeep
from crawler.store.base import Choice, InputRecord, Kept, LedgerCounts, Purged, Retry, RunTotals
from crawler.store.books import UPSERT_BOOK, UPSERT_PAYLOAD, book_row
from crawler.store.connection import connect, transaction
from crawler.store.indexing import FUNCTIONS, INDEX_BOOKS
from crawler.store.inputs import input_row, read_input
from crawler.store.ledger import (
    ASSUME_MISSING,
    COUNT_STATES,
    COUNT_UNMAPPED,
    SETTLE,
    UNMAP,
    choice_values,
    pending_condition,
    retry_condition,
    settle_rows,
    still_pending,
    unmap_rows,
    worth_storing,
)
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
            cursor = await db.execute(
                "INSERT INTO runs (command, options, pid, started_at) VALUES (?, ?, ?, ?)",
                (command, options, pid, iso(at)),
            )
        await leftover.sign_log(self._db, self._presence.path, self._lock)
        return cursor.lastrowid or 0

    async def options_of_runs(self) -> list[str]:
        return [options for (options,) in await self._rows("SELECT DISTINCT options FROM runs")]

    async def end_run(
        self, run: int, totals: RunTotals, *, stopped: Stop | None, at: datetime
    ) -> None:
        async with self._transaction() as db:
            await db.execute(
                "UPDATE runs SET ended_at = ?, stopped = ?, found = ?, missing = ?, failed = ?, "
                "calls = ?, retried = ? WHERE id = ?",
                (iso(at), stopped, *msgspec.structs.astuple(totals), run),
            )

    async def begin_input(self, run: int, record: InputRecord) -> None:
        file, options = input_row(record)
        async with self._transaction() as db:
            await db.execute(
                "INSERT OR REPLACE INTO inputs (file, run, options) VALUES (?, ?, ?)",
                (file, run, options),
            )
            await db.execute("DELETE FROM rejects WHERE file = ?", (file,))

    async def end_input(self, file: str, *, at: datetime) -> None:
        async with self._transaction() as db:
            await db.execute(
                "UPDATE inputs SET finished_at = ? WHERE file = ?", (iso(at), as_cell(file))
            )

    async def unread_inputs(self) -> list[InputRecord]:
        rows = await self._rows(
            "SELECT file, options FROM inputs WHERE finished_at IS NULL ORDER BY run, rowid"
        )
        return [read_input(*row) for row in rows]

    async def add(
        self,
        run: int,
        source: str,
        seeds: Sequence[Seed],
        rejects: Sequence[Rejected],
        unissued: Container[ISBN13] = frozenset(),
    ) -> int:
        async with self._transaction() as db:
            added = await db.executemany(
                "INSERT INTO ledger (isbn13, source, run, unissued) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                [(seed.isbn, source, run, seed.isbn in unissued) for seed in seeds],
            )
            await db.executemany(
                "INSERT INTO rejects (file, line, text, reason) VALUES (?, ?, ?, ?)",
                [(as_cell(r.file), r.line, r.text, r.reason) for r in rejects],
            )
        return added.rowcount

    async def pending(self, source: str, choice: Choice, *, after: int, limit: int) -> list[Ask]:
        rows = await self._rows(
            "SELECT number, isbn13, unmapped IS NOT NULL FROM ledger "
            f"WHERE {pending_condition(choice)} AND number > :after ORDER BY number LIMIT :limit",
            choice_values(source, choice) | {"after": after, "limit": limit},
        )
        return [Ask(number, ISBN13(isbn), bool(unmapped)) for number, isbn, unmapped in rows]

    async def sample(self, source: str, choice: Choice, *, size: int, seed: int) -> list[Ask]:
        condition, values = pending_condition(choice), choice_values(source, choice)
        ((count,),) = await self._rows(f"SELECT count(*) FROM ledger WHERE {condition}", values)
        places = Random(seed).sample(range(1, count + 1), min(size, count))  # noqa: S311 - no secret
        rows = await self._rows(
            "SELECT number, isbn13, unmapped IS NOT NULL FROM (SELECT number, isbn13, unmapped, "
            f"row_number() OVER (ORDER BY number) AS place FROM ledger WHERE {condition}) "
            "WHERE place IN (SELECT value FROM json_each(:places))",
            values | {"places": msgspec.json.encode(places).decode()},
        )
        return [Ask(number, ISBN13(isbn), bool(unmapped)) for number, isbn, unmapped in rows]

    async def count_unmapped(self, source: str) -> int:
        ((count,),) = await self._rows(COUNT_UNMAPPED, (source,))
        return int(count)

    async def assume_missing(
        self, source: str, choice: Choice, reason: str, *, at: datetime
    ) -> int:
        async with self._transaction() as db:
            cursor = await db.execute(
                ASSUME_MISSING + pending_condition(choice),
                choice_values(source, choice) | {"reason": reason, "at": iso(at)},
            )
        return cursor.rowcount

    async def settle(self, batch: Sequence[Settled], *, at: datetime) -> None:
        dictionary = payloads.dictionary().dict_id()
        now = iso(at)
        async with self._transaction() as db:
            batch = await still_pending(db, batch)
            found = await worth_storing(db, batch)
            # Generators: the rows are made in the connection's thread, not in the loop's.
            await db.executemany(UPSERT_BOOK, (book_row(n, f.book, now) for n, f in found))
            await db.executemany(
                UPSERT_PAYLOAD, ((n, dictionary, payloads.compress(f.payload)) for n, f in found)
            )
            await db.executemany(SETTLE, settle_rows(batch, now))
            await db.executemany(UNMAP, unmap_rows(batch))

    async def note_calls(self, run: int, minutes: Sequence[CallMinute]) -> None:
        async with self._transaction() as db:
            await db.executemany(
                "INSERT INTO call_minutes VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "calls = calls + excluded.calls, isbns = isbns + excluded.isbns, "
                "total_ms = total_ms + excluded.total_ms, "
                "slowest_ms = max(slowest_ms, excluded.slowest_ms)",
                [(run, *msgspec.structs.astuple(minute)) for minute in minutes],
            )

    async def retry(self, choice: Retry, *, before: datetime | None) -> int:
        async with self._transaction() as db:
            cursor = await db.execute(
                "UPDATE ledger SET state = 'pending', reason = NULL, unmapped = NULL "
                f"WHERE ({retry_condition(choice)}) AND settled_at < :before",
                {"reason": choice.reason or "", "before": iso(before) if before else "9999"},
            )
        return cursor.rowcount

    async def kept(self, *, after: int, limit: int) -> list[Kept]:
        unpacking = upkeep.read_dictionaries(await self._rows(upkeep.DICTIONARIES))
        return upkeep.read_kept(await self._rows(upkeep.KEPT, (after, limit)), unpacking)

    async def rewrite(self, books: Sequence[tuple[Kept, Book]]) -> int:
        async with self._transaction() as db:
            return await upkeep.rewrite(db, books)

    async def purge(self, before: datetime, *, ask_again: bool, after: int, limit: int) -> Purged:
        async with self._transaction() as db:
            return await upkeep.purge(db, before, ask_again=ask_again, after=after, limit=limit)

    async def give_back(self) -> None:
        async with self._turn:
            await upkeep.give_back(self._db, self._presence.path)

    async def index_books(self) -> None:
        async with self._transaction() as db:
            for statement in INDEX_BOOKS:
                await db.execute(statement)

    async def counts(self) -> LedgerCounts:
        rows = {state: int(count) for state, count in await self._rows(COUNT_STATES)}
        return LedgerCounts(*(rows.get(state, 0) for state in LedgerCounts.__struct_fields__))

    async def reserve_calls(self, key: str, day: date, calls: int, limit: int) -> int:
        async with self._transaction() as db:
            return await quota.reserve(db, key, day, calls, limit)

    async def give_back_calls(self, key: str, day: date, calls: int) -> None:
        async with self._transaction() as db:
            await quota.count(db, key, day, -calls)

    async def calls_used(self, key: str, day: date) -> int:
        ((calls,),) = await self._rows(quota.USED, (key, day.isoformat()))
        return int(calls)
