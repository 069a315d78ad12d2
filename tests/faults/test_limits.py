"""A machine that gives no more memory, open files or threads: told in a sentence, nothing lost."""

import resource
import time
import zlib
from pathlib import Path
from random import Random

from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, ending, wait_until
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.proc import opened, squeeze
from tests.faults.trial import Trial, assert_spoke_plainly
from tests.faults.under import Words, limited

LATER = 75
WRONG_USE = 2

TOO_LITTLE: dict[str, tuple[Words, int, str]] = {
    "open files": (limited("-n 20"), WRONG_USE, "ulimit -n"),
    "memory": (limited("-v 100000"), LATER, "memory"),
    "threads": (limited("-s 1000000", "-v 900000"), LATER, "thread"),
}
"""Threads are given a stack each that there is no room for."""

SQUEEZED = by_effort(2, 30)
HEADROOM_KB = (-50_000, 0, 60, 250, 1_000, 8_000, 14_000, 20_000)
"""Below what it has already, just that, and more."""


def test_what_is_lacking_at_the_start_is_told_and_the_crawl_goes_on_when_it_is_there(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    trial = Trial(program, api, program.write("isbns.txt", isbns(20)))
    for lack, (under, code, word) in TOO_LITTLE.items():
        program.under = under
        ended = trial.crawl(code)
        assert word in ended.err
        assert len(ended.err.splitlines()) == 1
        assert api.calls() == []
        account("process", f"too little at the start: {lack}", "ulimit", times=1, lost=0)
    program.under = ()
    trial.crawl(0)
    assert program.database.states() == api.verdicts(isbns(20))


def test_a_soft_limit_of_open_files_is_raised_as_far_as_the_connections_need(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    program.under = limited("-S -n 20")
    file = program.write("isbns.txt", isbns(60))
    trial = Trial(program, api, file, ("--concurrency", "60"))
    ended = trial.crawl(0)
    assert "(" not in ended.err.splitlines()[0], "some calls had to be sent again"
    account("process", "a soft limit of open files", "ulimit -S", times=1, lost=trial.lost)


def test_open_files_that_run_out_in_the_middle_only_make_a_crawl_slower(
    program: Bookcrawl, tmp_path: Path, account: Account
) -> None:
    file = program.write("isbns.txt", isbns(30))
    with sandbox(tmp_path, SandboxOptions(latency_s=(0.03, 0.03))) as api:
        trial = Trial(program, api, file, ("--concurrency", "12"))
        with program.start(*trial.command) as process:
            wait_until(api.calls, process)
            few = len(opened(process)) - 4
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (few, few))
            ended = ending(process)
        trial.look(ended, 0)
        assert program.database.states() == api.verdicts(isbns(30))
    account("process", "open files run out", "prlimit", times=1, lost=trial.lost)


def test_memory_that_runs_out_at_any_moment_ends_the_crawl_and_loses_nothing(
    program: Bookcrawl, tmp_path: Path, chance: Random, account: Account
) -> None:
    file = program.write("isbns.txt", isbns(by_effort(4_000, 30_000)))
    with sandbox(tmp_path, SandboxOptions(latency_s=(0.01, 0.02))) as api:
        trial = Trial(program, api, file, ("--group", "auto", "--limit", "200"))
        for _ in range(SQUEEZED):
            with program.start(*trial.command) as process:
                wait_until(lambda: "books.db.lock" in opened(process), process)
                time.sleep(chance.uniform(0, 0.5))
                squeeze(process, chance.choice(HEADROOM_KB))
                ended = ending(process)
            trial.look(ended, 0, LATER)
            assert ended.code == 0 or "memory" in ended.err
        assert trial.crawl(0).code == 0
    account("process", "memory runs out", "prlimit", times=SQUEEZED, lost=trial.lost)


LINE_MB = by_effort(70, 1_000)
BLOCK = b" " * (1 << 20)


def packed(line_mb: int, last: bytes) -> bytes:
    """One line, gzipped: a thousandth of its size."""
    packer = zlib.compressobj(wbits=31)
    blocks = [packer.compress(BLOCK) for _ in range(line_mb)]
    return b"".join([*blocks, packer.compress(last), packer.flush()])


def test_a_line_without_an_end_is_read_in_little_memory(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    (book,) = isbns(1)
    program.under = limited("-v 200000")
    command = ("crawl", "--base-url", api.url, "--rate", "0", "-")
    ended = program.run(*command, stdin=packed(LINE_MB, book.encode()))
    assert ended.code == 0, ended.err
    assert_spoke_plainly(ended)
    assert program.database.states() == api.verdicts([book])
    account("input", f"a line of {LINE_MB:,} MB", "gzip, ulimit -v", times=1, lost=0)
