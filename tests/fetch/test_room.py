"""Places for calls in flight: fewer when throttled, one by one more when all goes well."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from crawler.fetch.room import Room


async def most_in_flight(room: Room, calls: int = 30) -> int:
    inside = most = 0

    async def call() -> None:
        nonlocal inside, most
        async with room:
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(call() for _ in range(calls)))
    return most


async def test_no_more_calls_are_in_flight_than_there_are_places() -> None:
    assert await most_in_flight(Room(8)) == 8


async def test_throttling_halves_the_places_and_what_was_in_flight_only_tells_it_again() -> None:
    room = Room(8)
    async with room:
        for _ in range(8):
            room.narrow()
    assert room.size == 4
    room.narrow()
    assert room.size == 4
    room.narrow()
    assert room.size == 2


async def test_places_that_are_free_while_it_is_narrowed_are_gone_too() -> None:
    room = Room(8)
    room.narrow()
    assert await most_in_flight(room) == room.size == 4


async def test_what_is_in_flight_beyond_the_new_size_goes_before_another_comes() -> None:
    room = Room(4)
    async with AsyncExitStack() as inside:
        for _ in range(4):
            await inside.enter_async_context(room)
        room.narrow()
        another = asyncio.create_task(most_in_flight(room, calls=1))
        await asyncio.sleep(0)
        assert not another.done()
    assert await another == 1


async def test_a_call_that_is_cancelled_while_it_waits_takes_no_place_with_it() -> None:
    room = Room(1)
    for let_in_at_once in (False, True):
        async with room:
            waiting = asyncio.create_task(room.__aenter__())
            await asyncio.sleep(0)
            if not let_in_at_once:
                waiting.cancel()
                await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert await most_in_flight(room) == 1


async def test_at_least_one_place_stays() -> None:
    room = Room(4)
    for _ in range(100):
        room.narrow()
    assert room.size == 1


async def test_a_place_comes_back_for_each_time_that_all_went_well() -> None:
    room = Room(8)
    room.narrow()
    sizes = []
    for _ in range(4 + 5 + 6 + 7 + 20):
        room.widen()
        sizes.append(room.size)
    assert sizes == sorted(sizes)
    assert [sizes.count(size) for size in (4, 5, 6, 7)] == pytest.approx([4, 5, 6, 7], abs=1)
    assert await most_in_flight(room) == room.size == 8
