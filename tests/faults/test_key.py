"""The key is where its owner put it, and nowhere else, whatever goes wrong on this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.fetch.client import open_client
from crawler.library.key import Key
from crawler.library.options import KEY_VARIABLE
from crawler.sandbox import SandboxOptions
from crawler.sources import SOURCES
from tests.acceptance.api import sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, kill, wait_until
from tests.faults.account import Account
from tests.faults.secret import KEY, assert_told_nowhere


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_crawl_that_is_killed_has_left_the_key_nowhere(
    program: Bookcrawl, tmp_path: Path, account: Account
) -> None:
    file = tmp_path / "key.txt"
    file.write_text(f"{KEY}\n")
    file.chmod(0o600)
    slow = SandboxOptions(require_key=True, latency_s=(0.05, 0.05))
    with sandbox(tmp_path, slow) as api:
        names = program.write("isbns.txt", isbns(200))
        asking = ("--base-url", api.url, "--rate", "0", "--key-file", str(file))
        with program.start("crawl", "-vv", *asking, names) as process:
            wait_until(lambda: len(api.answered()) > 20, process)
            proc = Path(f"/proc/{process.pid}")
            seen = proc.joinpath("cmdline").read_bytes() + proc.joinpath("environ").read_bytes()
            kill(process)
        assert b"crawl" in seen
        assert KEY.encode() not in seen
        assert program.database.path.with_name("books.db-wal").stat().st_size > 0
        assert_told_nowhere(tmp_path, but=(file,))
    account("security", "a look at files and process", "SIGKILL, /proc", times=1, lost=0)


FAULTY = """
import asyncio, sys
from crawler.fetch.client import Client
from crawler.cli import main

async def fail(self, request):
    headers = self._session.headers
    told = {"message": "told by asyncio", "session": self._session, "headers": headers}
    asyncio.get_running_loop().call_exception_handler(told)
    raise ZeroDivisionError(f"told by a fault: {self!r} {headers!r}")

def see(event, _arguments):
    if event in {"subprocess.Popen", "os.exec", "os.fork", "os.posix_spawn", "os.system"}:
        print("a child was started:", event, file=sys.stderr)

Client.get = fail
sys.addaudithook(see)
main()
"""
"""The program with a fault in it, which tells all that it knows."""


def test_a_fault_of_ours_tells_no_key_and_no_child_inherits_it(
    program: Bookcrawl, tmp_path: Path, account: Account
) -> None:
    arguments = (
        "crawl",
        "-vv",
        "--base-url",
        "http://127.0.0.1:9/v1",
        program.write("b", isbns(3)),
    )
    done = subprocess.run(
        [sys.executable, "-c", FAULTY, *arguments],
        cwd=program.home,
        env=program.environment | {KEY_VARIABLE: KEY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "told by asyncio" in done.stderr
    assert "told by a fault: <crawler.fetch.client.Client" in done.stderr
    assert "x-goog-api-key" in done.stderr.lower()
    assert "a child was started" not in done.stderr
    assert_told_nowhere(tmp_path, done.stdout, done.stderr)
    account("security", "a fault of ours, at -vv", "fault injected", times=1, lost=0)


async def test_nothing_that_holds_the_key_tells_it_when_it_is_looked_at() -> None:
    headers = SOURCES["google"].credentials(Key(KEY))
    async with open_client("http://127.0.0.1:9", headers, timeout_s=1, connections=1) as client:
        session = client._session
        assert session.headers["x-goog-api-key"] == KEY
        for seen in (Key(KEY), headers, client, session, session.headers, [vars(client)]):
            assert KEY not in repr(seen)
