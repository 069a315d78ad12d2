"""Others at the same database: more crawls, readers that stay, and programs that lock it."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import PATIENCE_S, Bookcrawl, Process, ending, wait_until
from tests.faults.account import Account
from tests.faults.effort import LONG, by_effort
from tests.faults.trial import Trial, assert_spoke_plainly

UNUSABLE = 4
STARTS = by_effort(4, 10)
ROUNDS = by_effort(1, 3)


def test_of_many_crawls_started_at_once_one_crawls_and_the_others_say_who_does(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    books = isbns(60 * ROUNDS)
    trial = Trial(program, api, program.write("isbns.txt", books))
    slowly = (*trial.command, "--rate", "20")
    for _ in range(ROUNDS):
        with ExitStack() as stack:
            started = [stack.enter_context(program.start(*slowly)) for _ in range(STARTS)]
            last = len(api.calls()) + 1
            (crawls,) = the_one_that_stays(started)
            wait_until(lambda: len(api.calls()) >= last, crawls)  # noqa: B023
            for other in set(started) - {crawls}:
                refused = ending(other)
                assert refused.code == UNUSABLE, refused.err
                assert "books.db is being crawled by another process" in refused.err
                assert_spoke_plainly(refused)
            late = program.run(*slowly)
            assert late.code == UNUSABLE
            assert f"books.db is being crawled by another process, {crawls.pid}:" in late.err
            crawls.terminate()
            trial.look(ending(crawls), 143)
    assert trial.crawl(0).code == 0
    assert sorted(api.asked()) == sorted(books)
    how = f"{STARTS} starts at the same moment"
    account("process", "more than one crawl of a database", how, times=ROUNDS, lost=trial.lost)


def the_one_that_stays(started: list[Process]) -> list[Process]:
    deadline = time.monotonic() + PATIENCE_S
    while len(alive := [process for process in started if process.poll() is None]) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return alive


def test_a_reader_that_never_ends_holds_up_no_crawl(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    trial = Trial(program, api, program.write("isbns.txt", isbns(60)), ("--limit", "30"))
    trial.crawl(0)
    with closing(sqlite3.connect(program.database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM books").fetchone()
        trial.crawl(0)
        assert reader.execute("SELECT count(*) FROM books").fetchone() == before
    assert program.database.states() == api.verdicts(isbns(60))
    account("process", "a reader that stays", "BEGIN; SELECT", times=1, lost=trial.lost)


@contextmanager
def locking(database: Path, seconds: float) -> Iterator[Process]:
    """Another program that holds the database's write lock."""
    program = (
        "import sqlite3, sys, time\n"
        "held = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "held.execute('BEGIN IMMEDIATE')\n"
        "print('locked', flush=True)\n"
        "time.sleep(float(sys.argv[2]))\n"
    )
    command = [sys.executable, "-c", program, str(database), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def test_a_program_that_locks_the_database_for_a_while_is_waited_for(
    program: Bookcrawl, tmp_path: Path, account: Account
) -> None:
    file = program.write("isbns.txt", isbns(60))
    with sandbox(tmp_path, SandboxOptions(latency_s=(0.01, 0.05))) as api:
        trial = Trial(program, api, file)
        with program.start(*trial.command) as process:
            wait_until(lambda: len(api.calls()) > 5, process)
            with locking(program.database.path, by_effort(0.3, 4.0)) as other:
                other.wait()
            ended = ending(process)
        trial.look(ended, 0)
        assert sorted(api.asked()) == sorted(isbns(60))
        assert program.database.states() == api.verdicts(isbns(60))
    account("process", "locked for a while", "BEGIN IMMEDIATE", times=1, lost=trial.lost)


@pytest.mark.skipif(not LONG, reason="it is waited for five seconds")
def test_a_program_that_locks_the_database_for_ever_ends_the_crawl_before_calls_are_wasted(
    program: Bookcrawl, tmp_path: Path, account: Account
) -> None:
    file = program.write("isbns.txt", isbns(60))
    with sandbox(tmp_path, SandboxOptions(latency_s=(0.01, 0.05))) as api:
        trial = Trial(program, api, file, ("--rate", "20"))
        alone = trial.undisturbed()
        with program.start(*trial.command) as process:
            begun = len(api.calls())
            wait_until(lambda: len(api.calls()) > begun + 5, process)
            with locking(program.database.path, PATIENCE_S):
                calls = len(api.calls())
                ended = ending(process)
        assert "another program is writing to it" in ended.err
        assert len(api.calls()) - calls <= 16
        trial.look(ended, UNUSABLE)
        trial.finish(alone)
    account("process", "locked for ever", "BEGIN IMMEDIATE", times=1, lost=trial.lost)
