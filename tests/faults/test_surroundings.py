"""What a caller leaves a process: closed streams, deaf listeners, no home, odd settings."""

import pwd
from pathlib import Path

import pytest

from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.in_process import InProcess
from tests.faults.trial import Trial, assert_spoke_plainly
from tests.faults.under import Words, shell, unread

STREAMS: dict[str, Words] = {
    "all closed": shell("", "<&- >&- 2>&-"),
    "standard input closed": shell("", "<&-"),
    "standard output closed": shell("", ">&-"),
    "standard error closed": shell("", "2>&-"),
    "standard error full": shell("", "2>/dev/full"),
    "standard error unread": unread(2),
    "standard output unread": unread(1),
}

TRIED = by_effort(("all closed", "standard error unread"), tuple(STREAMS))

SETTINGS = {
    "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
    "PYTHONIOENCODING": "ascii", "PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "0", "TZ": "Nowhere/At",
    "COLUMNS": "0", "TERM": "", "TMPDIR": "/nowhere", "PATH": "", "HOME": "",
}  # fmt: skip
"""Each of which somebody has in the environment."""

GROUPS: list[dict[str, str]] = by_effort(
    [SETTINGS], [SETTINGS, *({name: value} for name, value in SETTINGS.items())]
)


def test_a_crawl_needs_no_stream_of_its_caller(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    file = program.write("isbns.txt", isbns(3 * len(TRIED)))
    trial = Trial(program, api, file, ("--json", "-vv", "--limit", "3"))
    for name in TRIED:
        program.under = STREAMS[name]
        ended = trial.crawl(0)
        if name.startswith(("standard input", "standard output")):
            assert "3 ISBNs settled" in ended.err
    what = "a stream that is closed, full or unread"
    account("process", what, "redirection", times=len(TRIED), lost=trial.lost)
    assert program.database.states() == api.verdicts(isbns(3 * len(TRIED)))


def test_who_reads_no_more_of_the_summary_learns_how_the_crawl_ended_all_the_same(
    program: Bookcrawl, api: Api, account: Account
) -> None:
    asking = ("--json", "--daily-quota", "5")
    trial = Trial(program, api, program.write("isbns.txt", isbns(9)), asking)
    program.under = unread(1)
    ended = trial.crawl(75)
    assert "stopped early: 5 of 5 calls used" in ended.err
    what = "a stream that is closed, full or unread"
    account("process", what, "redirection", times=1, lost=trial.lost)


def test_standard_input_that_is_closed_holds_no_isbn(program: Bookcrawl, account: Account) -> None:
    program.under = shell("", "<&-")
    ended = program.run("crawl", "--sandbox", "-")
    assert (ended.code, ended.err) == (
        2, "bookcrawl: standard input is empty: give a file with ISBNs in it.\n"
    )  # fmt: skip
    account("process", "a stream that is closed, full or unread", "redirection", times=1, lost=0)


@pytest.mark.parametrize("settings", GROUPS, ids=" ".join)
def test_whatever_the_environment_a_crawl_does_the_same(
    program: Bookcrawl, api: Api, account: Account, settings: dict[str, str]
) -> None:
    trial = Trial(program, api, program.write("isbns.txt", isbns(20)))
    program.environment |= settings
    ended = trial.crawl(0)
    assert "20 ISBNs settled" in ended.err
    assert program.database.states() == api.verdicts(isbns(20))
    assert "20 in books.db" in program.run("status").out
    account("process", "odd settings", "environment", times=len(settings), lost=trial.lost)


def test_a_folder_that_is_gone_is_told(program: Bookcrawl, account: Account) -> None:
    program.under = shell("mkdir gone; cd gone; rmdir ../gone")
    for command in (("crawl", "--sandbox", "isbns.txt"), ("status",), ("export", "books.csv")):
        ended = program.run(*command)
        assert ended.code == 2
        assert_spoke_plainly(ended)
        assert "the folder that you are in is gone" in ended.err
    account("process", "working folder deleted", "sh", times=3, lost=0)


def test_without_a_home_each_database_counts_for_itself_and_says_so(
    tmp_path: Path, api: Api, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(user: int) -> pwd.struct_passwd:
        raise KeyError(user)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    program = InProcess(tmp_path)
    del program.environment["HOME"]
    file = program.write("isbns.txt", isbns(3))
    command = ("crawl", "--base-url", api.url, "--rate", "0", file)
    ended = program.run(*command, GOOGLE_BOOKS_API_KEY="a-key")
    assert ended.code == 0
    assert "you have no home folder" in ended.err
    assert "3 of 1,000 calls used today" in program.run("status").out
    account("process", "a user without a home", "getpwuid", times=1, lost=0)
