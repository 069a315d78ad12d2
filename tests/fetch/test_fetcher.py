"""What each trouble leads to, and what is counted of it."""

import asyncio

import pytest

from crawler.drain import Draining, Stop, Stopped
from crawler.fetch.fetcher import CallCounts, GaveUp
from crawler.fetch.health import MISUNDERSTOOD, REFUSED_IN_A_ROW, UNCONNECTED
from crawler.fetch.pace import FIRST_PAUSE_S
from crawler.fetch.retry import TRIES
from tests.fetch.conftest import Api
from tests.fetch.desk import CUT, REFUSED, TODAY, Desk, open_desk
from tests.virtual_time import run_in_virtual_time


async def give_up(desk: Desk, *, tries: int = TRIES) -> GaveUp:
    with pytest.raises(GaveUp) as gave_up:
        await desk.get(tries=tries)
    return gave_up.value


async def drained(desk: Desk) -> Stopped | None:
    with pytest.raises(Draining):
        await desk.get()
    return desk.drain.stopped


def test_an_answer_is_what_is_read_from_the_response(api: Api) -> None:
    async def ask() -> tuple[str, CallCounts]:
        async with open_desk() as desk:
            return await desk.get(), desk.fetcher.counts

    api.answer(200, b"a book")
    assert run_in_virtual_time(ask()) == ("a book", CallCounts(1, 0, {"200": 1}))


def test_trouble_that_passes_is_asked_through_and_each_call_is_counted(api: Api) -> None:
    async def ask() -> tuple[str, CallCounts, int]:
        async with open_desk() as desk:
            return await desk.get(), desk.fetcher.counts, desk.book.used[TODAY]

    api.answer(503)
    api.fail(CUT)
    api.answer(503)
    api.answer(200, b"a book")
    counts = CallCounts(total=4, retried=3, by_status={"503": 2, "none": 1, "200": 1})
    assert run_in_virtual_time(ask()) == ("a book", counts, 4)


@pytest.mark.parametrize("tries", [1, 2, TRIES])
def test_trouble_that_does_not_pass_is_given_up_after_so_many_tries(api: Api, tries: int) -> None:
    async def ask() -> None:
        async with open_desk() as desk:
            gave_up = await give_up(desk, tries=tries)
            assert (str(gave_up), gave_up.tries) == ("the service is down", tries)
            assert not gave_up.certainly
            assert desk.fetcher.counts == CallCounts(tries, tries - 1, {"503": tries})
            assert not desk.drain.begun

    api.answer(503, times=100)
    run_in_virtual_time(ask())
    assert len(api.called_at) == tries


def test_a_request_that_is_not_understood_is_given_up_at_once_and_the_run_goes_on(
    api: Api,
) -> None:
    async def ask() -> None:
        async with open_desk() as desk:
            gave_up = await give_up(desk)
            assert (str(gave_up), gave_up.certainly) == ("the query is not understood", True)
            assert await desk.get() == "a book"

    api.answer(400)
    api.answer(200, b"a book")
    run_in_virtual_time(ask())


@pytest.mark.parametrize(
    ("status", "why", "sentence"),
    [
        (402, Stop.QUOTA, "too many calls today"),
        (401, Stop.CREDENTIALS, "the key is not valid"),
    ],
)
def test_what_only_its_user_or_another_day_can_mend_ends_the_run(
    api: Api, status: int, why: Stop, sentence: str
) -> None:
    async def ask() -> Stopped | None:
        async with open_desk() as desk:
            return await drained(desk)

    api.answer(status)
    assert run_in_virtual_time(ask()) == Stopped(why, sentence)
    assert len(api.called_at) == 1


def test_an_unknown_place_ends_the_run_where_the_same_call_tells_it_again(api: Api) -> None:
    async def ask() -> Stopped | None:
        async with open_desk() as desk:
            return await drained(desk)

    api.answer(451, times=2)
    assert run_in_virtual_time(ask()) == Stopped(Stop.CREDENTIALS, "the place is not known")
    assert len(api.called_at) == 2


def test_a_place_that_is_known_the_second_time_ends_nothing(api: Api) -> None:
    async def ask() -> str:
        async with open_desk() as desk:
            return await desk.get()

    api.answer(451)
    api.answer(200, b"a book")
    assert run_in_virtual_time(ask()) == "a book"


@pytest.mark.parametrize(("status", "pause_s"), [(429, FIRST_PAUSE_S), (420, 26)])
def test_a_short_limit_holds_all_calls_back_and_then_all_are_answered(
    api: Api, status: int, pause_s: float
) -> None:
    async def ask() -> list[str]:
        async with open_desk(places=1) as desk:
            return await asyncio.gather(*(desk.get() for _ in range(4)))

    api.answer(status)
    api.answer(200, b"a book", times=4)
    assert run_in_virtual_time(ask()) == ["a book"] * 4
    refused_at, *later = api.called_at
    assert min(later) - refused_at >= pause_s


def test_a_short_limit_halves_the_calls_in_flight(api: Api) -> None:
    async def ask() -> int:
        async with open_desk(places=8) as desk:
            await desk.get()
            return desk.room.size

    api.answer(429)
    api.answer(200)
    assert run_in_virtual_time(ask()) == 4


def test_a_call_that_never_left_costs_nothing_and_counts_for_nothing(api: Api) -> None:
    async def ask() -> tuple[CallCounts, int]:
        async with open_desk(limit=1) as desk:
            await desk.get()
            return desk.fetcher.counts, (await desk.quota.state()).used

    api.fail(REFUSED, times=3)
    api.answer(200)
    assert run_in_virtual_time(ask()) == (CallCounts(1, 1, {"200": 1}), 1)


def test_a_call_is_counted_before_it_leaves(api: Api) -> None:
    async def ask() -> None:
        async with open_desk(limit=5) as desk:
            api.on_call = lambda: counted.append(desk.book.used[TODAY])
            for _ in range(3):
                await desk.get()

    counted: list[int] = []
    api.answer(200, times=3)
    run_in_virtual_time(ask())
    assert counted == [1, 2, 3]


def test_a_drain_cuts_a_back_off_short(api: Api) -> None:
    async def ask() -> float:
        loop = asyncio.get_running_loop()
        async with open_desk() as desk:
            loop.call_later(40, desk.drain.begin, Stop.SIGNAL, "enough")
            await drained(desk)
            return loop.time()

    api.answer(420, times=9)
    assert run_in_virtual_time(ask()) == pytest.approx(40, abs=0.01)
    assert len(api.called_at) == 2


def test_no_call_leaves_a_run_that_drains_and_none_is_counted(api: Api) -> None:
    async def ask() -> int:
        async with open_desk(limit=5) as desk:
            desk.drain.begin(Stop.SIGNAL, "enough")
            await drained(desk)
            await desk.quota.close()
            return desk.book.used[TODAY]

    api.answer(200)
    assert run_in_virtual_time(ask()) == 0
    assert api.called_at == []


def test_a_call_that_is_cancelled_while_it_waits_for_its_turn_is_not_counted(api: Api) -> None:
    async def ask() -> tuple[int, CallCounts]:
        async with open_desk(rate=1) as desk:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await desk.get()
            await desk.quota.close()
            return desk.book.used[TODAY], desk.fetcher.counts

    api.answer(200, b"a book")
    assert run_in_virtual_time(ask()) == (0, CallCounts())
    assert not api.called_at


def test_a_call_in_flight_is_finished_while_the_run_drains(api: Api) -> None:
    async def ask() -> str:
        async with open_desk() as desk:
            api.on_call = lambda: desk.drain.begin(Stop.SIGNAL, "enough")
            return await desk.get()

    api.answer(200, b"a book")
    assert run_in_virtual_time(ask()) == "a book"


def test_a_source_that_understands_no_request_ends_the_run(api: Api) -> None:
    async def ask() -> Stopped | None:
        async with open_desk() as desk:
            for _ in range(MISUNDERSTOOD):
                assert not desk.drain.begun
                await give_up(desk)
            return desk.drain.stopped

    api.answer(400, times=999)
    stopped = Stopped(Stop.UNREACHABLE, "the query is not understood")
    assert run_in_virtual_time(ask()) == stopped


def test_a_source_that_answers_nothing_at_all_ends_the_run(api: Api) -> None:
    async def ask() -> tuple[Stopped | None, int]:
        async with open_desk() as desk:
            while not desk.drain.begun:
                with pytest.raises((GaveUp, Draining)):
                    await desk.get()
            return desk.drain.stopped, len(api.called_at)

    api.answer(503, times=999)
    stopped = Stopped(Stop.UNREACHABLE, "the service is down")
    assert run_in_virtual_time(ask()) == (stopped, REFUSED_IN_A_ROW)


def test_a_source_that_cannot_be_reached_ends_the_run_sooner_and_costs_nothing(api: Api) -> None:
    async def ask() -> tuple[Stopped | None, CallCounts, int]:
        async with open_desk(limit=5) as desk:
            while not desk.drain.begun:
                with pytest.raises((GaveUp, Draining)):
                    await desk.get()
            used = (await desk.quota.state()).used
            return desk.drain.stopped, desk.fetcher.counts, used

    api.fail(REFUSED, times=999)
    stopped = Stopped(Stop.UNREACHABLE, "books.example cannot be reached (Connection refused)")
    assert run_in_virtual_time(ask()) == (stopped, CallCounts(), 0)
    assert REFUSED_IN_A_ROW // UNCONNECTED <= len(api.called_at) < REFUSED_IN_A_ROW


@pytest.mark.parametrize("status", [429, 420])
def test_no_call_takes_the_quick_way_through_a_pause(api: Api, status: int) -> None:
    """Of what is reserved in plenty; without a rate nothing else holds it back."""

    async def ask() -> float:
        async with open_desk(block=100) as desk:
            await desk.get()
            refused = asyncio.create_task(desk.get())
            await asyncio.sleep(0.1)
            await asyncio.gather(refused, *(desk.get() for _ in range(3)))
            return min(api.called_at[2:]) - api.called_at[1]

    api.answer(200, b"a book")
    api.answer(status)
    api.answer(200, b"a book", times=100)
    assert run_in_virtual_time(ask()) >= (26 if status == 420 else FIRST_PAUSE_S) - 0.001


def test_of_many_who_ask_at_once_none_leaves_uncounted_or_above_the_quota(api: Api) -> None:
    async def ask() -> int:
        async with open_desk(limit=25, block=10, places=50) as desk:
            api.on_call = lambda: counted.append(desk.book.used[TODAY] - len(api.called_at))
            asked = await asyncio.gather(*(desk.get() for _ in range(60)), return_exceptions=True)
            assert sum(isinstance(answer, Draining) for answer in asked) == 35
            return desk.fetcher.counts.total

    counted: list[int] = []
    api.answer(200, b"a book", times=100)
    assert run_in_virtual_time(ask()) == len(api.called_at) == 25
    assert min(counted) >= 0


def test_no_call_of_a_draining_run_takes_the_quick_way(api: Api) -> None:
    async def ask() -> int:
        async with open_desk(block=100) as desk:
            await desk.get()
            desk.drain.begin(Stop.SIGNAL, "by SIGINT")
            await drained(desk)
            await desk.quota.close()
            return desk.book.used[TODAY]

    api.answer(200, b"a book", times=2)
    assert run_in_virtual_time(ask()) == len(api.called_at) == 1
