"""A source that is gone for a while, or for ever, in the middle of a crawl or at its end."""

import asyncio
from pathlib import Path

import pytest

from crawler.aside import ROUNDS
from crawler.call import Request
from crawler.commands.summary import Summary
from crawler.drain import Stop
from crawler.fetch.client import open_client
from crawler.fetch.health import OUTAGE_S, SILENT_S
from crawler.fetch.retry import TRIES
from tests.calls.conftest import _a_users_own_folder
from tests.calls.crawling import made_up_isbns
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.hostile import Fault, Talk, always, answer
from tests.faults.inside import Inside, run_inside, undisturbed
from tests.faults.sending import body, then_resets, then_says_nothing

__all__ = ["_a_users_own_folder"]

WORKERS = 8
MANY, FEW = by_effort((300, 60), (3_000, 600))
"""Refusals are told from chance by the last 100 calls or so: after an outage amid so many ISBNs
there is nothing left of it in the mean.
"""

BUSY = body(b"", status="503 Busy")
RESET = then_resets(lambda _: b"")
STALL = then_says_nothing(lambda _: b"")

FOR_EVER_S = 1e6

MOST_IN_VAIN = 120
"""Calls to a source that is gone: as long as chance explains it, it may not be gone."""


class Outage:
    """From the call after the first `calls` on, for so many seconds, each call meets `fault`, and
    where the port is `closed`, none comes.
    """

    def __init__(
        self, inside: Inside, calls: int, seconds: float, fault: Fault, *, closed: bool
    ) -> None:
        self._server = inside.server
        self._calls = calls
        self._seconds = seconds
        self._fault = fault
        self._closed = closed
        self._begun = asyncio.Event()
        self._over = False
        self._passing = asyncio.create_task(self._pass())
        self._server.meets = self._meets

    def _meets(self, call: int) -> Fault | None:
        if call <= self._calls or self._over:
            return None
        self._begun.set()
        return self._fault

    async def _pass(self) -> None:
        await self._begun.wait()
        if self._closed:
            self._server.close_port()
        await asyncio.sleep(self._seconds)
        await self._come_back()

    async def _come_back(self) -> None:
        self._over = True
        if self._closed:
            await self._server.listen()

    async def end(self) -> None:
        """Wait for its end, or make an end of one that lasts for ever."""
        if self._seconds < FOR_EVER_S:
            await self._passing
            return
        self._passing.cancel()
        await asyncio.wait((self._passing,))
        await self._come_back()


SOME_S = SILENT_S - 2
ALMOST_S = OUTAGE_S - 10

OUTAGES: dict[str, tuple[Fault, bool, float]] = {
    "no connection for some seconds": (RESET, True, SOME_S),
    "no connection for a minute": (RESET, True, 60.0),
    "no connection for almost three minutes": (RESET, True, ALMOST_S),
    "no connection for a minute, calls in flight hang": (STALL, True, 60.0),
    "503 for some seconds": (BUSY, False, SOME_S),
    "resets for some seconds": (RESET, False, SOME_S),
    "no answer for a minute": (STALL, False, 60.0),
}
"""What calls meet, whether the port is closed, and for how long."""


LONG_BEFORE_THE_END = by_effort(
    ["503 for some seconds", "no connection for a minute, calls in flight hang"], list(OUTAGES)
)


@pytest.mark.parametrize(
    ("name", "isbns", "left"),
    [(name, MANY, 200) for name in LONG_BEFORE_THE_END]
    + [(name, FEW, left) for name in OUTAGES for left in (4, 1)],
)
def test_an_outage_is_outlasted_and_no_isbn_fails_by_it(
    tmp_path: Path, account: Account, name: str, isbns: int, left: int
) -> None:
    """What was refused in it is the source's doing, and not the ISBN's."""
    expected = undisturbed(isbns)
    fault, closed, seconds = OUTAGES[name]

    async def outlast(inside: Inside) -> None:
        outage = Outage(inside, isbns - left, seconds, fault, closed=closed)
        await inside.crawl(0, concurrency=WORKERS, unread=WORKERS)
        assert inside.trial.program.database.contents() == expected
        await outage.end()

    run_inside(tmp_path, isbns, outlast)
    account("network", name, "hostile server", times=1, lost=0)


def test_an_outage_in_which_no_call_leaves_costs_none_and_parts_no_group(
    tmp_path: Path, account: Account
) -> None:
    """It is no answer to the group that some of it may be wrong."""

    async def outlast(inside: Inside) -> int:
        outage = Outage(inside, 3, 60.0, RESET, closed=True)
        summary = await inside.crawl(0, concurrency=WORKERS, group=None, unread=WORKERS)
        await outage.end()
        return summary.calls.total

    async def meet_nothing(inside: Inside) -> int:
        return (await inside.crawl(0, concurrency=WORKERS, group=None)).calls.total

    (tmp_path / "usual").mkdir()
    usual = run_inside(tmp_path / "usual", MANY, meet_nothing)
    calls = run_inside(tmp_path, MANY, outlast)
    assert calls <= usual + 2 * WORKERS
    account("network", "no connection for a minute", "hostile server: groups", times=1, lost=0)


GONE = {
    "no connection any more": (RESET, True),
    "503 for ever": (BUSY, False),
    "resets for ever": (RESET, False),
}


@pytest.mark.parametrize("left", [30, 1], ids=["amid", "at the end"])
@pytest.mark.parametrize("name", GONE)
def test_a_source_that_does_not_come_back_ends_the_run_and_the_next_one_asks_for_the_rest(
    tmp_path: Path, account: Account, name: str, left: int
) -> None:
    expected = undisturbed(FEW)
    fault, closed = GONE[name]

    async def lose_it(inside: Inside) -> None:
        outage = Outage(inside, FEW - left, FOR_EVER_S, fault, closed=closed)
        summary = await inside.crawl(75, concurrency=WORKERS, unread=WORKERS)
        assert summary.stopped is not None
        assert summary.stopped.why is Stop.UNREACHABLE
        assert (summary.ledger.failed, summary.ledger.pending) == (0, left)
        assert summary.calls.total <= FEW - left + MOST_IN_VAIN
        await outage.end()
        await inside.finish(expected)

    run_inside(tmp_path, FEW, lose_it)
    account("network", name, "hostile server", times=1, lost=0)


@pytest.mark.parametrize("places", [(10, -1), (-1,)], ids=["amid and at the end", "at the end"])
def test_an_isbn_that_the_source_never_answers_fails_alone_and_after_a_few_calls(
    tmp_path: Path, account: Account, places: tuple[int, ...]
) -> None:
    refused = [str(made_up_isbns(FEW)[place]) for place in places]

    async def refuse_these(talk: Talk) -> None:
        its_fault = any(isbn in talk.request for isbn in refused)
        await (BUSY(talk) if its_fault else answer(talk))

    async def meet_them(inside: Inside) -> Summary:
        inside.server.meets = always(refuse_these)
        return await inside.crawl(3, concurrency=WORKERS)

    summary = run_inside(tmp_path, FEW, meet_them)
    assert (summary.ledger.pending, summary.ledger.failed) == (0, len(places))
    rounds = (
        ROUNDS + 1
    )  # where refusals are not so rare, it takes one more to tell them from chance
    in_vain = rounds * (TRIES * len(places) + 1)
    assert summary.calls.total <= FEW - len(places) + in_vain
    account("http", "503 for one ISBN, always", "hostile server", times=len(places), lost=0)


def test_a_run_that_is_cut_off_leaves_no_connection_open(tmp_path: Path) -> None:
    places = 20
    request = Request("volumes", {"q": "isbn:9780140328721"})

    async def cut_off(inside: Inside) -> None:
        taken = asyncio.Semaphore(0)

        async def take_and_stall(talk: Talk) -> None:
            taken.release()
            await talk.outlasted()

        inside.server.meets = always(take_and_stall)
        async with open_client(inside.server.url, {}, timeout_s=30, connections=places) as client:
            calls = [asyncio.create_task(client.get(request)) for _ in range(2 * places)]
            for _ in range(places):
                await taken.acquire()
            for call in calls:
                call.cancel()
            await asyncio.wait(calls)
            await inside.look_at_connections()
        assert inside.server.accepted == places

    run_inside(tmp_path, FEW, cut_off)
