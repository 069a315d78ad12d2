"""What comes in by standard input, and what goes where on the way out."""

import gzip
import json
import os
import pty
import re
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.isbn import ISBN13, isbn10
from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import PATIENCE_S, Bookcrawl, Process, ending, wait_until

BOOKS = isbns(30)


def lines(isbns_: list[str]) -> bytes:
    return "".join(f"{isbn}\n" for isbn in isbns_).encode()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input_is_read_plain_or_gzipped(
    program: Bookcrawl, pack: Callable[[bytes], bytes]
) -> None:
    ended = program.run("crawl", "--sandbox", "--json", "-", stdin=pack(lines(BOOKS)))
    assert ended.code == 0
    assert ended.summary.ledger.pending == 0
    assert program.database.isbns() == BOOKS


def test_a_gzipped_file_is_read_by_what_it_holds_and_not_by_its_name(program: Bookcrawl) -> None:
    (program.home / "isbns.txt").write_bytes(gzip.compress(lines(BOOKS)))
    assert program.run("crawl", "--sandbox", "isbns.txt").code == 0
    assert program.database.isbns() == BOOKS


def test_what_stands_before_the_cut_of_a_gzip_is_kept_and_the_cut_is_told(
    program: Bookcrawl,
) -> None:
    whole = gzip.compress(lines(isbns(2000)))
    (program.home / "isbns.gz").write_bytes(whole[: len(whole) // 2])
    ended = program.run("crawl", "--sandbox", "--json", "isbns.gz")
    assert ended.code == 2
    assert "isbns.gz" in ended.err
    listed = program.database.isbns()
    assert 100 < len(listed) < 2000
    assert listed == isbns(2000)[: len(listed)]
    assert ended.summary.ledger.pending == 0


def test_the_10_and_the_13_of_one_book_are_asked_for_once(program: Bookcrawl, api: Api) -> None:
    short = [str(isbn10(ISBN13(int(isbn)))) for isbn in BOOKS]
    program.write("short.txt", short)
    program.write("long.txt", BOOKS)
    command = ("--json", "--base-url", api.url, "--rate", "0")
    ended = program.run("crawl", *command, "short.txt", "long.txt")
    assert (ended.summary.input.seeds, ended.summary.input.duplicates) == (30, 30)
    assert sorted(api.asked()) == sorted(BOOKS)
    program.run("crawl", *command, "long.txt")
    assert len(api.calls()) == len(BOOKS)


@pytest.mark.parametrize(
    "command",
    [
        ["crawl", "--sandbox", "isbns.txt"], ["resume", "--sandbox"],
        ["retry", "--sandbox", "--found"], ["lookup", "--sandbox", *BOOKS[:3]], ["status"],
        ["doctor", "--sandbox"], ["check", "isbns.txt"], ["show", *BOOKS], ["search", "a"],
        ["sql", "SELECT * FROM books"],
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_with_json_standard_output_holds_nothing_else(
    program: Bookcrawl, command: list[str]
) -> None:
    program.write("isbns.txt", BOOKS)
    program.run("crawl", "--sandbox", "isbns.txt")
    out = program.run(*command, "--json").out
    assert json.loads(out)
    assert "\x1b" not in out


def test_quiet_is_silent(program: Bookcrawl) -> None:
    ended = program.run("crawl", "--sandbox", "-q", program.write("isbns.txt", BOOKS))
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_quiet_still_tells_an_error(program: Bookcrawl) -> None:
    ended = program.run("crawl", "--sandbox", "-q", "nowhere.txt")
    assert ended.code == 2
    assert "nowhere.txt" in ended.err


def test_elsewhere_than_on_a_terminal_a_line_is_written_now_and_then_unless_quiet(
    program: Bookcrawl, api: Api
) -> None:
    file = program.write("isbns.txt", isbns(250))
    command = ("crawl", "--base-url", api.url, "--rate", "10", file)
    with (
        program.start(*command) as aloud,
        program.start(*command, "-q", "--db", "quiet.db") as quiet,
    ):
        # The first line comes after ten seconds.
        wait_until(lambda: len(api.calls()) > 210, aloud)
        told = [end_now(process) for process in (aloud, quiet)]
    assert re.fullmatch(r"\d+ of 250; \d+ found, .* left", told[0].splitlines()[0])
    assert "\x1b" not in told[0]
    assert told[1] == ""


def end_now(process: Process) -> str:
    """What it wrote to standard error until it was told to end."""
    process.terminate()
    return ending(process).err


def on_a_terminal(program: Bookcrawl, *arguments: str, **environment: str) -> str:
    """All that a terminal of 100 columns is sent."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (30, 100))
    with subprocess.Popen(
        [sys.executable, "-m", "crawler", *arguments],
        cwd=program.home,
        env=program.environment | {"TERM": "xterm-256color"} | environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    ) as process:
        os.close(slave)
        told = b""
        while chunk := read_some(master):
            told += chunk
        assert process.wait(timeout=PATIENCE_S) == 0
    os.close(master)
    return told.decode()


def read_some(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # so Linux says that nobody has the other end open any more
        return b""


COLOUR = re.compile(r"\x1b\[[\d;]*[34]\d[\d;]*m")
BAR = "━"


@pytest.mark.parametrize("no_colour", [False, True])
def test_on_a_terminal_a_bar_is_drawn_and_the_summary_follows(
    program: Bookcrawl, tmp_path: Path, no_colour: bool
) -> None:
    environment = {"NO_COLOR": "1"} if no_colour else {}
    file = program.write("isbns.txt", BOOKS)
    with sandbox(tmp_path, SandboxOptions(latency_s=(0.1, 0.1))) as api:
        command = ("crawl", "--base-url", api.url, "--rate", "0", file)
        told = on_a_terminal(program, *command, **environment)
    assert BAR in told
    assert "30 ISBNs settled" in told[told.rindex(BAR) :]
    assert bool(COLOUR.search(told)) is not no_colour
