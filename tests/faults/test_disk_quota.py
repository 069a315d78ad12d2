"""The user's file of calls, shared by all databases, is damaged, full, forbidden, or in use."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from threading import Timer

import pytest

from crawler.errors import DatabaseBusy
from crawler.store.quota import BUSY_S, open_shared
from crawler.store.sqlite import open_store
from tests.acceptance.api import Api
from tests.faults.account import Account
from tests.faults.attempt import BOOKS, Attempt, fresh
from tests.faults.effort import LONG
from tests.faults.in_process import leaves_input_open
from tests.faults.recorded import KEY, calls_counted, quota_of
from tests.faults.small_disk import fill, make_room, read_only, small_disk

pytestmark = leaves_input_open

NOT_COUNTED = "calls that are made for other databases are not counted here"
DAMAGED = "quota.db is damaged: delete it, and a new one is made"
BUSY = "quota.db: another program is writing to it: end that program, then try again"
TODAY = date(2026, 11, 20)


def attempt(folder: Path, api: Api) -> Attempt:
    """With a key, whose calls are counted in the user's file as well."""
    crawl = fresh(folder, api)
    crawl.trial.program.environment["GOOGLE_BOOKS_API_KEY"] = KEY
    crawl.trial.quota = 1000
    return crawl


def make_file(crawl: Attempt) -> Path:
    """As it is made for another database."""
    file = quota_of(crawl.trial.program)

    async def count() -> None:
        async with open_store(file.parents[4] / "other.db") as store, open_shared(store, file):
            pass

    asyncio.run(count())
    return file


def assert_goes_on_by_itself(crawl: Attempt, said: str) -> None:
    """Without the file: the calls are counted in the database, and that is told."""
    ended = crawl.trial.crawl(0)
    (told,) = [line for line in ended.err.splitlines() if NOT_COUNTED in line]
    assert said in told
    assert calls_counted(crawl.database) == len(BOOKS)
    crawl.finish()


def test_a_file_of_calls_that_is_damaged_is_to_be_deleted(
    tmp_path: Path, api: Api, chance: Random, account: Account
) -> None:
    lost = 0
    for number, garbage in enumerate((b"no database", chance.randbytes(9_000), None)):
        crawl = attempt(tmp_path / str(number), api)
        file = make_file(crawl)
        file.write_bytes(file.read_bytes()[:4096] if garbage is None else garbage)
        assert_goes_on_by_itself(crawl, DAMAGED)
        file.unlink()
        assert NOT_COUNTED not in crawl.trial.crawl(0).err
        lost += crawl.trial.lost
    account("disk", "quota.db damaged", "file written", times=3, lost=lost)


def test_a_place_where_no_file_of_calls_can_be_is_told_and_done_without(
    tmp_path: Path, api: Api, account: Account
) -> None:
    crawl = attempt(tmp_path / "1", api)
    Path(crawl.trial.program.environment["HOME"]).write_text("no folder")
    assert_goes_on_by_itself(crawl, "quota.db: its folder can't be made")
    crawl = attempt(tmp_path / "2", api)
    quota_of(crawl.trial.program).mkdir(parents=True)
    assert_goes_on_by_itself(crawl, DAMAGED)
    account("disk", "no place for quota.db", "file in the way", times=2, lost=crawl.trial.lost)


def test_a_file_of_calls_that_may_not_be_written_to_is_told_and_done_without(
    tmp_path: Path, api: Api, account: Account
) -> None:
    crawl = attempt(tmp_path, api)
    with read_only(make_file(crawl)):
        assert_goes_on_by_itself(crawl, "quota.db: it can't be written: check its permissions")
    account("disk", "quota.db read-only", "chattr +i", times=1, lost=crawl.trial.lost)


def test_no_call_is_made_that_a_full_disk_leaves_uncounted(
    tmp_path: Path, api: Api, account: Account
) -> None:
    crawl = attempt(tmp_path, api)
    home = Path(crawl.trial.program.environment["HOME"])
    with small_disk(home, 100):
        make_file(crawl)
        fill(home)
        ended = crawl.trial.crawl(4)
        assert "quota.db: the disk is full: make room" in ended.err
        assert api.calls() == []
        make_room(home)
        crawl.finish()
    account("disk", "no room for quota.db", "small tmpfs", times=1, lost=crawl.trial.lost)


def test_what_was_half_written_into_the_file_of_calls_is_taken_back(
    tmp_path: Path, api: Api, account: Account
) -> None:
    crawl = attempt(tmp_path, api)
    file = make_file(crawl)
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA cache_size = 5")  # pages: the rest is written before the commit
        many = [(f"{number:0200}", TODAY.isoformat()) for number in range(2000)]
        other.executemany("INSERT INTO quota VALUES (?, ?, 1)", many)
        shutil.copytree(file.parent, tmp_path / "half written")
    shutil.copytree(tmp_path / "half written", file.parent, dirs_exist_ok=True)
    assert file.with_name("quota.db-journal").stat().st_size > 4096
    assert NOT_COUNTED not in crawl.trial.crawl(0).err
    assert calls_counted(file) == len(BOOKS)
    crawl.finish()
    account("disk", "hot -journal of quota.db", "file copied", times=1, lost=crawl.trial.lost)


def test_a_crawl_waits_for_another_that_writes_to_the_file_of_calls(
    tmp_path: Path, api: Api, account: Account
) -> None:
    crawl = attempt(tmp_path, api)
    with closing(sqlite3.connect(make_file(crawl), check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        Timer(0.2, other.rollback).start()
        assert NOT_COUNTED not in crawl.trial.crawl(0).err
    crawl.finish()
    account("disk", "quota.db locked for a while", "SQL", times=1, lost=crawl.trial.lost)


async def test_a_file_of_calls_that_stays_locked_is_not_done_without(tmp_path: Path) -> None:
    file = tmp_path / "state" / "quota.db"
    async with open_store(tmp_path / "books.db") as store:
        async with open_shared(store, file, busy_s=0.05) as shared:
            with closing(sqlite3.connect(file)) as other:
                other.execute("BEGIN EXCLUSIVE")
                with pytest.raises(DatabaseBusy, match=BUSY):
                    await shared.calls_used("key", TODAY)
                with pytest.raises(DatabaseBusy, match=BUSY):
                    await shared.reserve_calls("key", TODAY, 1, 1000)
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(DatabaseBusy, match=BUSY):
                await open_shared(store, file, busy_s=0.05).__aenter__()


@pytest.mark.skipif(not LONG, reason=f"it takes {BUSY_S} seconds")
def test_a_crawl_does_not_wait_for_ever_for_the_file_of_calls(
    tmp_path: Path, api: Api, account: Account
) -> None:
    crawl = attempt(tmp_path, api)
    with closing(sqlite3.connect(make_file(crawl))) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert BUSY in crawl.trial.crawl(4).err
        assert api.calls() == []
    crawl.finish()
    account("disk", "quota.db locked for good", "SQL", times=1, lost=crawl.trial.lost)
