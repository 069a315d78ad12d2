"""A day's calls: never more than the limit, never fewer counted than sent, over all restarts."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.clock import quota_day, quota_day_ends
from crawler.fetch.quota import BLOCK_S, LAST_MOMENT, DayQuota, QuotaSpent, QuotaState
from crawler.store.sqlite import open_store
from tests.fetch.desk import KEY, NOON, TODAY, PlainBook, TurnedClock
from tests.fetch.midnights import MIDNIGHTS, WINTER, utc


@pytest.mark.parametrize("midnight", MIDNIGHTS)
def test_the_quotas_day_ends_at_midnight_in_california(midnight: datetime) -> None:
    before = midnight - timedelta(microseconds=1)
    assert quota_day(midnight) - quota_day(before) == timedelta(days=1)
    assert quota_day_ends(before) == midnight
    assert quota_day_ends(midnight) > midnight


@pytest.mark.parametrize(
    ("begins", "day", "hours"),
    [
        ("2026-03-07T08:00", date(2026, 3, 7), 24),
        ("2026-03-08T08:00", date(2026, 3, 8), 23),
        ("2026-03-09T07:00", date(2026, 3, 9), 24),
        ("2026-10-31T07:00", date(2026, 10, 31), 24),
        ("2026-11-01T07:00", date(2026, 11, 1), 25),
        ("2026-11-02T08:00", date(2026, 11, 2), 24),
    ],
)
def test_a_day_is_as_long_as_daylight_saving_makes_it(begins: str, day: date, hours: int) -> None:
    first = utc(begins)
    for hour in range(hours):
        now = first + timedelta(hours=hour)
        assert (quota_day(now), quota_day_ends(now)) == (day, first + timedelta(hours=hours))
    assert quota_day(first + timedelta(hours=hours)) == day + timedelta(days=1)


async def take(quota: DayQuota, calls: int) -> None:
    for _ in range(calls):
        await quota.take()


async def test_calls_are_reserved_in_blocks_and_the_rest_is_given_back() -> None:
    book, clock = PlainBook(), TurnedClock(NOON)
    quota = DayQuota(book, KEY, clock, limit=100, rate=10 / BLOCK_S)
    await take(quota, 11)
    assert book.used[TODAY] == 20
    await quota.close()
    assert book.used[TODAY] == 11


async def test_calls_that_are_reserved_are_left_until_they_are_sent() -> None:
    quota = DayQuota(PlainBook(), KEY, TurnedClock(NOON), limit=100, rate=10 / BLOCK_S)
    await take(quota, 11)
    assert quota.left == 89
    await quota.close()
    assert quota.left == 89


async def test_workers_who_take_at_the_same_moment_share_a_block() -> None:
    book = PlainBook()
    quota = DayQuota(book, KEY, TurnedClock(NOON), limit=100, rate=10 / BLOCK_S)
    await asyncio.gather(*(quota.take() for _ in range(10)))
    assert book.used[TODAY] == 10


async def test_the_last_block_is_what_is_left() -> None:
    quota = DayQuota(PlainBook(), KEY, TurnedClock(NOON), limit=7, rate=5 / BLOCK_S)
    await take(quota, 7)
    with pytest.raises(QuotaSpent):
        await quota.take()


async def test_without_a_limit_calls_are_counted_and_none_is_refused() -> None:
    book = PlainBook()
    quota = DayQuota(book, KEY, TurnedClock(NOON), limit=0, rate=100 / BLOCK_S)
    await take(quota, 5000)
    await quota.close()
    assert book.used[TODAY] == 5000
    assert quota.left is None


async def test_the_state_of_a_quota_is_what_was_sent_today_by_whichever_run() -> None:
    book, clock = PlainBook(), TurnedClock(NOON)
    book.used[TODAY] = 3
    quota = DayQuota(book, KEY, clock, limit=10, rate=4 / BLOCK_S)
    await take(quota, 2)
    assert await quota.state() == QuotaState(limit=10, used=5, resets_at=WINTER)
    assert quota.left == 5
    clock.turn(24 * 3600)
    assert await quota.state() == QuotaState(10, 0, WINTER + timedelta(days=1))
    assert quota.left == 10


async def test_no_call_is_sent_in_the_last_moment_of_a_day() -> None:
    """It might be counted tomorrow."""
    clock = TurnedClock(WINTER - LAST_MOMENT - timedelta(milliseconds=1))
    quota = DayQuota(PlainBook(), KEY, clock, limit=10, rate=4 / BLOCK_S)
    await quota.take()
    clock.turn(0.001)
    with pytest.raises(QuotaSpent):
        await quota.take()
    clock.turn(LAST_MOMENT.total_seconds())
    assert await quota.take() == date(2026, 11, 21)


async def test_a_call_of_yesterday_that_never_left_is_not_sent_uncounted_today() -> None:
    book, clock = PlainBook(), TurnedClock(NOON)
    quota = DayQuota(book, KEY, clock, limit=1, rate=1 / BLOCK_S)
    yesterday = await quota.take()
    clock.turn(24 * 3600)
    await quota.take()
    quota.put_back(yesterday)
    with pytest.raises(QuotaSpent):
        await quota.take()


async def test_a_quota_is_remembered_in_the_database_over_restarts(tmp_path: Path) -> None:
    taken = 0
    for _ in range(3):
        async with open_store(tmp_path / "books.db") as store:
            quota = DayQuota(store, KEY, TurnedClock(NOON), limit=25, rate=4 / BLOCK_S)
            with suppress(QuotaSpent):
                for _ in range(10):
                    await quota.take()
                    taken += 1
            await quota.close()
            assert await store.calls_used(KEY, TODAY) == taken
    assert taken == 25


async def test_without_a_rate_blocks_double_where_one_does_not_last_a_fifth_of_a_second() -> None:
    book, clock = PlainBook(), TurnedClock(NOON)
    quota = DayQuota(book, KEY, clock, limit=0, rate=0)

    counted = []
    for _ in range(700):
        await quota.take()
        counted.append(book.used[TODAY])
    assert sorted(set(counted)) == [100, 300, 700]

    clock.turn(BLOCK_S)
    await quota.take()
    assert book.used[TODAY] == 700 + 400


async def test_of_a_limit_no_block_takes_more_than_a_tenth_or_a_hundred() -> None:
    book = PlainBook()
    quota = DayQuota(book, KEY, TurnedClock(NOON), limit=2_000, rate=0)
    counted = []
    for _ in range(900):
        await quota.take()
        counted.append(book.used[TODAY])
    assert sorted(set(counted)) == [100, 300, 500, 700, 900]


async def test_what_is_reserved_is_taken_at_once_and_nothing_beyond_it() -> None:
    book = PlainBook()
    quota = DayQuota(book, KEY, TurnedClock(NOON), limit=5, rate=3 / BLOCK_S)
    assert quota.take_reserved() is None
    assert await quota.take() == TODAY
    assert [quota.take_reserved() for _ in range(3)] == [TODAY, TODAY, None]
    assert book.used[TODAY] == 3


@pytest.mark.parametrize("hours", [-24, 24])
async def test_on_another_day_nothing_is_taken_of_what_was_reserved(hours: int) -> None:
    """Forth or back: else its call would be sent on a day that it is not counted for."""
    clock = TurnedClock(NOON)
    quota = DayQuota(PlainBook(), KEY, clock, limit=10, rate=5 / BLOCK_S)
    await quota.take()
    clock.turn(hours * 3600)
    assert quota.take_reserved() is None


async def test_nothing_is_taken_at_once_in_the_last_moment_of_a_day() -> None:
    clock = TurnedClock(WINTER - LAST_MOMENT - timedelta(milliseconds=1))
    quota = DayQuota(PlainBook(), KEY, clock, limit=0, rate=5 / BLOCK_S)
    await quota.take()
    clock.turn(0.001)
    assert quota.take_reserved() is None


async def test_a_call_that_is_put_back_while_more_are_reserved_is_not_lost() -> None:
    book = PlainBook()
    quota = DayQuota(book, KEY, TurnedClock(NOON), limit=100, rate=1 / BLOCK_S)
    unsent = await quota.take()
    reserving = asyncio.create_task(quota.take())
    await asyncio.sleep(0)
    quota.put_back(unsent)
    await reserving
    await quota.close()
    assert book.used[TODAY] == 1
