"""The rate, as the other end of a real socket counts it, in real time."""

import asyncio
from bisect import bisect_left
from pathlib import Path

import pytest
from msgspec.structs import replace

from crawler.clock import SystemClock
from crawler.commands.summary import Summary
from crawler.sandbox import SandboxOptions, serve
from tests.calls.crawling import made_up_isbns
from tests.calls.runs import asking, calls_in, crawl

WINDOW_S = 0.95
"""A call that is handled 50 ms late, and the next one in time, come so much closer together than
they were sent: a busy machine's doing, which a window of a whole second would blame on the crawl.
In virtual time, where there is no such thing, it is a whole one: tests/fetch/test_pace.py."""


@pytest.mark.parametrize("rate", [10, 50])
def test_no_second_sees_more_calls_than_the_rate_from_the_first_on_and_over_a_restart(
    tmp_path: Path, rate: int
) -> None:
    log, db = tmp_path / "log", tmp_path / "books.db"
    isbns = made_up_isbns(2 * rate)

    async def crawl_twice() -> list[Summary]:
        async with serve(SandboxOptions(log=log)) as url:
            asked = asking(url, rate=float(rate), concurrency=8)
            half = replace(asked, limit=rate)
            clock = SystemClock()
            return [await crawl(db, half, isbns, clock), await crawl(db, asked, (), clock)]

    first, second = asyncio.run(crawl_twice())
    assert (first.calls.total, second.calls.total) == (rate, rate)
    moments = [call.monotonic for call in calls_in(log)]
    most = max(
        bisect_left(moments, moment + WINDOW_S) - place for place, moment in enumerate(moments)
    )
    assert most <= rate
    for run in (moments[:rate], moments[rate:]):
        assert (len(run) - 1) / (run[-1] - run[0]) >= 0.8 * rate  # 99 % in virtual time
