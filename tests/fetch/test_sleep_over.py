"""What a fetcher does at the end of the day's quota: stop, or sleep over it."""

import asyncio
from datetime import timedelta

import pytest

from crawler.drain import Draining, Stop, Stopped
from crawler.fetch.gate import AFTER_MIDNIGHT_S, ALWAYS_WAITED_S
from tests.fetch.conftest import Api
from tests.fetch.desk import NOON, TODAY, UNTIL_MIDNIGHT_S, Desk, open_desk
from tests.virtual_time import run_in_virtual_time


def test_the_end_of_the_quota_ends_the_run_without_one_call_more(api: Api) -> None:
    async def ask() -> tuple[Stopped | None, int]:
        async with open_desk(limit=2) as desk:
            await asyncio.gather(*(drained_or_answered(desk) for _ in range(9)))
            return desk.drain.stopped, desk.book.used[TODAY]

    async def drained_or_answered(desk: Desk) -> None:
        try:
            await desk.get()
        except Draining:
            assert desk.drain.begun

    api.answer(200, times=9)
    assert run_in_virtual_time(ask()) == (Stopped(Stop.QUOTA, ""), 2)
    assert len(api.called_at) == 2


def test_the_end_of_the_quota_is_slept_over_where_that_is_wanted(api: Api) -> None:
    async def ask() -> None:
        async with open_desk(limit=2, wait=True) as desk:
            for _ in range(5):
                await desk.get()

    api.answer(200, times=5)
    run_in_virtual_time(ask())
    days = [round(at // (24 * 3600) + (at >= UNTIL_MIDNIGHT_S)) for at in api.called_at]
    assert days == [0, 0, 1, 1, 2]
    assert api.called_at[2] == pytest.approx(UNTIL_MIDNIGHT_S + AFTER_MIDNIGHT_S, abs=0.1)


def test_all_who_slept_over_the_quota_go_on_at_the_rate(api: Api) -> None:
    async def ask() -> None:
        async with open_desk(limit=4, rate=2, wait=True) as desk:
            await asyncio.gather(*(desk.get() for _ in range(8)))

    api.answer(200, times=8)
    run_in_virtual_time(ask())
    assert api.called_at[4] >= UNTIL_MIDNIGHT_S + AFTER_MIDNIGHT_S
    assert all(b - a >= 1 for a, b in zip(api.called_at, api.called_at[2:], strict=False))


def test_a_run_that_begins_with_a_spent_quota_sleeps_over_it_too(api: Api) -> None:
    async def ask() -> None:
        async with open_desk(limit=4, rate=2, wait=True) as desk:
            desk.book.used[TODAY] = 4
            await asyncio.gather(*(desk.get() for _ in range(3)))

    api.answer(200, times=3)
    run_in_virtual_time(ask())
    assert api.called_at[0] >= UNTIL_MIDNIGHT_S + AFTER_MIDNIGHT_S


def test_a_day_quota_that_the_source_declares_spent_is_slept_over_where_that_is_wanted(
    api: Api,
) -> None:
    async def ask() -> str:
        async with open_desk(wait=True) as desk:
            return await desk.get()

    api.answer(402)
    api.answer(200, b"a book")
    assert run_in_virtual_time(ask()) == "a book"
    assert api.called_at[1] >= UNTIL_MIDNIGHT_S


def test_a_day_that_is_about_to_end_is_waited_for(api: Api) -> None:
    async def ask() -> None:
        begins = NOON + timedelta(seconds=UNTIL_MIDNIGHT_S - ALWAYS_WAITED_S + 1.5)
        async with open_desk(limit=1, begins=begins) as desk:
            await desk.get()
            await desk.get()

    api.answer(200, times=2)
    run_in_virtual_time(ask())
    assert api.called_at[1] == pytest.approx(ALWAYS_WAITED_S - 1.5 + AFTER_MIDNIGHT_S, abs=0.01)
