"""The day's quota: never a call too many, whoever counts it, and a stop that says what next."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, Ended

PACIFIC = ZoneInfo("America/Los_Angeles")
BOOKS = isbns(60)


def assert_it_says_what_is_pending_and_when_the_day_ends(ended: Ended) -> None:
    """In one sentence, with the end of the day in Pacific time."""
    (told,) = re.findall(r"^stopped early: .*$", ended.err, re.MULTILINE)
    assert f"{ended.summary.ledger.pending} ISBNs pending" in told
    resets_at = datetime.fromisoformat(ended.summary.quota.resets_at)
    assert resets_at.astimezone(PACIFIC).strftime("%H:%M:%S") == "00:00:00"
    assert timedelta(0) < resets_at - datetime.now(UTC) <= timedelta(hours=25)
    assert f"{resets_at:%Y-%m-%d %H:%M} UTC" in told


def test_a_spent_quota_stops_the_run_and_stays_spent_over_restarts(
    program: Bookcrawl, api: Api
) -> None:
    command = ("--json", "--base-url", api.url, "--rate", "0", "--daily-quota", "20")
    ended = program.run("crawl", *command, program.write("isbns.txt", BOOKS))
    assert (ended.code, ended.summary.stopped) == (75, "quota")
    assert len(api.calls()) == 20
    assert program.database.settled() == set(api.answered())
    assert ended.summary.ledger.failed == 0
    assert_it_says_what_is_pending_and_when_the_day_ends(ended)
    for _ in range(2):
        again = program.run("resume", *command)
        assert (again.code, again.summary.stopped) == (75, "quota")
        assert (again.summary.quota.limit, again.summary.quota.used) == (20, 20)
        assert_it_says_what_is_pending_and_when_the_day_ends(again)
    assert len(api.calls()) == 20


def test_the_top_of_the_list_is_asked_for_first(program: Bookcrawl, api: Api) -> None:
    command = ("--base-url", api.url, "--rate", "0", "--daily-quota", "20")
    program.run("crawl", *command, program.write("isbns.txt", BOOKS))
    assert set(api.asked()) == set(BOOKS[:20])


def test_a_kill_may_waste_a_second_of_the_quota_and_never_overspends_it(
    program: Bookcrawl, api: Api
) -> None:
    rate = 10
    command = ("--base-url", api.url, "--rate", str(rate), "--daily-quota", "30")
    file = program.write("isbns.txt", BOOKS)
    for calls in (4, 8):
        program.run_and_kill("crawl", *command, file, when=lambda: len(api.calls()) >= calls)  # noqa: B023
    assert program.run("resume", *command).code == 75
    assert 30 - 2 * rate <= len(api.calls()) <= 30


def test_a_key_has_one_quota_whatever_databases_it_crawls_into(
    program: Bookcrawl, api: Api
) -> None:
    command = ("crawl", "--base-url", api.url, "--rate", "0", "--daily-quota", "20")
    file = program.write("isbns.txt", BOOKS)
    limited = ("--limit", "15", "--db", "first.db", file)
    assert program.run(*command, *limited, GOOGLE_BOOKS_API_KEY="one").code == 0
    assert program.run(*command, "--db", "2.db", file, GOOGLE_BOOKS_API_KEY="one").code == 75
    assert len(api.calls()) == 20
    assert program.run(*command, "--db", "3.db", file, GOOGLE_BOOKS_API_KEY="other").code == 75
    assert len(api.calls()) == 40


@pytest.mark.parametrize("as_403", [False, True], ids=["as 429", "as 403"])
def test_a_quota_that_the_api_tells_of_stops_the_run_as_well(
    program: Bookcrawl, as_403: bool
) -> None:
    told = SandboxOptions(daily_quota=20, refuse_as_403=as_403)
    with sandbox(program.home, told) as api:
        command = ("--json", "--base-url", api.url, "--rate", "0")
        ended = program.run("crawl", *command, program.write("isbns.txt", BOOKS))
        assert (ended.code, ended.summary.stopped) == (75, "quota")
        assert len(api.answered()) == 20
        assert program.database.settled() == set(api.answered())
        assert ended.summary.ledger.failed == 0
        assert_it_says_what_is_pending_and_when_the_day_ends(ended)
        calls = len(api.calls())
        again = program.run("resume", *command, "--concurrency", "1")
        assert (again.code, again.summary.stopped) == (75, "quota")
        assert len(api.calls()) <= calls + 1


def test_a_limit_is_what_was_wished_for_and_no_failure(program: Bookcrawl, api: Api) -> None:
    command = ("--json", "--base-url", api.url, "--rate", "0", "--limit", "7")
    ended = program.run("crawl", *command, program.write("isbns.txt", BOOKS))
    assert (ended.code, ended.summary.stopped) == (0, "limit")
    assert sorted(api.asked()) == sorted(BOOKS[:7])
    assert ended.summary.ledger.pending == len(BOOKS) - 7
    assert program.run_as_printed(ended.go_on_with).code == 0
    assert sorted(api.asked()) == sorted(BOOKS)


def test_a_limit_that_all_the_rest_fits_in_stops_nothing(program: Bookcrawl, api: Api) -> None:
    command = ("crawl", "--json", "--base-url", api.url, "--rate", "0", "--limit", "60")
    ended = program.run(*command, program.write("isbns.txt", BOOKS))
    assert (ended.code, ended.summary.stopped) == (0, None)
    assert ended.summary.ledger.pending == 0
