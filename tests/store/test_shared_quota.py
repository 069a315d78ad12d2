"""One key has one quota, whatever database its calls are made for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path

import pytest

from crawler.errors import DatabaseUnusable
from crawler.store.quota import SharedQuota, open_shared
from crawler.store.sqlite import open_store

TODAY = date(2026, 11, 20)
KEY = "www.googleapis.com 0123456789abcdef"


@asynccontextmanager
async def shared(folder: Path, database: str) -> AsyncIterator[SharedQuota]:
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(folder / database))
        yield await stack.enter_async_context(open_shared(store, folder / "state" / "quota.db"))


async def test_calls_for_one_database_are_used_for_the_others(tmp_path: Path) -> None:
    async with shared(tmp_path, "one.db") as one, shared(tmp_path, "two.db") as two:
        assert await one.reserve_calls(KEY, TODAY, 6, 10) == 6
        assert await two.reserve_calls(KEY, TODAY, 6, 10) == 4
        assert await one.reserve_calls(KEY, TODAY, 1, 10) == 0
        assert (await one.calls_used(KEY, TODAY), await two.calls_used(KEY, TODAY)) == (10, 10)


async def test_calls_given_back_by_one_database_can_be_used_by_another(tmp_path: Path) -> None:
    async with shared(tmp_path, "one.db") as one, shared(tmp_path, "two.db") as two:
        await one.reserve_calls(KEY, TODAY, 10, 10)
        await one.give_back_calls(KEY, TODAY, 3)
        assert await two.reserve_calls(KEY, TODAY, 10, 10) == 3
    async with open_store(tmp_path / "one.db") as store:
        assert await store.calls_used(KEY, TODAY) == 7


async def test_each_database_keeps_what_was_called_for_it(tmp_path: Path) -> None:
    async with shared(tmp_path, "one.db") as one, shared(tmp_path, "two.db") as two:
        await one.reserve_calls(KEY, TODAY, 2, 10)
        await two.reserve_calls(KEY, TODAY, 3, 10)
    for database, used in (("one.db", 2), ("two.db", 3)):
        async with open_store(tmp_path / database) as store:
            assert await store.calls_used(KEY, TODAY) == used


async def test_a_users_file_that_was_lost_does_not_make_a_database_forget(tmp_path: Path) -> None:
    async with shared(tmp_path, "one.db") as one:
        await one.reserve_calls(KEY, TODAY, 8, 10)
    (tmp_path / "state" / "quota.db").unlink()
    async with shared(tmp_path, "one.db") as one:
        assert await one.calls_used(KEY, TODAY) == 8
        assert await one.reserve_calls(KEY, TODAY, 6, 10) == 2
        assert await one.reserve_calls(KEY, TODAY, 6, 10) == 0
    async with shared(tmp_path, "two.db") as two:  # only those two are counted for all
        assert await two.reserve_calls(KEY, TODAY, 10, 10) == 8


async def test_calls_without_a_limit_are_counted_in_both(tmp_path: Path) -> None:
    async with shared(tmp_path, "one.db") as one, shared(tmp_path, "two.db") as two:
        assert await one.reserve_calls(KEY, TODAY, 5000, 0) == 5000
        assert await two.calls_used(KEY, TODAY) == 5000


async def test_a_cancelled_reservation_is_taken_back_and_bars_no_other(tmp_path: Path) -> None:
    async with shared(tmp_path, "one.db") as one:
        loop = asyncio.get_running_loop()
        reserving = asyncio.create_task(one.reserve_calls(KEY, TODAY, 4, 10))

        def see(sql: str) -> None:
            if "INSERT INTO quota" in sql:
                loop.call_soon_threadsafe(reserving.cancel)

        await one._db.set_trace_callback(see)
        with pytest.raises(asyncio.CancelledError):
            await reserving
        await one._db.set_trace_callback(None)  # type: ignore[arg-type] # None takes it away
        assert await one.calls_used(KEY, TODAY) == 0
        await one.give_back_calls(KEY, TODAY, 0)
        assert await one.reserve_calls(KEY, TODAY, 4, 10) == 4


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(DatabaseUnusable, match=r"state/quota.db: "):
        async with shared(tmp_path, "one.db"):
            pytest.fail("it was opened")


async def test_the_folder_is_its_users_alone(tmp_path: Path) -> None:
    async with shared(tmp_path, "one.db"):
        assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
