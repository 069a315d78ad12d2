"""Trouble with some calls: asked again until they are answered, and the answers are right."""

import pytest

from crawler.sandbox import SandboxOptions, parse_faults
from tests.acceptance.api import sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl
from tests.acceptance.poison import poisoned

BAD_HOUR = "503=0.2,reset=0.05,cut=0.05"
BOOKS = isbns(24)


@pytest.mark.parametrize("group", ["1", "auto"])
def test_in_a_bad_hour_each_isbn_is_settled_right_in_the_end(
    program: Bookcrawl, group: str
) -> None:
    options = SandboxOptions(errors=parse_faults(BAD_HOUR))
    with sandbox(program.home, options) as api:
        command = ("--json", "--base-url", api.url, "--rate", "0", "--concurrency", "40")
        file = program.write("isbns.txt", BOOKS)
        ended = program.run("crawl", *command, "--group", group, file)
        assert ended.code == 0
        assert ended.summary.calls.retried > 0
        assert ended.summary.calls.total == len(api.calls())
        assert program.database.states() == api.verdicts(BOOKS)
        assert program.database.is_sound()


@pytest.mark.parametrize("place", [0, 20, 39], ids=["first", "amid", "last"])
def test_one_isbn_that_is_always_refused_fails_alone(program: Bookcrawl, place: int) -> None:
    books = isbns(40)
    with poisoned({books[place]}) as url:
        command = ("--json", "--base-url", url, "--rate", "0")
        ended = program.run("crawl", *command, program.write("isbns.txt", books))
    assert ended.code == 3
    assert (ended.summary.ledger.found, ended.summary.ledger.failed) == (39, 1)
    failed = program.database.rows("SELECT CAST(isbn13 AS TEXT), reason FROM failed_books")
    ((isbn, reason),) = failed
    assert isbn == books[place]
    assert "invalid argument" in str(reason)
    assert "retry --failed" in ended.err


def test_a_retry_of_what_failed_settles_it_when_the_trouble_is_over(program: Bookcrawl) -> None:
    books = isbns(12)
    file = program.write("isbns.txt", books)
    with poisoned({books[3], books[8]}) as url:
        assert program.run("crawl", "--base-url", url, "--rate", "0", file).code == 3
    with poisoned(()) as url:
        ended = program.run("retry", "--failed", "--json", "--base-url", url, "--rate", "0")
    assert ended.code == 0
    assert (ended.summary.this_run.found, ended.summary.calls.total) == (2, 2)
    assert program.database.isbns() == books
    assert program.database.is_sound()
