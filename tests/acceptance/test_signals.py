"""Ctrl-C and `kill`: once ends in good order, twice ends at once, and neither loses an answer."""

import signal
import time
from pathlib import Path

import pytest

from crawler.sandbox import FaultShare, SandboxOptions
from tests.acceptance.api import sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import PATIENCE_S, Bookcrawl, Process, ending, wait_until

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
WORKERS = 6
AT_ONCE_S = 2.0


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_after_a_signal_what_was_in_flight_is_stored_and_the_printed_command_goes_on(
    program: Bookcrawl, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    books = isbns(60)
    file = program.write("my isbns.txt", books)
    with sandbox(tmp_path, SandboxOptions(latency_s=(0.05, 0.15))) as api:
        command = ("crawl", "--json", "--base-url", api.url, "--rate", "0", file)
        with program.start(*command) as process:
            wait_until(lambda: len(api.calls()) >= 15, process)
            process.send_signal(number)
            ended = ending(process)
        assert ended.code == code
        assert ended.summary.stopped == "signal"
        assert ended.summary.ledger.pending == len(books) - len(api.answered())
        assert program.database.settled() == set(api.answered())
        assert program.database.is_sound()
        went_on = program.run_as_printed(ended.go_on_with)
        assert went_on.code == 0
        assert sorted(api.asked()) == sorted(books)
        assert program.database.states() == api.verdicts(books)


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_second_signal_ends_at_once_although_calls_hang(
    program: Bookcrawl, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    books = isbns(200)
    file = program.write("isbns.txt", books)
    hanging = SandboxOptions(errors=(FaultShare("stall", 0.1),))
    with sandbox(tmp_path, hanging) as api:
        command = ("crawl", "--base-url", api.url, "--rate", "0", "--concurrency", str(WORKERS))
        with program.start(*command, file) as process:
            wait_until(
                lambda: sum(call.fault == "stall" for call in api.calls()) == WORKERS, process
            )
            process.send_signal(number)
            read_until(process, b"once more")
            process.send_signal(number)
            began = time.monotonic()
            ended = ending(process)
        assert time.monotonic() - began < AT_ONCE_S
        assert ended.code == code
        assert "stopped early" in ended.err
        assert program.database.settled() == set(api.answered())
        assert program.database.is_sound()


def read_until(process: Process, words: bytes) -> None:
    """Read its standard error up to the line with these words."""
    assert process.stderr is not None
    deadline = time.monotonic() + PATIENCE_S
    while words not in (line := process.stderr.readline()):
        assert line, "it ended before it said so"
        assert time.monotonic() < deadline


def test_the_summary_counts_what_was_stored_also_when_a_second_signal_cut_it_short(
    program: Bookcrawl,
) -> None:
    file = program.write("isbns.txt", isbns(60_000))
    hanging = SandboxOptions(errors=(FaultShare("stall", 0.01),))
    with sandbox(program.home, hanging) as api:
        command = ("crawl", "--json", "--base-url", api.url, "--rate", "0", file)
        with program.start(*command) as process:
            wait_until(lambda: len(api.calls()) > 100, process)
            process.send_signal(signal.SIGINT)
            read_until(process, b"once more")
            process.send_signal(signal.SIGINT)
            summary = ending(process).summary
    states = list(program.database.states().values())
    counted = summary.ledger.pending, summary.ledger.found, summary.ledger.missing
    assert counted == tuple(states.count(state) for state in ("pending", "found", "missing"))


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_signal_while_a_big_file_is_read_leaves_the_rest_of_it_to_the_resume(
    program: Bookcrawl, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    books = isbns(60_000)
    file = program.write("isbns.txt", books)
    with sandbox(tmp_path) as api:
        with program.start("crawl", "--base-url", api.url, "--rate", "0", file) as process:
            wait_until(api.calls, process)
            process.send_signal(number)
            ended = ending(process)
        assert ended.code == code
        assert 0 < len(program.database.isbns()) < len(books)
        went_on = program.run_as_printed(f"{ended.go_on_with} --limit 3")
        assert went_on.code == 0
        assert program.database.isbns() == books
