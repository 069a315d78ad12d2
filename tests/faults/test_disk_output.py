"""What is printed or exported can't be written: it is told, and nothing that is half written stays
under the name of something whole.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.api import Api
from tests.acceptance.driver import Ended
from tests.faults.account import Account
from tests.faults.attempt import HALF, Attempt, half_done
from tests.faults.effort import by_effort
from tests.faults.in_process import leaves_input_open
from tests.faults.small_disk import fill, make_room, small_disk

pytestmark = leaves_input_open

UNWRITABLE = "standard output can't be written: No space left on device"

PRINTING = (
    "--help", "status", "search a", f"show {HALF[0]} {HALF[1]}", "export - --format csv",
    "sql 'SELECT 1'", "doctor --sandbox", "check isbns.txt", "crawl --help",
)  # fmt: skip


@pytest.fixture
def crawl(tmp_path: Path, api: Api) -> Attempt:
    return half_done(tmp_path, api)


def by_shell(crawl: Attempt, words: str, redirected: str) -> Ended:
    """A command as it is typed, with its streams led elsewhere."""
    program = crawl.trial.program
    python = f"{sys.executable} -m crawler {words} {redirected}"
    ended = subprocess.run(
        ["sh", "-c", python], cwd=program.home, env=program.environment, capture_output=True,
        check=False, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.parametrize("format_", ["csv", "json", "jsonl"])
def test_an_export_to_a_full_disk_leaves_what_was_there(
    crawl: Attempt, tmp_path: Path, format_: str, account: Account
) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, 64):
        out = disk / f"books.{format_}"
        out.write_text("of yesterday")
        fill(disk)
        ended = crawl.trial.program.run("export", out)
        assert (ended.code, ended.out) == (2, "")
        assert f"{out} can't be written: No space left on device" in ended.err
        assert {path.name for path in disk.iterdir()} == {out.name, "filled"}
        assert out.read_text() == "of yesterday"
        make_room(disk)
        assert crawl.trial.program.run("export", out).code == 0
        assert out.read_text() != "of yesterday"
    account("disk", "export to a full disk", "small tmpfs", times=1, lost=0)


def test_an_export_of_a_damaged_database_leaves_what_was_there(
    crawl: Attempt, account: Account
) -> None:
    out = crawl.trial.program.home.parent / "books.csv"
    out.write_text("of yesterday")
    whole = crawl.database.read_bytes()
    assert crawl.trial.program.run("sql", "SELECT max(id) FROM books").code == 0
    crawl.database.write_bytes(whole[:4096] + b"\xff" * 4096 + whole[8192:])
    ended = crawl.trial.program.run("export", out)
    assert ended.code == 4
    assert "books.db: it is damaged" in ended.err
    assert out.read_text() == "of yesterday"
    assert {path.name for path in out.parent.iterdir()} == {"home", "books.csv", "calls.jsonl"}
    account("disk", "export of a damaged database", "page overwritten", times=1, lost=0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_standard_output_on_a_full_disk_is_told(crawl: Attempt, account: Account) -> None:
    tried = PRINTING[:: by_effort(8, 1)]
    for words in tried:
        ended = by_shell(crawl, words, ">/dev/full")
        assert (ended.code, ended.err.count(UNWRITABLE)) == (2, 1), (words, ended)
    account("disk", "standard output full", "/dev/full", times=len(tried), lost=0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    ("redirected", "code"),
    [
        (">/dev/full", 2), ("2>/dev/full", 0), (">/dev/full 2>/dev/full", 2), (">&-", 0),
        ("2>&-", 0), ("<&- >&- 2>&-", 0),
    ],
)  # fmt: skip
def test_a_crawl_is_stored_whether_it_can_be_told_of_or_not(
    crawl: Attempt, redirected: str, code: int, account: Account
) -> None:
    words = " ".join([*crawl.trial.command, "--json"])
    ended = by_shell(crawl, words, redirected)
    assert ended.code == code
    assert "Traceback" not in ended.err
    assert (UNWRITABLE in ended.err) is (redirected == ">/dev/full")
    crawl.trial.look(None)
    asked = len(crawl.trial.api.calls())
    crawl.finish()
    assert len(crawl.trial.api.calls()) == asked
    account("disk", "streams full or closed", "shell", times=1, lost=crawl.trial.lost)
