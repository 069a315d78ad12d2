"""The key: needed for the real API, told apart from other trouble, and written down nowhere."""

import sys
from pathlib import Path

import pytest

from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, Ended, ending, wait_until

BAD_KEY = "bad-7f3a91c4e2-of-a-test"
GOOD_KEY = "good-7f3a91c4e2-of-a-test"
LOCKED = SandboxOptions(require_key=True)
BOOKS = isbns(40)


def test_a_bad_key_stops_the_run_and_fails_nothing(program: Bookcrawl) -> None:
    with sandbox(program.home, LOCKED) as api:
        ended = crawl_with(program, api, "-v", key=BAD_KEY)
        assert (ended.code, ended.summary.stopped) == (5, "credentials")
        assert "API key not valid" in ended.err
        assert program.database.settled() == set()
        assert ended.summary.ledger.pending == len(BOOKS)
        mended = program.run("resume", *asking(api), GOOGLE_BOOKS_API_KEY=GOOD_KEY)
        assert mended.code == 0
        assert program.database.states() == api.verdicts(BOOKS)


def test_a_refusal_for_want_of_a_key_is_one_of_credentials(program: Bookcrawl) -> None:
    with sandbox(program.home, LOCKED) as api:
        ended = crawl_with(program, api)
        assert (ended.code, ended.summary.stopped) == (5, "credentials")
        assert program.database.settled() == set()


def test_the_key_of_a_file_is_used_instead_of_that_of_the_environment(program: Bookcrawl) -> None:
    (program.home / "key.txt").write_text(f"{GOOD_KEY}\n")
    with sandbox(program.home, LOCKED) as api:
        ended = crawl_with(program, api, "--key-file", "key.txt", key=BAD_KEY)
        assert ended.code == 0


@pytest.mark.parametrize("key", [BAD_KEY, GOOD_KEY])
@pytest.mark.parametrize("verbosity", ["-q", "-vv"])
def test_the_key_stands_nowhere_but_where_its_owner_put_it(
    program: Bookcrawl, tmp_path: Path, key: str, verbosity: str
) -> None:
    with sandbox(tmp_path, LOCKED) as api:
        ended = crawl_with(program, api, verbosity, key=key)
        for command in (["status"], ["doctor", "--base-url", api.url]):
            told = program.run(*command, verbosity, GOOGLE_BOOKS_API_KEY=key)
            assert key not in told.out + told.err
        assert ended.code == (0 if key == GOOD_KEY else 5)
        assert key not in ended.out + ended.err
        assert api.calls()
        assert key not in api.log.read_text()
    left = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert program.database.path in left
    for file in left:
        assert key.encode() not in file.read_bytes(), file


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_key_is_not_on_the_command_line_that_others_can_see(
    program: Bookcrawl, tmp_path: Path
) -> None:
    (tmp_path / "key.txt").write_text(GOOD_KEY)
    slow = SandboxOptions(require_key=True, latency_s=(0.2, 0.2))
    with sandbox(tmp_path, slow) as api:
        command = ("crawl", *asking(api), "--key-file", str(tmp_path / "key.txt"))
        with program.start(*command, program.write("isbns.txt", BOOKS)) as process:
            wait_until(api.calls, process)
            seen = Path(f"/proc/{process.pid}/cmdline").read_bytes()
            ended = ending(process)
    assert b"crawl" in seen
    assert GOOD_KEY.encode() not in seen
    assert ended.code == 0


@pytest.mark.parametrize("command", [["crawl", "isbns.txt"], ["lookup", BOOKS[0]]])
def test_the_real_api_is_refused_without_a_key_before_any_file_is_made(
    program: Bookcrawl, tmp_path: Path, command: list[str]
) -> None:
    program.write("isbns.txt", BOOKS)
    ended = program.run(*command)
    assert ended.code == 5
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert "GOOGLE_BOOKS_API_KEY" in ended.err
    assert "--sandbox" in ended.err
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["isbns.txt"]


def asking(api: Api) -> tuple[str, ...]:
    return ("--json", "--base-url", api.url, "--rate", "0")


def crawl_with(program: Bookcrawl, api: Api, *options: str, key: str = "") -> Ended:
    file = program.write("isbns.txt", BOOKS)
    return program.run("crawl", *asking(api), *options, file, GOOGLE_BOOKS_API_KEY=key)
