"""A crawl that is killed, told to stop, or held up: the next one goes on as if nothing had been."""

import os
import pty
import signal
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import PATIENCE_S, Bookcrawl, Process, ending, kill, wait_until
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.proc import catches, waits
from tests.faults.trial import Trial, assert_spoke_plainly

SLOW = SandboxOptions(latency_s=(0.005, 0.03))
KILLS = by_effort(2, 22)
ROUNDS = by_effort(1, 8)

STOPPING = {signal.SIGINT: 130, signal.SIGHUP: 129, signal.SIGTERM: 143}
TRIED = by_effort([signal.SIGHUP], list(STOPPING))
"""The others are in tests/acceptance/test_signals.py."""
GROUPS = by_effort([("auto", 3)], [("1", 20), ("auto", 3)])
"""ISBNs in a call, and calls until the next kill, at most."""
HOLDING = (signal.SIGSTOP, signal.SIGTSTP)


@contextmanager
def crawling(trial: Trial, calls: int) -> Iterator[Process]:
    """A crawl that has sent so many calls."""
    last = len(trial.api.calls()) + calls
    with trial.program.start(*trial.command) as process:
        wait_until(lambda: len(trial.api.calls()) >= last, process)
        yield process


@pytest.mark.parametrize(("group", "calls"), GROUPS)
def test_a_crawl_killed_again_and_again_ends_as_if_left_alone(
    program: Bookcrawl, tmp_path: Path, chance: Random, account: Account, group: str, calls: int
) -> None:
    file = program.write("isbns.txt", [*isbns(by_effort(90, 1_500)), "not an ISBN"])
    with sandbox(tmp_path, SLOW) as api:
        trial = Trial(program, api, file, ("--group", group))
        alone = trial.undisturbed()
        for _ in range(KILLS):
            with crawling(trial, chance.randrange(1, calls)) as process:
                kill(process)
            trial.look(None)
        trial.finish(alone)
    rejects = program.database.rows("SELECT text FROM rejects")
    assert rejects == [("not an ISBN",)]
    account("process", "killed at a random moment", "SIGKILL", times=trial.times, lost=trial.lost)


def test_a_crawl_that_gets_all_sorts_of_signals_ends_as_if_left_alone(
    program: Bookcrawl, tmp_path: Path, chance: Random, account: Account
) -> None:
    file = program.write("isbns.txt", isbns(by_effort(120, 900)))
    with sandbox(tmp_path, SLOW) as api:
        trial = Trial(program, api, file)
        alone = trial.undisturbed()
        for _ in range(ROUNDS):
            for number in TRIED:
                stop(trial, number, chance)
            bother(trial, chance)
            quit_at_once(trial, chance)
        trial.finish(alone)
    for fault, how, times in (
        ("told to stop", "SIGINT, SIGHUP, SIGTERM, once or twice", len(TRIED)),
        ("told what is not for it", "SIGPIPE, SIGHUP under nohup", 1),
        ("told to stop at once", "SIGQUIT", 1),
    ):
        account("process", fault, how, times=times * ROUNDS, lost=trial.lost)


def stop(trial: Trial, number: signal.Signals, chance: Random) -> None:
    """Once or twice."""
    with crawling(trial, chance.randrange(1, 15)) as process:
        process.send_signal(number)
        if chance.random() < 0.5:
            time.sleep(0.005)
            process.send_signal(number)
        ended = ending(process)
    trial.look(ended, STOPPING[number])
    assert f"stopped early: by {number.name}" in ended.err


def bother(trial: Trial, chance: Random) -> None:
    """By signals that it does not end by; it goes on calling after each."""
    trial.program.under = ("nohup",)
    with crawling(trial, 2) as process:
        for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGWINCH):
            process.send_signal(number)
            see_calls(trial.api, process, chance.randrange(1, 5))
        process.terminate()
        trial.look(ending(process), 143)
    trial.program.under = ()


def quit_at_once(trial: Trial, chance: Random) -> None:
    """It has no handler for this one."""
    with crawling(trial, chance.randrange(1, 10)) as process:
        process.send_signal(signal.SIGQUIT)
        assert ending(process).code == -signal.SIGQUIT
    trial.look(None)


def see_calls(api: Api, process: Process, calls: int) -> None:
    """Wait until it has sent so many more."""
    last = len(api.calls()) + calls
    wait_until(lambda: len(api.calls()) >= last, process)


RATE = 30
TIMEOUT_S = 0.12
STOPPED_S = 2 * TIMEOUT_S


def test_after_it_was_held_up_it_keeps_the_pace_and_asks_again_for_what_was_in_flight(
    program: Bookcrawl, tmp_path: Path, account: Account
) -> None:
    books = isbns(by_effort(40, 600))
    file = program.write("isbns.txt", books)
    with sandbox(tmp_path, SandboxOptions(latency_s=(0.03, 0.06))) as api:
        asking = ("--rate", str(RATE), "--timeout", str(TIMEOUT_S), "--json")
        trial = Trial(program, api, file, asking)
        held_up = 0
        with trial.program.start(*trial.command) as process:
            while len(api.calls()) < len(books) - 15:
                see_calls(api, process, 15)
                process.send_signal(HOLDING[held_up % 2])
                time.sleep(STOPPED_S)
                process.send_signal(signal.SIGCONT)
                held_up += 1
            ended = ending(process)
        trial.look(ended, 0)
        assert program.database.states() == api.verdicts(books)
        assert ended.summary.quota.used == ended.summary.calls.total == len(api.calls())
        assert most_in_a_second([call.monotonic for call in api.calls()]) <= RATE
    account("process", "held up", "SIGSTOP, SIGTSTP, SIGCONT", times=held_up, lost=trial.lost)


def most_in_a_second(moments: list[float]) -> int:
    """A little less than one: on a busy machine the server looks at a call some hundredths late.

    What a crawl must not do is to make up for the time in which it was held up.
    """
    return max(bisect_left(moments, moment + 0.9) - at for at, moment in enumerate(moments))


@pytest.mark.parametrize(("number", "code"), STOPPING.items())
def test_while_it_waits_for_somebody_to_open_a_pipe_it_can_be_stopped(
    program: Bookcrawl, account: Account, number: signal.Signals, code: int
) -> None:
    os.mkfifo(program.home / "pipe")
    with program.start("crawl", "--sandbox", "pipe") as process:
        wait_until(lambda: catches(process, signal.SIGHUP) and waits(process), process)
        process.send_signal(number)
        ended = ending(process)
    assert ended.code == code
    assert_spoke_plainly(ended)
    assert "interrupted" in ended.err
    assert [path.name for path in program.home.iterdir()] == ["pipe"]
    account("process", "told to stop before it begins", "signal, FIFO", times=1, lost=0)


@pytest.mark.parametrize("command", [("check",), ("crawl", "--sandbox")], ids=" ".join)
def test_a_finger_that_stays_on_ctrl_c_sees_no_traceback(
    program: Bookcrawl, account: Account, command: tuple[str, ...]
) -> None:
    os.mkfifo(program.home / "pipe")
    with program.start(*command, "pipe") as process:
        wait_until(lambda: catches(process, signal.SIGHUP), process)
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.002)
        ended = ending(process)
    assert ended.code in (STOPPING[signal.SIGINT], -signal.SIGINT)
    assert "Traceback" not in ended.err, ended.err
    account("process", "told to stop again and again", "signal, FIFO", times=1, lost=0)


def test_a_crawl_whose_terminal_is_closed_stores_what_is_in_flight(
    program: Bookcrawl, tmp_path: Path, account: Account
) -> None:
    file = program.write("isbns.txt", isbns(60))
    with sandbox(tmp_path, SLOW) as api:
        trial = Trial(program, api, file)
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            ["setsid", "--ctty", sys.executable, "-m", "crawler", *trial.command],
            cwd=program.home, env=program.environment, stdin=theirs, stdout=theirs, stderr=theirs,
        ) as process:  # fmt: skip
            os.close(theirs)
            see_calls(api, process, 5)
            os.close(ours)
            assert process.wait(PATIENCE_S) == STOPPING[signal.SIGHUP]
        trial.look(None)
        assert program.database.settled() == set(api.answered())
    account("process", "its terminal is closed", "pty", times=1, lost=trial.lost)
