"""A source that is not there is nobody's failure: all stays pending for another day."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crawler.sandbox import FaultShare, SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, Ended

BOOKS = isbns(60)
ASKING = ("--json", "--rate", "0", "--daily-quota", "0", "--concurrency", "8")
DEAD = "http://127.0.0.1:1/books/v1"

AT_MOST_S = 60.0
"""A person waits for so long."""


def crawl_in_vain(program: Bookcrawl, url: str) -> Ended:
    """Crawl, with what has to hold wherever the source was not."""
    began = time.monotonic()
    ended = program.run("crawl", *ASKING, "--base-url", url, program.write("isbns.txt", BOOKS))
    assert time.monotonic() - began < AT_MOST_S
    assert (ended.code, ended.summary.stopped) == (75, "unreachable")
    assert ended.summary.ledger.pending == len(BOOKS)
    assert program.database.settled() == set()
    assert program.database.is_sound()
    return ended


def test_at_a_dead_address_nothing_fails_and_the_rest_is_crawled_when_the_outage_is_over(
    program: Bookcrawl, api: Api
) -> None:
    ended = crawl_in_vain(program, DEAD)
    assert "127.0.0.1" in ended.err
    assert ended.summary.quota.used == 0
    ended = program.run("resume", *ASKING, "--base-url", api.url)
    assert ended.code == 0
    assert sorted(api.asked()) == sorted(BOOKS)


def test_a_wrong_path_on_a_live_server_is_told_within_a_few_calls(
    program: Bookcrawl, api: Api
) -> None:
    ended = crawl_in_vain(program, f"{api.url}/nowhere")
    assert "404" in ended.err
    assert ended.summary.seconds < 2


def test_a_server_that_gives_no_answer_to_anything_fails_no_isbn(tmp_path: Path) -> None:
    def crawl_from_a_server_that(fault: str) -> None:
        program = Bookcrawl(tmp_path / fault)
        program.home.mkdir()
        with sandbox(program.home, SandboxOptions(errors=(FaultShare(fault, 1.0),))) as api:
            ended = crawl_in_vain(program, api.url)
            assert ended.summary.calls.total == len(api.calls()) > 20

    with ThreadPoolExecutor() as side_by_side:  # each waits for ten seconds
        list(side_by_side.map(crawl_from_a_server_that, ("503", "reset", "html200")))
