"""Every refusal that Google is known for, and what comes of the run that meets it.

A refusal is met for ever, or once; what it leads to is the same for all of its kind.
"""

import json
from pathlib import Path

import pytest
from msgspec import Struct

from crawler.call import Trouble
from crawler.commands.summary import Summary
from crawler.drain import Stop
from crawler.fetch.body import LARGEST_BODY
from crawler.fetch.health import MISUNDERSTOOD, REFUSED_IN_A_ROW
from crawler.fetch.pace import FIRST_PAUSE_S
from crawler.isbn import ISBN13
from crawler.sandbox import errors
from tests.calls.crawling import made_up_isbns
from tests.calls.jumping import run_jumping
from tests.calls.refusals import MADE, RECORDED, recorded
from tests.calls.refusing import (
    Api,
    Refusal,
    Refuse,
    always,
    at_first,
    groups_above,
    once,
    refusing,
)
from tests.calls.runs import asking, crawl, rows
from tests.real import REAL, needs_real_data

ISBNS = made_up_isbns(12)
ALL = len(ISBNS)


class Outcome(Struct, frozen=True):
    """How a run ends, and after how many calls."""

    stopped: Stop | None
    code: int
    calls: int
    pending: int
    failed: int = 0


FOR_EVER = {
    Trouble.DAY_QUOTA: Outcome(Stop.QUOTA, 75, 1, ALL),
    Trouble.CREDENTIALS: Outcome(Stop.CREDENTIALS, 5, 1, ALL),
    Trouble.PLACE: Outcome(Stop.CREDENTIALS, 5, 2, ALL),
    # One call more for another ISBN: it might be those that were asked for, and not the source.
    Trouble.SHORT_LIMIT: Outcome(Stop.UNREACHABLE, 75, REFUSED_IN_A_ROW + 1, ALL),
    Trouble.TRANSIENT: Outcome(Stop.UNREACHABLE, 75, REFUSED_IN_A_ROW + 1, ALL),
    Trouble.BAD_REQUEST: Outcome(Stop.UNREACHABLE, 75, MISUNDERSTOOD + 1, ALL),
}
ONCE = {
    Trouble.DAY_QUOTA: FOR_EVER[Trouble.DAY_QUOTA],
    Trouble.CREDENTIALS: FOR_EVER[Trouble.CREDENTIALS],
    Trouble.PLACE: Outcome(None, 0, ALL + 1, 0),
    Trouble.SHORT_LIMIT: Outcome(None, 0, ALL + 1, 0),
    Trouble.TRANSIENT: Outcome(None, 0, ALL + 1, 0),
    Trouble.BAD_REQUEST: Outcome(None, 3, ALL, 0, failed=1),
}


async def crawl_refused(
    folder: Path, refuse: Refuse, *, isbns: list[ISBN13] = ISBNS, **options: object
) -> tuple[Summary, Api]:
    async with refusing(refuse) as api:
        return await crawl(folder / "books.db", asking(api.url, **options), isbns), api


def outcome(folder: Path, refuse: Refuse) -> Outcome:
    summary, api = run_jumping(crawl_refused(folder, refuse))
    assert summary.calls.total == summary.quota.used == len(api.asked)
    ledger = summary.ledger
    assert ledger.found == ALL - ledger.pending - ledger.failed
    return Outcome(
        summary.stopped.why if summary.stopped else None,
        summary.exit_code(),
        summary.calls.total,
        ledger.pending,
        ledger.failed,
    )


@pytest.mark.parametrize("name", MADE)
def test_a_refusal_that_lasts_stops_the_run_and_fails_no_isbn(tmp_path: Path, name: str) -> None:
    met, kind = MADE[name]
    assert outcome(tmp_path, always(met)) == FOR_EVER[kind]


@pytest.mark.parametrize("name", MADE)
def test_a_refusal_that_is_met_once_costs_a_call_an_isbn_or_the_run(
    tmp_path: Path, name: str
) -> None:
    met, kind = MADE[name]
    assert outcome(tmp_path, once(met)) == ONCE[kind]


@needs_real_data
@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_refusal_leads_to_what_its_kind_does(tmp_path: Path, name: str) -> None:
    met, kind = recorded(name), RECORDED[name]
    (tmp_path / "once").mkdir()
    assert outcome(tmp_path, always(met)) == FOR_EVER[kind]
    assert outcome(tmp_path / "once", once(met)) == ONCE[kind]


@needs_real_data
def test_each_recorded_refusal_is_met() -> None:
    assert {file.stem for file in (REAL / "google_errors").glob("*.json")} == set(RECORDED)


def test_each_refusal_of_the_sandbox_is_met() -> None:
    assert set(errors.BY_NAME) <= set(MADE)


@pytest.mark.parametrize("name", ["dayQuota", "keyNotValid", "unknownLocation", "503", "400"])
def test_what_a_stopped_run_left_is_asked_for_by_the_next_one_at_a_call_each(
    tmp_path: Path, name: str
) -> None:
    met, kind = MADE[name]
    refused = FOR_EVER[kind].calls

    async def crawl_twice() -> tuple[Summary, Summary]:
        async with refusing(at_first(refused, met)) as api:
            db, asked = tmp_path / "books.db", asking(api.url)
            return await crawl(db, asked, ISBNS), await crawl(db, asked)

    first, second = run_jumping(crawl_twice())
    assert (first.exit_code(), first.ledger.pending) == (FOR_EVER[kind].code, ALL)
    assert (second.exit_code(), second.ledger.found, second.calls.total) == (0, ALL, ALL)


@pytest.mark.parametrize("name", ["dayQuota", "keyNotValid", "accessNotConfigured"])
def test_a_stop_is_told_in_googles_own_words(tmp_path: Path, name: str) -> None:
    met, _ = MADE[name]
    summary, _ = run_jumping(crawl_refused(tmp_path, always(met)))
    assert summary.stopped is not None
    message = json.loads(met.body)["error"]["message"]
    assert summary.stopped.sentence.removeprefix(f"{met.status} ") == message[:200]


def test_an_isbn_that_failed_says_why_in_googles_own_words(tmp_path: Path) -> None:
    met, _ = MADE["400"]
    _, api = run_jumping(crawl_refused(tmp_path, once(met)))
    failed = rows(tmp_path / "books.db", "SELECT isbn13, reason FROM failed_books")
    assert failed == [(int(api.asked[0][0]), "400 Request contains an invalid argument.")]


@pytest.mark.parametrize(
    ("headers", "body", "pause_s"),
    [
        ({}, b"", FIRST_PAUSE_S),
        ({"Retry-After": "7"}, b"", 7),
        (
            {
                "Retry-After": "Sat, 21 Nov 2026 08:00:30 GMT",
                "Date": "Sat, 21 Nov 2026 08:00:00 GMT",
            },
            b"",
            30,
        ),
        ({}, b'{"error": {"details": [{"retryDelay": "26s"}]}}', 26),
    ],
    ids=["by itself", "seconds", "date", "retryDelay"],
)
def test_a_short_limit_holds_all_workers_back_for_as_long_as_it_says(
    tmp_path: Path, headers: dict[str, str], body: bytes, pause_s: float
) -> None:
    refuse = once(Refusal(429, body, headers))
    _, api = run_jumping(crawl_refused(tmp_path, refuse, concurrency=4))
    refused_at, *later = api.called_at
    in_flight = [at for at in later if at - refused_at < FIRST_PAUSE_S / 2]
    assert len(in_flight) < 4
    assert later[len(in_flight)] - refused_at >= pause_s


def test_the_place_is_asked_for_again_by_every_worker_that_was_refused(tmp_path: Path) -> None:
    """Seen once: the next identical call works. Workers do not take each other's for it."""
    refuse = at_first(4, MADE["unknownLocation"][0])
    summary, _ = run_jumping(crawl_refused(tmp_path, refuse, concurrency=4))
    assert (summary.stopped, summary.ledger.found) == (None, ALL)


def test_a_body_too_large_to_be_an_answer_is_asked_for_again(tmp_path: Path) -> None:
    refuse = once(Refusal(200, b" " * (LARGEST_BODY + 1)))
    assert outcome(tmp_path, refuse) == ONCE[Trouble.TRANSIENT]


MANY = made_up_isbns(60)


@pytest.mark.parametrize("name", ["400", "414 as a page", "503"])
@pytest.mark.parametrize("taken", [1, 4, 12])
def test_a_group_that_is_refused_is_halved_until_it_is_answered(
    tmp_path: Path, name: str, taken: int
) -> None:
    met, _ = MADE[name]
    summary, api = run_jumping(
        crawl_refused(tmp_path, groups_above(taken, met), isbns=MANY, group=None),
    )
    assert (summary.stopped, summary.exit_code()) == (None, 0)
    assert (summary.ledger.found, summary.ledger.failed) == (len(MANY), 0)
    assert len(api.asked) <= 1.3 * len(MANY)
