"""What reads the database, after a crawl and while one runs."""

import csv
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, Process, ending, wait_until

BOOKS = isbns(60)


@contextmanager
def crawling(program: Bookcrawl) -> Iterator[Process]:
    """A crawl that has settled some ISBNs and is at it for seconds more; it ends well."""
    slow = SandboxOptions(latency_s=(0.05, 0.05))
    with sandbox(program.home, slow) as api:
        command = ("crawl", "--base-url", api.url, "--rate", "0", "--concurrency", "1")
        with program.start(*command, program.write("isbns.txt", isbns(300))) as process:
            wait_until(lambda: len(api.calls()) > 5, process)
            yield process
            assert process.poll() is None, "the crawl was over too early to show anything"
            process.terminate()
            assert ending(process).code == 143
        assert program.database.states() == dict.fromkeys(isbns(300), "pending") | api.verdicts(
            api.answered()
        )


COMMANDS = [
    ["status"],
    ["status", "--json"],
    ["sql", "SELECT count(*) FROM books"],
    ["search", "the"],
    ["export", "books.csv"],
    ["export", "-", "--format", "jsonl"],
    ["doctor", "--sandbox"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_database_can_be_read_while_a_crawl_writes_it(
    program: Bookcrawl, command: list[str]
) -> None:
    with crawling(program):
        ended = program.run(*command)
    assert ended.code == 0
    assert "Traceback" not in ended.err


def test_while_a_crawl_runs_the_numbers_grow_and_agree(program: Bookcrawl) -> None:
    with crawling(program):
        first, second = [json.loads(program.run("status", "--json").out) for _ in range(2)]
    last = json.loads(program.run("status", "--json").out)
    for standing in (first, second, last):
        assert sum(standing["ledger"].values()) == 300
    pending = [standing["ledger"]["pending"] for standing in (first, second, last)]
    assert 300 > pending[0] > pending[1] >= pending[2] > 0
    assert first["runs"][0]["ended_at"] is None
    assert last["runs"][0]["stopped"] == "signal"


def test_after_a_crawl_all_that_reads_tells_the_same(program: Bookcrawl, api: Api) -> None:
    command = ("crawl", "--json", "--base-url", api.url, "--rate", "0")
    summary = program.run(*command, program.write("isbns.txt", BOOKS)).summary
    found = [isbn for isbn, state in api.verdicts(BOOKS).items() if state == "found"]
    assert summary.ledger.found == len(found)

    status = json.loads(program.run("status", "--json").out)
    assert status["ledger"] == {
        "pending": 0, "found": len(found), "missing": len(BOOKS) - len(found), "failed": 0
    }  # fmt: skip
    assert list(status["today"]["used"].values()) == [len(api.calls())]
    assert status["runs"][0]["calls"] == len(api.calls())

    assert program.run("sql", "SELECT isbn13 FROM books ORDER BY id").out.split() == found
    assert program.run("export", "books.csv").code == 0
    with (program.home / "books.csv").open(encoding="utf-8", newline="") as file:
        assert [row["isbn13"] for row in csv.DictReader(file)] == found
    lines = program.run("export", "-", "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["isbn13"] for line in lines] == found
    title, isbn = program.database.rows("SELECT title, isbn13 FROM books LIMIT 1")[0]
    hits = json.loads(program.run("search", str(title), "--json").out)
    assert str(isbn) in [hit["isbn13"] for hit in hits]


@pytest.mark.parametrize("place", ["sandbox", "address"])
def test_the_command_that_status_names_goes_on_where_the_last_run_has_asked(
    program: Bookcrawl, api: Api, place: str
) -> None:
    asking = ["--sandbox"] if place == "sandbox" else ["--base-url", api.url]
    program.run("crawl", *asking, "--limit", "1", program.write("isbns.txt", BOOKS[:3]))
    (resume,) = re.findall("`(.*)`", program.run("status", COLUMNS="1000").out)
    assert program.run_as_printed(f"{resume} --rate 0").code == 0
    assert "pending" not in program.database.states().values()


def test_the_doctor_names_what_is_not_well(program: Bookcrawl, api: Api) -> None:
    well = program.run("doctor", "--base-url", api.url)
    assert (well.code, "NOT" in well.out) == (0, False)
    dead = program.run("doctor", "--base-url", "http://127.0.0.1:1/books/v1")
    assert dead.code == 3
    (told,) = [line for line in dead.out.splitlines() if line.startswith("NOT")]
    assert "network" in told
    assert api.calls() == []


def test_a_database_of_the_sandbox_takes_no_real_books(program: Bookcrawl) -> None:
    program.run("crawl", "--sandbox", program.write("isbns.txt", BOOKS[:3]))
    ended = program.run("resume", GOOGLE_BOOKS_API_KEY="some-key")
    assert ended.code == 4
    assert "made-up" in ended.err
