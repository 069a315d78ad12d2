"""A machine's clock that is set forth and back: the quota holds, and nothing waits for it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from crawler.commands.run import run
from crawler.commands.summary import Summary
from crawler.library.options import AskOptions
from crawler.library.run import Order
from crawler.sandbox import SandboxOptions, serve
from crawler.sandbox.calllog import Call
from crawler.store.base import Retry
from crawler.store.sqlite import open_store
from tests.calls.crawling import made_up_isbns
from tests.calls.jumping import LoopClock, run_jumping
from tests.calls.runs import asking, calls_in, crawl, rows
from tests.calls.test_quota_days import MIDNIGHTS
from tests.faults.account import Account
from tests.faults.effort import by_effort

QUOTA = 9
ISBNS = made_up_isbns(40)
SANDBOX = SandboxOptions(hit_rate=0.5)

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)

MOVES = {
    "a day forth": DAY,
    "a day back": -DAY,
    "an hour back, over midnight": -HOUR,
    "a day and an hour back": -DAY - HOUR,
}
CASES = list(product(MIDNIGHTS, MOVES))
TRIED = by_effort(Random(0).sample(CASES, 3), CASES)  # noqa: S311 - no secret


class SetClock:
    """The time of day, as somebody has set it: `sets` are seconds of the loop, and how far off the
    clock is from then on.
    """

    def __init__(self, begins: datetime, *sets: tuple[float, timedelta]) -> None:
        self._true = LoopClock(begins)
        self._sets = sets
        self.off = timedelta(0)

    def now(self) -> datetime:
        for since_s, off in self._sets:
            if self._true.monotonic() >= since_s:
                self.off = off
        return self._true.now() + self.off


Crawling = Callable[[AskOptions, SetClock], Awaitable[list[Summary]]]


def crawl_by(folder: Path, clock: SetClock, crawling: Crawling) -> tuple[list[Summary], list[Call]]:
    """One call a second, by a clock that is set; the API's own is right."""
    log = folder / "log"

    async def serve_and_crawl() -> list[Summary]:
        true = LoopClock(datetime(2026, 11, 20, 20, tzinfo=UTC))
        async with serve(replace(SANDBOX, log=log), clock=true) as url:
            return await crawling(asking(url, rate=1.0, daily_quota=QUOTA), clock)

    return run_jumping(serve_and_crawl()), calls_in(log)


@pytest.mark.parametrize(("midnight", "move"), TRIED)
def test_a_clock_that_is_set_forth_and_back_in_a_run_buys_no_call(
    tmp_path: Path, account: Account, midnight: str, move: str
) -> None:
    half_past = datetime.fromisoformat(MIDNIGHTS[midnight]) + HOUR / 2
    clock = SetClock(half_past, (3.5, MOVES[move]), (6.5, timedelta(0)))

    async def crawling(asked: AskOptions, clock: SetClock) -> list[Summary]:
        return [await crawl(tmp_path / "books.db", asked, ISBNS, clock)]

    (summary,), calls = crawl_by(tmp_path, clock, crawling)
    assert len(calls) == summary.quota.used == QUOTA
    assert summary.exit_code() == 75
    moments = [call.monotonic for call in calls]
    assert all(later - one > 0.9 for one, later in pairwise(moments))
    # A turn is lost where a call was counted for a day that is another one now.
    assert moments[-1] - moments[0] < 2.1 * QUOTA
    account("process", "the clock is set and set right", "clock, in a run", times=1, lost=0)


@pytest.mark.parametrize("move", by_effort(["a day forth", "a day and an hour back"], list(MOVES)))
def test_a_clock_that_is_set_forth_and_back_between_runs_buys_no_call(
    tmp_path: Path, account: Account, move: str
) -> None:
    async def crawling(asked: AskOptions, clock: SetClock) -> list[Summary]:
        summaries = []
        third = replace(asked, limit=3)
        for off in (timedelta(0), MOVES[move], timedelta(0)):
            clock.off = off
            summaries.append(await crawl(tmp_path / "books.db", third, ISBNS, clock))
        return [*summaries, await crawl(tmp_path / "books.db", asked, (), clock)]

    half_past = datetime.fromisoformat(MIDNIGHTS["winter"]) + HOUR / 2
    summaries, calls = crawl_by(tmp_path, SetClock(half_past), crawling)
    assert [summary.calls.total for summary in summaries] == [3, 3, 3, 0]
    assert len(calls) == summaries[-1].quota.used == QUOTA
    account("process", "the clock is set and set right", "clock, between runs", times=1, lost=0)


def test_a_clock_that_was_a_year_ahead_for_a_moment_costs_one_day_at_most(
    tmp_path: Path, account: Account
) -> None:
    noon = datetime(2026, 11, 20, 20, tzinfo=UTC)

    async def crawling(asked: AskOptions, clock: SetClock) -> list[Summary]:
        summaries = []
        for off in (YEAR, timedelta(0), DAY, 2 * DAY):
            clock.off = off
            summaries.append(await crawl(tmp_path / "books.db", asked, ISBNS, clock))
        return summaries

    summaries, _ = crawl_by(tmp_path, SetClock(noon), crawling)
    assert [summary.calls.total for summary in summaries] == [QUOTA, 0, QUOTA, QUOTA]
    assert summaries[1].quota.used == QUOTA
    account("process", "the clock is a year ahead for a moment", "clock", times=1, lost=0)


def test_what_was_settled_in_the_future_can_be_asked_for_again_today(
    tmp_path: Path, account: Account
) -> None:
    db = tmp_path / "books.db"
    clock = SetClock(datetime(2026, 11, 20, 20, tzinfo=UTC))

    async def crawling(asked: AskOptions, clock: SetClock) -> list[Summary]:
        clock.off = YEAR
        asked = replace(asked, daily_quota=0)
        first = await crawl(db, asked, ISBNS[:10], clock)
        clock.off = timedelta(0)
        again = Order("retry", db, asked, retry=Retry(missing=True))
        return [first, await run(again, clock, Random(1))]  # noqa: S311 - no secret

    (first, again), _ = crawl_by(tmp_path, clock, crawling)
    assert again.calls.total == first.this_run.missing > 0
    assert rows(db, "SELECT DISTINCT state FROM ledger WHERE settled_at > '2027'") == [("found",)]
    account("process", "settled in the future", "clock", times=1, lost=0)


TODAY = date(2026, 11, 20)
TOMORROW, YESTERDAY, FAR = TODAY + DAY, TODAY - DAY, TODAY + YEAR


@pytest.mark.parametrize(
    ("days", "given"),
    [
        ([TODAY, TOMORROW, TODAY, TODAY, TOMORROW], [4, 4, 2, 0, 4]),
        ([TODAY, YESTERDAY, TODAY, TOMORROW], [4, 4, 2, 4]),
        ([FAR, TODAY, TOMORROW, FAR], [4, 4, 4, 4]),
        ([FAR, FAR, TODAY, TODAY, TOMORROW], [4, 4, 2, 0, 4]),
    ],
)
async def test_of_a_quota_no_more_is_given_than_is_left_of_today_and_the_days_to_come(
    tmp_path: Path, days: Sequence[date], given: Sequence[int]
) -> None:
    async with open_store(tmp_path / "books.db") as store:
        assert [await store.reserve_calls("key", day, 4, 10) for day in days] == given
