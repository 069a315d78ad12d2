import asyncio
from bisect import bisect_left

import pytest

from crawler.drain import Drain, Draining, Stop
from crawler.fetch.pace import FIRST_PAUSE_S, LONGEST_PAUSE_S, Pace
from tests.virtual_time import run_in_virtual_time


async def calls(rate: float, *, seconds: float, workers: int = 20) -> list[float]:
    """When each call was let through."""
    pace, left = Pace(rate, Drain()), []
    clock = asyncio.get_running_loop().time

    async def work() -> None:
        while clock() < seconds:
            await pace.turn()
            left.append(clock())
            await pace.arrived()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(workers):
            tasks.create_task(work())
    return [at for at in left if at < seconds]


@pytest.mark.parametrize("late_s", [0.0, 0.0005, 0.002])
@pytest.mark.parametrize("rate", [0.5, 1, 3, 10, 99, 100, 333, 1000])
def test_no_second_sees_more_calls_than_the_rate_and_99_percent_are_reached(
    rate: float, late_s: float
) -> None:
    seconds = max(5, 20 / rate)
    left = run_in_virtual_time(calls(rate, seconds=seconds), late_s=late_s)
    window_s = max(1.0, 1 / rate)
    most = max(bisect_left(left, at + window_s) - place for place, at in enumerate(left))
    assert most <= rate * window_s
    assert (len(left) - 1) / (left[-1] - left[0]) >= 0.99 * rate


def test_a_run_that_begins_does_not_begin_with_a_call() -> None:
    """Whoever kills and restarts the crawl would else get two calls into one second."""
    assert run_in_virtual_time(calls(1, seconds=3))[0] >= 1.0


def test_rate_0_is_no_limit() -> None:
    async def let_through() -> float:
        pace = Pace(0, Drain())
        for _ in range(10_000):
            await pace.turn()
        return asyncio.get_running_loop().time()

    assert run_in_virtual_time(let_through()) < 0.001


def test_a_pause_holds_all_workers_and_grows_when_it_repeats() -> None:
    async def pauses() -> list[float]:
        pace, waited = Pace(0, Drain()), []
        clock = asyncio.get_running_loop().time
        for _ in range(8):
            began = clock()
            pace.pause(None)
            pace.pause(None)  # a second refusal of what was in flight is the same pause
            await asyncio.gather(*(pace.turn() for _ in range(5)))
            waited.append(round(clock() - began, 3))
        pace.flowing()
        began = clock()
        pace.pause(None)
        await pace.turn()
        return [*waited, round(clock() - began, 3)]

    first = [FIRST_PAUSE_S * 2**n for n in range(5)]
    assert run_in_virtual_time(pauses()) == [*first, *[LONGEST_PAUSE_S] * 3, FIRST_PAUSE_S]


def test_a_pause_is_as_long_as_the_source_asks_for() -> None:
    async def paused() -> float:
        pace = Pace(0, Drain())
        pace.pause(26.0)
        await pace.turn()
        return asyncio.get_running_loop().time()

    assert run_in_virtual_time(paused()) == pytest.approx(26, abs=0.01)


def test_a_drain_ends_all_waiting_at_once() -> None:
    async def drained() -> float:
        drain = Drain()
        pace = Pace(0.001, drain)
        asyncio.get_running_loop().call_later(5, drain.begin, Stop.SIGNAL, "enough")
        with pytest.raises(Draining):
            await pace.turn()
        return asyncio.get_running_loop().time()

    assert run_in_virtual_time(drained()) == pytest.approx(5, abs=0.01)


def test_all_who_waited_through_a_pause_go_on_at_the_rate() -> None:
    async def left_after_pause() -> list[float]:
        pace, left = Pace(2, Drain()), []
        clock = asyncio.get_running_loop().time
        await pace.turn()
        await pace.arrived()
        pace.pause(20.0)

        async def work() -> None:
            await pace.turn()
            left.append(clock())

        await asyncio.gather(*(work() for _ in range(8)))
        return left

    left = run_in_virtual_time(left_after_pause())
    assert left[0] >= 20
    assert all(third - first >= 1 for first, third in zip(left, left[2:], strict=False))


def test_nobody_waits_without_a_rate_but_through_a_pause() -> None:
    async def free() -> list[bool]:
        pace = Pace(0, Drain())
        at_first = pace.is_free
        pace.pause(None)
        paused = pace.is_free
        await pace.turn()
        return [at_first, paused, pace.is_free]

    assert run_in_virtual_time(free()) == [True, False, True]


def test_with_a_rate_each_call_waits_for_its_turn() -> None:
    assert not Pace(1000, Drain()).is_free
