"""How often and how long after it is asked again."""

import asyncio
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.call import Trouble, Verdict
from crawler.drain import Drain, Draining, Stop
from crawler.fetch.retry import FIRST_WAIT_S, LONGEST_WAIT_S, Troubled, asking_again
from tests.virtual_time import run_in_virtual_time

TOLERANCE_S = 0.001


def bound_s(wait: int) -> float:
    """Of the first wait, the second, and so on."""
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** (wait - 1))


async def try_in_vain(
    error: Exception, *, tries: int = 6, seed: int = 1, drain: Drain | None = None
) -> list[float]:
    """When it was tried, in seconds of the loop."""
    tried_at: list[float] = []

    async def ask() -> None:
        random = Random(seed)  # noqa: S311 - no secret
        async for attempt in asking_again(random, drain or Drain(), tries):
            with attempt:
                tried_at.append(asyncio.get_running_loop().time())
                raise error

    with pytest.raises((type(error), Draining)) as last:
        await ask()
    assert last.value is error or drain
    return tried_at


def waits(seed: int, tries: int, retry_after_s: float | None = None) -> list[float]:
    """Between one try and the next, in seconds."""
    trouble = Troubled(Verdict(Trouble.TRANSIENT, "the service is down", retry_after_s))
    tried_at = run_in_virtual_time(try_in_vain(trouble, tries=tries, seed=seed))
    return [later - earlier for earlier, later in pairwise(tried_at)]


@given(seed=st.integers(), tries=st.integers(1, 12))
def test_a_wait_is_anything_up_to_a_bound_that_doubles_until_it_is_long_enough(
    seed: int, tries: int
) -> None:
    waited = waits(seed, tries)
    assert len(waited) == tries - 1
    for number, wait_s in enumerate(waited, start=1):
        assert 0 <= wait_s <= bound_s(number) + TOLERANCE_S


def test_waits_are_spread_over_all_of_their_span() -> None:
    """Half of the workers would else come back at the same moment as the other half."""
    for number, waited in enumerate(zip(*(waits(seed, 8) for seed in range(200)), strict=True), 1):
        tenths = {int(10 * wait_s / bound_s(number)) for wait_s in waited}
        assert tenths >= set(range(10))


def test_the_same_seed_waits_the_same() -> None:
    assert waits(7, 6) == waits(7, 6) != waits(8, 6)


@given(seed=st.integers(), retry_after_s=st.floats(0, 100))
def test_no_wait_is_shorter_than_the_source_asked_for(seed: int, retry_after_s: float) -> None:
    for number, wait_s in enumerate(waits(seed, 6, retry_after_s), start=1):
        longest = max(bound_s(number), retry_after_s)
        assert retry_after_s - TOLERANCE_S <= wait_s <= longest + TOLERANCE_S


def test_another_error_than_trouble_is_not_asked_again() -> None:
    assert len(run_in_virtual_time(try_in_vain(ZeroDivisionError()))) == 1


def test_a_drain_ends_the_waiting() -> None:
    async def ask() -> float:
        drain, loop = Drain(), asyncio.get_running_loop()
        loop.call_later(3, drain.begin, Stop.SIGNAL, "enough")
        trouble = Troubled(Verdict(Trouble.TRANSIENT, "down", retry_after_s=60))
        assert len(await try_in_vain(trouble, drain=drain)) == 1
        return loop.time()

    assert run_in_virtual_time(ask()) == pytest.approx(3, abs=TOLERANCE_S)


def test_what_never_left_is_tried_until_the_run_drains() -> None:
    """It tells nothing of what it asked; whether the source is there, others decide."""
    trouble = Troubled(Verdict(Trouble.TRANSIENT, "no connection"), left=False)

    async def wait_for_it() -> list[float]:
        drain = Drain()
        asyncio.get_running_loop().call_later(300, drain.begin, Stop.UNREACHABLE, "it is gone")
        return await try_in_vain(trouble, tries=2, drain=drain)

    tried_at = run_in_virtual_time(wait_for_it())
    assert tried_at[-1] > 300 - LONGEST_WAIT_S
    assert max(b - a for a, b in pairwise(tried_at)) <= LONGEST_WAIT_S + TOLERANCE_S
