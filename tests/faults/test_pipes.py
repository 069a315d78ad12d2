"""Input that comes slowly, stops in the middle, or never comes."""

import os
import signal
import subprocess
from threading import Thread

from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.acceptance.driver import PATIENCE_S, Bookcrawl, Process, ending, wait_until
from tests.faults.account import Account
from tests.faults.trial import Trial, assert_spoke_plainly

BOOKS = isbns(9)


def give(process: Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line.encode())
    process.stdin.flush()


def test_what_comes_by_a_slow_pipe_is_asked_for_as_it_comes_and_a_signal_ends_the_wait(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    command = ("crawl", "--base-url", api.url, "--rate", "0", "-")
    with program.start(*command, "--group", "auto", stdin=subprocess.PIPE) as process:
        give(process, f"{BOOKS[0]}\n")
        wait_until(lambda: api.asked() == BOOKS[:1], process)
        give(process, f"not an ISBN\n{BOOKS[1]}\n{BOOKS[2][:7]}")
        wait_until(lambda: api.asked() == BOOKS[:2], process)
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)  # with the pipe still open
        ended = ending(process)
    assert ended.code == 130
    assert_spoke_plainly(ended)
    assert "standard input was not read to its end" in ended.err
    assert program.database.states() == api.verdicts(BOOKS[:2])
    again = program.run(*command, stdin="\n".join(BOOKS).encode())
    assert again.code == 0
    assert sorted(api.asked()) == sorted(BOOKS)
    account("input", "a pipe that falls silent, then a signal", "pipe", times=1, lost=0)


def test_of_a_pipe_whose_writer_dies_all_that_came_is_asked_for(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    fifo = program.home / "pipe"
    os.mkfifo(fifo)
    begun = f"{BOOKS[0]}\n{BOOKS[1]}\n{BOOKS[2][:7]}"
    trial = Trial(program, api, "pipe", ("--json",))
    for written in (begun, "\n".join(BOOKS)):
        writer = Thread(target=fifo.write_text, args=(written,))
        writer.start()
        ended = trial.crawl(0)
        writer.join()
    assert ended.summary.input.seeds == len(BOOKS)
    assert program.database.states() == api.verdicts(BOOKS)
    account("input", "a pipe whose writer dies in a line", "FIFO", times=1, lost=trial.lost)


def test_a_pipe_that_shall_not_be_waited_for_is_waited_for_all_the_same(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    reads, writes = os.pipe()
    os.set_blocking(reads, False)
    command = ("crawl", "--base-url", api.url, "--rate", "0", "-")
    with program.start(*command, stdin=reads) as process, os.fdopen(writes, "wb") as writer:
        os.close(reads)
        for isbn in BOOKS[:2]:
            writer.write(f"{isbn}\n".encode())
            writer.flush()
            wait_until(lambda: isbn in api.asked(), process)  # noqa: B023
        writer.close()
        ended = ending(process)
    assert ended.code == 0
    assert api.asked() == BOOKS[:2]
    account("input", "a pipe that does not block", "O_NONBLOCK", times=1, lost=0)
