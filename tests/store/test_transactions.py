"""All of a transaction or nothing: after a kill, a cancellation, and an error."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler.errors import DatabaseUnusable
from crawler.store.sqlite import SqliteStore, open_store
from tests.store.answers import AT, LATER, SOURCE, seeds
from tests.store.backend import Row
from tests.store.dying import SECOND, settle_first
from tests.store.killed import killed

BEFORE = ([(1, "found", None), (2, "pending", None), (3, "pending", None), (4, "pending", None)], 1)
AFTER = ([(1, "found", None), (2, "found", None), (3, "missing", None), (4, "pending", "clean")], 2)

WITHIN = ["INSERT INTO books (", "INSERT INTO payloads", "'missing'", "UPDATE ledger SET unmapped"]
"""Statements of a settling, after each of which something more is missing."""


def contents(path: Path) -> tuple[list[Row], int]:
    """The states in the ledger, and how many books there are, each with its payload."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        states = db.execute("SELECT number, state, unmapped FROM ledger").fetchall()
        books = db.execute("SELECT id FROM books").fetchall()
        assert db.execute("SELECT id FROM payloads").fetchall() == books
        return states, len(books)


@pytest.mark.parametrize("statement", [*WITHIN, "COMMIT"])
async def test_a_kill_before_the_commit_leaves_all_as_it_was(
    tmp_path: Path, statement: str
) -> None:
    path = tmp_path / "books.db"
    killed("settle", path, statement)
    assert contents(path) == BEFORE
    async with open_store(path) as store:
        await store.settle(SECOND, at=AT)
    assert contents(path) == AFTER


def test_a_kill_after_the_commit_loses_nothing(tmp_path: Path) -> None:
    killed("settle", tmp_path / "books.db", "SELECT 'committed'")
    assert contents(tmp_path / "books.db") == AFTER


async def settle_and_cancel_at(store: SqliteStore, statement: str) -> None:
    """Settle, and cancel that when SQLite begins the statement."""
    loop = asyncio.get_running_loop()
    settling = asyncio.create_task(store.settle(SECOND, at=AT))

    def see(sql: str) -> None:
        if statement in sql:
            loop.call_soon_threadsafe(settling.cancel)

    await store._db.set_trace_callback(see)
    with pytest.raises(asyncio.CancelledError):
        await settling
    await store._db.set_trace_callback(None)  # type: ignore[arg-type] # None takes it away


@pytest.mark.parametrize("statement", ["BEGIN", *WITHIN])
async def test_what_a_cancelled_task_had_written_is_rolled_back(
    tmp_path: Path, statement: str
) -> None:
    path = tmp_path / "books.db"
    async with open_store(path) as store:
        await settle_first(store)
        await settle_and_cancel_at(store, statement)
        assert contents(path) == BEFORE
        await store.settle(SECOND, at=AT)
        assert contents(path) == AFTER


async def test_a_cancelled_task_does_not_take_the_work_of_others_with_it(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    async with open_store(path) as store:
        await settle_first(store)
        adding = asyncio.create_task(store.add(2, SOURCE, seeds(5), []))
        await settle_and_cancel_at(store, "INSERT INTO payloads")
        assert await adding == 1
    states, books = BEFORE
    assert contents(path) == ([*states, (5, "pending", None)], books)


async def test_what_tasks_write_at_the_same_time_is_written_one_after_the_other(
    tmp_path: Path,
) -> None:
    path = tmp_path / "books.db"
    async with open_store(path) as store:
        await settle_first(store)
        async with asyncio.TaskGroup() as tasks:
            for answer in SECOND:
                tasks.create_task(store.settle([answer], at=LATER))
            added = [tasks.create_task(store.add(2, SOURCE, seeds(5, 6), [])) for _ in range(5)]
        assert sum(task.result() for task in added) == 2
    states, books = AFTER
    assert contents(path) == ([*states, (5, "pending", None), (6, "pending", None)], books)


async def test_a_full_disk_in_the_middle_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    async with open_store(path) as store:
        await settle_first(store)
        ((pages,),) = await store._db.execute_fetchall("PRAGMA page_count")
        await store._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DatabaseUnusable, match=r"books.db: the disk is full: make room"):
            await store.add(1, SOURCE, seeds(*range(5, 5000)), [])
        assert contents(path) == BEFORE
        await store._db.execute(f"PRAGMA max_page_count = {2 * pages}")
        await store.settle(SECOND, at=AT)
    assert contents(path) == AFTER
