"""Asking for single books, and asking again on purpose."""

import json

import pytest

from crawler.isbn import ISBN13, isbn10
from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, Ended

BOOKS = isbns(60)


def looked_up(ended: Ended) -> list[str]:
    """The ISBNs of the books that were printed, in their order."""
    return [book["isbn13"] for book in json.loads(ended.out)]


def in_state(program: Bookcrawl, state: str) -> list[str]:
    return [isbn for isbn, in_ledger in program.database.states().items() if in_ledger == state]


def test_a_lookup_answers_in_the_order_asked_and_each_book_costs_one_call(
    program: Bookcrawl, api: Api
) -> None:
    found = [isbn for isbn, state in api.verdicts(BOOKS).items() if state == "found"][:5]
    wanted = [found[3], found[0], found[4], found[1], found[2]]
    command = ("--json", "--base-url", api.url, "--rate", "0")
    assert looked_up(program.run("lookup", *command, *wanted)) == wanted
    assert sorted(api.asked()) == sorted(found)
    again = program.run("lookup", *command, *reversed(wanted))
    assert (again.code, looked_up(again)) == (0, wanted[::-1])
    short = [str(isbn10(ISBN13(int(isbn)))) for isbn in wanted]
    assert looked_up(program.run("lookup", *command, *short)) == wanted
    assert len(api.calls()) == len(found)


def test_a_lookup_fills_a_database_that_was_not_made_to_its_end(
    program: Bookcrawl, api: Api
) -> None:
    program.database.path.touch()
    status = program.run("status")
    assert (status.code, "holds nothing yet" in status.err) == (4, True)
    assert program.run("lookup", "--base-url", api.url, BOOKS[0]).code == 0
    assert api.asked() == [BOOKS[0]]


def test_a_lookup_asks_for_what_is_named_and_leaves_the_rest_pending(
    program: Bookcrawl, api: Api
) -> None:
    asking = ("--base-url", api.url, "--rate", "0")
    program.run("crawl", *asking, "--limit", "3", program.write("isbns.txt", BOOKS))
    assert program.run("lookup", *asking, BOOKS[50], BOOKS[1]).code == 0
    assert program.database.settled() == {*BOOKS[:3], BOOKS[50]}
    assert sorted(api.asked()) == sorted([*BOOKS[:3], BOOKS[50]])
    assert program.database.isbns() == BOOKS


def test_a_lookup_from_the_database_needs_neither_key_nor_network(
    program: Bookcrawl, api: Api
) -> None:
    found = next(isbn for isbn, state in api.verdicts(BOOKS).items() if state == "found")
    program.run("lookup", "--base-url", api.url, "--rate", "0", found)
    ended = program.run("lookup", "--json", found)
    assert (ended.code, looked_up(ended)) == (0, [found])


def test_a_lookup_says_of_a_missing_book_that_it_is_and_asks_once(
    program: Bookcrawl, api: Api
) -> None:
    missing = next(isbn for isbn, state in api.verdicts(BOOKS).items() if state == "missing")
    for _ in range(2):
        ended = program.run("lookup", "--json", "--base-url", api.url, "--rate", "0", missing)
        assert (ended.code, looked_up(ended)) == (0, [])
        assert "is missing" in ended.err
    assert api.asked() == [missing]


@pytest.mark.parametrize("state", ["missing", "found"])
def test_a_retry_asks_again_for_those_it_names_and_doubles_no_row(
    program: Bookcrawl, api: Api, state: str
) -> None:
    asking = ("--json", "--base-url", api.url, "--rate", "0")
    program.run("crawl", *asking, program.write("isbns.txt", BOOKS))
    before, asked = program.database.contents(), len(api.asked())
    chosen = in_state(program, state)
    ended = program.run("retry", f"--{state}", *asking)
    assert ended.code == 0
    assert sorted(api.asked()[asked:]) == sorted(chosen)
    assert getattr(ended.summary.this_run, state) == len(chosen)
    after = program.database.contents()
    assert (after["books"], after["payloads"]) == (before["books"], before["payloads"])
    attempts = {str(row["isbn13"]): row["attempts"] for row in after["ledger"]}
    assert attempts == dict.fromkeys(BOOKS, 1) | dict.fromkeys(chosen, 2)
    assert program.database.is_sound()


def test_a_retry_of_what_was_settled_long_ago_leaves_what_is_fresh(
    program: Bookcrawl, api: Api
) -> None:
    asking = ("--base-url", api.url, "--rate", "0")
    program.run("crawl", *asking, program.write("isbns.txt", BOOKS))
    asked = len(api.asked())
    assert program.run("retry", "--found", "--missing", "--older-than", "1h", *asking).code == 0
    assert len(api.asked()) == asked


def test_a_book_found_before_stays_when_the_source_has_it_no_more(program: Bookcrawl) -> None:
    file = program.write("isbns.txt", BOOKS)
    program.run("crawl", "--sandbox", file)
    before = program.database.contents()["books"]
    with sandbox(program.home, SandboxOptions(hit_rate=0.0)) as empty:
        retry = ("retry", "--found", "--base-url", empty.url, "--rate", "0")
        assert program.run(*retry).code == 0
        assert len(empty.asked()) == len(before)
    assert program.database.contents()["books"] == before
    assert program.database.is_sound()
