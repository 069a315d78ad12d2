"""A log lies beside the database: the one that a crash has left, another's, or garbage."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from crawler.isbn import ISBN13
from crawler.seed import Seed
from crawler.store.sqlite import open_store
from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.faults.account import Account
from tests.faults.attempt import BOOKS, HALF, Attempt, half_done
from tests.faults.in_process import InProcess, leaves_input_open

pytestmark = leaves_input_open

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
OPTIONS = '{"sandbox": false, "base_url": "http://127.0.0.1"}'
ADDED = 500
FILES = ("", "-wal", ".lock")


@pytest.fixture
def crawl(tmp_path: Path, api: Api) -> Attempt:
    return half_done(tmp_path, api)


def crash(database: Path, folder: Path) -> Path:
    """The database as it would lie there, were the machine to fail while it is written to."""

    async def crash_while_adding() -> None:
        async with open_store(database) as store:
            run = await store.begin_run("crawl", OPTIONS, pid=os.getpid(), at=NOW)
            seeds = [Seed(ISBN13(int(isbn)), "more.txt", 1) for isbn in isbns(ADDED, seed=1)]
            await store.add(run, "google", seeds, [])
            for ending in FILES:
                shutil.copy(f"{database}{ending}", folder)

    folder.mkdir()
    asyncio.run(crash_while_adding())
    return folder / database.name


def put(crawl: Attempt, crashed: Path, *endings: str) -> None:
    for ending in endings:
        shutil.copy(f"{crashed}{ending}", crawl.beside(ending))


def found(crawl: Attempt) -> list[bytes]:
    return [crawl.beside(ending).read_bytes() for ending in ("", "-wal")]


def pending(database: Path) -> int:
    with closing(sqlite3.connect(database)) as db:
        (count,) = db.execute("SELECT count(*) FROM ledger WHERE state = 'pending'").fetchone()
    return int(count)


@pytest.mark.parametrize("with_lock", [True, False], ids=["with its lock", "without"])
def test_the_log_that_a_crash_has_left_is_taken_over(
    crawl: Attempt, tmp_path: Path, with_lock: bool, account: Account
) -> None:
    crashed = crash(crawl.database, tmp_path / "crashed")
    crawl.clear()
    put(crawl, crashed, *(FILES if with_lock else FILES[:2]))
    assert crawl.trial.program.run(*crawl.trial.command, "--limit", "1").code == 0
    assert pending(crawl.database) == ADDED + len(BOOKS) - len(HALF) - 1
    account("disk", "log left by a crash", "file copied", times=1, lost=0)


def test_a_copy_in_the_place_of_a_database_that_crashed_is_not_mixed_with_the_log(
    crawl: Attempt, tmp_path: Path, account: Account
) -> None:
    crashed = crash(crawl.database, tmp_path / "crashed")
    crawl.restore()
    put(crawl, crashed, "-wal", ".lock")
    lies_there = found(crawl)
    ended = crawl.refuse("is not the file whose changes are in")
    assert found(crawl) == lies_there
    assert "if you put a copy in its place, delete books.db-wal" in ended.err
    crawl.beside("-wal").unlink()
    crawl.finish()
    account("disk", "stale -wal", "file copied", times=1, lost=crawl.trial.lost)


def test_a_database_that_was_moved_here_with_its_log_says_how_it_is_used(
    crawl: Attempt, tmp_path: Path, account: Account
) -> None:
    crashed = crash(crawl.database, tmp_path / "crashed")
    crash(crawl.database, tmp_path / "crashed again")
    crawl.clear()
    put(crawl, crashed, "", "-wal")
    put(crawl, tmp_path / "crashed again" / "books.db", ".lock")
    ended = crawl.refuse("is not the file whose changes are in")
    assert "if they do belong together, delete books.db.lock" in ended.err
    crawl.beside(".lock").unlink()
    assert crawl.trial.program.run(*crawl.trial.command, "--limit", "1").code == 0
    account("disk", "stale -wal", "file copied", times=1, lost=0)


def test_the_log_of_another_database_is_not_read_into_one_that_was_closed(
    crawl: Attempt, tmp_path: Path, api: Api, account: Account
) -> None:
    other = InProcess(tmp_path / "other")
    other.home.mkdir()
    other.write("isbns.txt", isbns(90, seed=2))
    assert other.run("crawl", "--base-url", api.url, "--rate", "0", "isbns.txt").code == 0
    assert api.calls()
    crashed = crash(other.database.path, tmp_path / "crashed")
    put(crawl, crashed, "-wal")
    lies_there = found(crawl)
    ended = crawl.refuse("together are no whole database")
    assert found(crawl) == lies_there
    assert "delete books.db-wal" in ended.err
    for ending in ("-wal", "-shm"):
        crawl.beside(ending).unlink()
    crawl.finish()
    account("disk", "stale -wal", "file copied", times=1, lost=crawl.trial.lost)


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_garbage_beside_the_database_changes_nothing(
    crawl: Attempt, chance: Random, ending: str, account: Account
) -> None:
    crawl.beside(ending).write_bytes(chance.randbytes(40_000))
    crawl.finish()
    account(
        "disk", "garbage as -wal, -shm, -journal", "file written", times=1, lost=crawl.trial.lost
    )


def test_the_log_of_another_is_not_written_over_a_file_that_is_no_database(
    crawl: Attempt, tmp_path: Path, account: Account
) -> None:
    crashed = crash(crawl.database, tmp_path / "crashed")
    crawl.clear()
    put(crawl, crashed, "-wal")
    crawl.database.write_text("9780140328721\n" * 500)
    lies_there = found(crawl)
    crawl.refuse("it is no SQLite database: name another file")
    assert found(crawl) == lies_there
    crawl.restore()
    crawl.finish()
    account("disk", "stale -wal", "file copied", times=1, lost=crawl.trial.lost)
