"""Asking for several ISBNs a call: the same books as asking singly, for fewer calls."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from crawler.library.options import AskOptions
from crawler.sandbox import SandboxOptions
from tests.calls.crawling import ASKING, Crawled, crawl_from_sandbox, made_up_isbns

COUNT = 1500
ISBNS = made_up_isbns(COUNT)
DAILY = 125
SANDBOX = SandboxOptions(hit_rate=0.8, daily_quota=DAILY)
NAMED = msgspec.structs.replace(SANDBOX, numberless=0.0)


def asking(**options: Any) -> AskOptions:
    return msgspec.structs.replace(ASKING, **{"daily_quota": DAILY, **options})


def calls_per_isbn(crawled: Crawled) -> float:
    assert sum(summary.calls.total for summary in crawled.summaries) == len(crawled.log)
    return len(crawled.log) / COUNT


@pytest.fixture(scope="module", params=[SANDBOX, NAMED], ids=["nameless", "all-named"])
def world(request: pytest.FixtureRequest) -> SandboxOptions:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def singly(world: SandboxOptions, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("singly")
    return crawl_from_sandbox(folder, ISBNS, world, asking(group=1), days=20)


def test_singly_each_isbn_costs_a_call(singly: Crawled) -> None:
    assert calls_per_isbn(singly) == 1.0
    assert len(singly.summaries) == COUNT / DAILY


def test_groups_find_the_same_books_for_fewer_calls(
    world: SandboxOptions, singly: Crawled, tmp_path: Path
) -> None:
    grouped = crawl_from_sandbox(tmp_path, ISBNS, world, asking(), days=20)
    assert grouped.table == singly.table
    # u is the share that no group can map: what is missing, and books without an ISBN
    unconfirmed = sum("unconfirmed" in book for book in singly.table.books)
    unfound = sum(state != "found" for _, _, state in singly.table.states)
    u = (unconfirmed + unfound) / COUNT
    assert calls_per_isbn(grouped) <= 1.15 * (1 / 25 + u)


@pytest.mark.parametrize("confirm", ["always", "audit"])
def test_an_api_that_does_not_know_or_costs_few_calls_more_than_asking_singly(
    world: SandboxOptions, singly: Crawled, confirm: str, tmp_path: Path
) -> None:
    deaf = msgspec.structs.replace(world, honour_or=False)
    crawled = crawl_from_sandbox(tmp_path, ISBNS, deaf, asking(confirm_missing=confirm), days=20)
    assert crawled.table == singly.table
    assert calls_per_isbn(crawled) <= 1.05


def test_an_audit_asks_a_sample_and_takes_the_rest_as_missing(
    singly: Crawled, world: SandboxOptions, tmp_path: Path
) -> None:
    audited = crawl_from_sandbox(tmp_path, ISBNS, world, asking(confirm_missing="audit"), days=20)
    assert audited.table == singly.table


def test_an_audit_costs_at_most_6_calls_for_100_isbns_beside_its_samples(tmp_path: Path) -> None:
    endless = msgspec.structs.replace(NAMED, daily_quota=0)
    audited = crawl_from_sandbox(
        tmp_path, ISBNS, endless, asking(confirm_missing="audit", daily_quota=0)
    )
    samples = 2 * 60 / COUNT  # one of issued and one of unissued ISBNs; 1 % of a list of 12,000
    assert calls_per_isbn(audited) - samples <= 0.06


def test_an_audit_that_finds_a_book_asks_for_each(tmp_path: Path) -> None:
    """Where a tenth of the books carry no ISBN, groups that hold one prove nothing."""
    world = SandboxOptions(hit_rate=0.9, numberless=0.5)
    singly = crawl_from_sandbox(tmp_path / "a", ISBNS[:300], world, asking(group=1, daily_quota=0))
    audited = crawl_from_sandbox(
        tmp_path / "b", ISBNS[:300], world, asking(confirm_missing="audit", daily_quota=0)
    )
    assert audited.table == singly.table


def test_no_day_sees_more_calls_than_its_quota(singly: Crawled) -> None:
    days = [str(line["time"])[:10] for line in singly.log]
    assert max(days.count(day) for day in set(days)) == DAILY
