"""A day's quota: never a call more than it, from one midnight in California to the next."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from crawler.commands.summary import Summary, tell
from crawler.drain import Stop
from crawler.fetch.gate import AFTER_MIDNIGHT_S
from crawler.fetch.pace import FIRST_PAUSE_S
from crawler.fetch.quota import LAST_MOMENT
from crawler.library.options import AskOptions
from crawler.progress import PlainDisplay
from crawler.sandbox import SandboxOptions, serve
from crawler.sandbox.calllog import Call
from tests.calls.crawling import made_up_isbns
from tests.calls.jumping import LoopClock, run_jumping
from tests.calls.runs import NOON, PACIFIC, asking, called_at, calls_in, crawl

SANDBOX = SandboxOptions(hit_rate=0.8)
ISBNS = made_up_isbns(60)
ALL = len(ISBNS)

MIDNIGHTS = {
    "winter": "2026-11-21T08:00+00:00",
    "summer": "2026-07-01T07:00+00:00",
    "begins 23 hours": "2026-03-08T08:00+00:00",
    "ends 23 hours": "2026-03-09T07:00+00:00",
    "begins 25 hours": "2026-11-01T07:00+00:00",
    "ends 25 hours": "2026-11-02T08:00+00:00",
}

NIGHTS = ("begins 23 hours", "begins 25 hours", "summer")
"""Of which two are slept through."""

Crawling = Callable[[AskOptions, LoopClock], Awaitable[list[Summary]]]


def crawl_from(
    folder: Path,
    begins: datetime,
    crawling: Crawling,
    sandbox: SandboxOptions = SANDBOX,
) -> tuple[list[Summary], list[Call]]:
    """What the runs tell, and all calls that the API saw of them."""
    log = folder / "log"

    async def serve_and_crawl() -> list[Summary]:
        clock = LoopClock(begins)
        async with serve(replace(sandbox, log=log), clock=clock) as url:
            return await crawling(asking(url), clock)

    summaries = run_jumping(serve_and_crawl())
    calls = calls_in(log)
    assert sum(summary.calls.total for summary in summaries) == len(calls)
    return summaries, calls


def by_day(calls: list[Call]) -> Counter[date]:
    return Counter(called_at(call).astimezone(PACIFIC).date() for call in calls)


@pytest.fixture
def _a_display_that_sleeps_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line every ten seconds would be 8,640 jumps of the clock a day."""
    monkeypatch.setattr(PlainDisplay, "every_s", 24 * 3600.0)


@pytest.mark.parametrize("midnight", MIDNIGHTS)
def test_a_day_that_ends_in_the_middle_of_a_run_takes_its_quota_with_it(
    tmp_path: Path, midnight: str
) -> None:
    ends = datetime.fromisoformat(MIDNIGHTS[midnight])

    async def crawling(asked: AskOptions, clock: LoopClock) -> list[Summary]:
        slowly = replace(asked, daily_quota=30, concurrency=2)
        return [await crawl(tmp_path / "books.db", slowly, ISBNS, clock)]

    three_seconds_each = replace(SANDBOX, latency_s=(3.0, 3.0))
    (summary,), calls = crawl_from(
        tmp_path, ends - timedelta(seconds=40), crawling, three_seconds_each
    )
    days = by_day(calls)
    yesterday, today = sorted(days)
    assert days[yesterday] < 30
    assert days[today] == 30
    assert (summary.stopped and summary.stopped.why, summary.exit_code()) == (Stop.QUOTA, 75)
    assert summary.ledger.pending == ALL - len(calls)
    assert summary.quota.used == 30
    assert not [call for call in calls if ends - LAST_MOMENT <= called_at(call) < ends]


@pytest.mark.parametrize("midnight", NIGHTS)
@pytest.mark.usefixtures("_a_display_that_sleeps_too")
def test_a_run_that_waits_goes_on_with_each_new_day_and_spends_it(
    tmp_path: Path, midnight: str
) -> None:
    begins = datetime.fromisoformat(MIDNIGHTS[midnight])

    async def crawling(asked: AskOptions, clock: LoopClock) -> list[Summary]:
        waiting = replace(asked, daily_quota=25, wait=True, concurrency=4)
        return [await crawl(tmp_path / "books.db", waiting, ISBNS, clock)]

    (summary,), calls = crawl_from(tmp_path, begins - timedelta(hours=5), crawling)
    assert list(by_day(calls).values()) == [25, 25, 10]
    assert (summary.exit_code(), summary.ledger.pending) == (0, 0)
    for place in (25, 50):
        woken = called_at(calls[place]).astimezone(PACIFIC)
        midnight_there = woken.replace(hour=0, minute=0, second=0, microsecond=0)
        late = woken.astimezone(UTC) - midnight_there.astimezone(UTC)
        assert timedelta(seconds=AFTER_MIDNIGHT_S) <= late <= timedelta(minutes=1)


def test_runs_of_one_day_share_its_quota_and_the_next_day_has_its_own(tmp_path: Path) -> None:
    db = tmp_path / "books.db"
    until_tomorrow_s = 12 * 3600.0

    async def crawling(asked: AskOptions, clock: LoopClock) -> list[Summary]:
        limited = replace(asked, daily_quota=25)
        summaries = [
            await crawl(db, replace(limited, limit=10), ISBNS, clock),
            await crawl(db, limited, (), clock),
            await crawl(db, limited, (), clock),
        ]
        await clock.sleep(until_tomorrow_s)
        return [*summaries, await crawl(db, limited, (), clock)]

    summaries, calls = crawl_from(tmp_path, NOON, crawling)
    assert [summary.calls.total for summary in summaries] == [10, 15, 0, 25]
    assert [summary.exit_code() for summary in summaries] == [0, 75, 75, 75]
    assert [summary.quota.used for summary in summaries] == [10, 25, 25, 25]
    assert list(by_day(calls).values()) == [25, 25]


def test_two_databases_that_are_crawled_at_once_with_one_key_share_its_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("GOOGLE_BOOKS_API_KEY", "AIza-of-a-test")

    async def crawling(asked: AskOptions, clock: LoopClock) -> list[Summary]:
        limited = replace(asked, daily_quota=50, rate=5.0)
        both = (crawl(tmp_path / f"{n}.db", limited, ISBNS, clock) for n in (1, 2))
        return list(await asyncio.gather(*both))

    summaries, calls = crawl_from(tmp_path, NOON, crawling)
    assert len(calls) == 50
    assert {summary.exit_code() for summary in summaries} == {75}
    assert [summary.quota.used for summary in summaries] == [50, 50]
    assert min(summary.calls.total for summary in summaries) > 0
    assert (tmp_path / "state" / "bookcrawl" / "quota.db").exists()


@pytest.mark.parametrize("as_403", [False, True], ids=["as 429", "as 403"])
class TestWhatTheApiItselfRefuses:
    """The day's limit and the short one, with the same status, reason and RPC status."""

    def test_a_spent_day_stops_the_run_and_says_when_to_come_back(
        self, tmp_path: Path, as_403: bool
    ) -> None:
        async def crawling(asked: AskOptions, clock: LoopClock) -> list[Summary]:
            return [await crawl(tmp_path / "books.db", asked, ISBNS, clock)]

        told = replace(SANDBOX, daily_quota=25, refuse_as_403=as_403)
        (summary,), calls = crawl_from(tmp_path, NOON, crawling, told)
        assert (summary.stopped and summary.stopped.why, summary.exit_code()) == (Stop.QUOTA, 75)
        assert [call.status for call in calls] == [200] * 25 + [403 if as_403 else 429]
        assert (summary.ledger.pending, summary.ledger.failed) == (ALL - 25, 0)
        (stop,) = (line for line in tell(summary) if line.startswith("stopped early"))
        assert "limit 'Queries per day'" in stop
        assert f"{ALL - 25} ISBNs pending" in stop
        assert stop.endswith("next calls from 2026-11-21 08:00 UTC")

    @pytest.mark.usefixtures("_a_display_that_sleeps_too")
    def test_a_spent_day_is_slept_over_where_that_is_wanted(
        self, tmp_path: Path, as_403: bool
    ) -> None:
        async def crawling(asked: AskOptions, clock: LoopClock) -> list[Summary]:
            waiting = replace(asked, wait=True)
            return [await crawl(tmp_path / "books.db", waiting, ISBNS, clock)]

        told = replace(SANDBOX, daily_quota=25, refuse_as_403=as_403)
        (summary,), calls = crawl_from(tmp_path, NOON, crawling, told)
        assert (summary.exit_code(), summary.ledger.pending) == (0, 0)
        answered = [call for call in calls if call.status == 200]
        assert list(by_day(answered).values()) == [25, 25, 10]
        assert len(calls) == ALL + 2

    def test_a_short_limit_only_holds_the_run_up(self, tmp_path: Path, as_403: bool) -> None:
        async def crawling(asked: AskOptions, clock: LoopClock) -> list[Summary]:
            eager = replace(asked, concurrency=8)
            return [await crawl(tmp_path / "books.db", eager, ISBNS, clock)]

        told = replace(SANDBOX, rate_limit=20, refuse_as_403=as_403)
        (summary,), calls = crawl_from(tmp_path, NOON, crawling, told)
        assert (summary.stopped, summary.exit_code()) == (None, 0)
        assert (summary.ledger.pending, summary.ledger.failed) == (0, 0)
        refused = [call for call in calls if call.status == (403 if as_403 else 429)]
        assert len(refused) == len(calls) - ALL > 0
        after = [call for call in calls if call.monotonic > refused[0].monotonic + 0.1]
        assert after[0].monotonic - refused[0].monotonic >= FIRST_PAUSE_S


def test_who_asks_singly_is_told_what_groups_would_save(tmp_path: Path) -> None:
    async def crawling(asked: AskOptions, clock: LoopClock) -> list[Summary]:
        limited = replace(asked, daily_quota=20)
        return [await crawl(tmp_path / "books.db", limited, ISBNS, clock)]

    (summary,), _ = crawl_from(tmp_path, NOON, crawling)
    assert (
        "stopped early: 20 of 20 calls used; 40 ISBNs pending, about 2 days (or 1 day where groups "
        "of 20 are answered: --group auto); next calls from 2026-11-21 08:00 UTC"
    ) in list(tell(summary))
