"""Bad hours: however many calls are refused, each ISBN is settled as on a quiet day."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from crawler.commands.summary import Summary
from crawler.drain import Stop
from crawler.fetch.fetcher import NO_STATUS
from crawler.sandbox import FaultShare, SandboxOptions, parse_faults, serve
from crawler.store.base import LedgerCounts
from tests.calls.crawling import ASKING, Crawled, crawl_from_sandbox, made_up_isbns, table_of
from tests.calls.jumping import LoopClock, run_jumping
from tests.calls.runs import NOON, asking, crawl

ISBNS = made_up_isbns(400, seed=11)
QUIET = SandboxOptions(hit_rate=0.8)
SINGLY, GROUPED = 1, None

Quiet = Callable[[int | None], Crawled]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Quiet:
    known: dict[int | None, Crawled] = {}

    def crawled(group: int | None) -> Crawled:
        if group not in known:
            folder = tmp_path_factory.mktemp("quiet")
            known[group] = crawl_from_sandbox(folder, ISBNS, QUIET, replace(ASKING, group=group))
        return known[group]

    return crawled


def crawl_in_storm(folder: Path, errors: str, group: int | None) -> Crawled:
    stormy = replace(QUIET, errors=parse_faults(errors))
    return crawl_from_sandbox(folder, ISBNS, stormy, replace(ASKING, group=group))


def assert_settled_as(crawled: Crawled, quiet: Crawled) -> None:
    assert crawled.last.stopped is None
    assert crawled.last.ledger.failed == crawled.last.ledger.pending == 0
    assert crawled.last.exit_code() == 0
    assert crawled.table == quiet.table
    assert crawled.last.calls.total == len(crawled.log)


@pytest.mark.parametrize("group", [SINGLY, GROUPED], ids=["singly", "auto"])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_storm_of_503_fails_no_isbn_and_costs_what_it_refuses(
    undisturbed: Quiet, tmp_path: Path, share: float, group: int | None
) -> None:
    quiet = undisturbed(group)
    crawled = crawl_in_storm(tmp_path, f"503={share}", group)
    assert_settled_as(crawled, quiet)
    answered = sum(call["status"] == 200 for call in crawled.log)
    assert crawled.last.calls.by_status["503"] == len(crawled.log) - answered
    # A group that chance refuses again and again is halved, and at the worst, where the list begins
    # in the storm, groups are tried anew after 50 ISBNs alone.
    assert answered <= (len(quiet.log) if group == SINGLY else 1.3 * len(quiet.log) + 50)


@pytest.mark.parametrize("group", [SINGLY, GROUPED], ids=["singly", "auto"])
@pytest.mark.parametrize(
    "errors",
    ["reset=0.5", "cut=0.5", "torn=0.5", "empty=0.5", "shape=0.5", "html200=0.5",
     "503=0.2,500=0.1,504=0.1,reset=0.1,cut=0.1,html200=0.1,torn=0.1"],
)  # fmt: skip
def test_an_answer_that_is_none_is_asked_for_again_whatever_its_status(
    undisturbed: Quiet, tmp_path: Path, errors: str, group: int | None
) -> None:
    assert_settled_as(crawl_in_storm(tmp_path, errors, group), undisturbed(group))


def test_what_hangs_or_drips_is_given_up_in_time_and_asked_for_again(tmp_path: Path) -> None:
    some, hung = made_up_isbns(40), replace(QUIET, errors=parse_faults("stall=0.2,drip=0.2"))

    async def crawl_slowly() -> Summary:
        clock = LoopClock(NOON)
        async with serve(hung, clock=clock) as url:
            asked = asking(url, concurrency=8, timeout=10.0)
            return await crawl(tmp_path / "books.db", asked, some, clock)

    summary = run_jumping(crawl_slowly())
    assert (summary.exit_code(), summary.ledger.pending) == (0, 0)
    assert summary.calls.by_status[NO_STATUS] > 0
    quiet = crawl_from_sandbox(tmp_path / "quiet", some, QUIET)
    assert table_of(tmp_path / "books.db") == quiet.table


@pytest.mark.parametrize("fault", ["503", "reset", "html200", "stall"])
@pytest.mark.parametrize("group", [SINGLY, GROUPED], ids=["singly", "auto"])
def test_a_dead_backend_is_given_up_in_a_minute_and_fails_nothing(
    tmp_path: Path, fault: str, group: int | None
) -> None:
    async def crawl_in_vain() -> Summary:
        clock = LoopClock(NOON)
        dead = replace(QUIET, errors=(FaultShare(fault, 1.0),))
        async with serve(dead, clock=clock) as url:
            asked = asking(url, concurrency=8, group=group, timeout=30.0)
            return await crawl(tmp_path / "books.db", asked, ISBNS, clock)

    summary = run_jumping(crawl_in_vain())
    assert summary.stopped is not None
    assert (summary.stopped.why, summary.exit_code()) == (Stop.UNREACHABLE, 75)
    assert summary.ledger == LedgerCounts(pending=len(ISBNS))
    assert summary.seconds < 65  # two calls that hang for their 30 seconds, and a little between
