"""Files and folders that may not be written to, nor opened."""

from pathlib import Path

import pytest

from tests.acceptance.api import Api
from tests.faults.account import Account
from tests.faults.attempt import Attempt, half_done
from tests.faults.in_process import leaves_input_open
from tests.faults.small_disk import read_only, small_disk, unwritable_disk
from tests.faults.syscalls import injecting

pytestmark = leaves_input_open

CHECK = "it can't be written: check its permissions"


@pytest.fixture
def crawl(tmp_path: Path, api: Api) -> Attempt:
    return half_done(tmp_path, api)


def test_a_database_that_may_not_be_written_to_costs_no_call(
    crawl: Attempt, account: Account
) -> None:
    with read_only(crawl.database):
        crawl.refuse(f"books.db: {CHECK}")
        assert crawl.trial.program.run("status").code == 0
    crawl.finish()
    account("disk", "read-only file", "chattr +i", times=1, lost=crawl.trial.lost)


def test_a_folder_that_may_not_be_written_to_costs_no_call(
    crawl: Attempt, account: Account
) -> None:
    crawl.beside(".lock").unlink(missing_ok=True)
    with read_only(crawl.trial.program.home):
        crawl.refuse(f"can't be written in {crawl.trial.program.home} (")
        assert crawl.trial.program.run("status").code == 0
    crawl.finish()
    account("disk", "read-only folder", "chattr +i", times=1, lost=crawl.trial.lost)


def test_a_disk_that_is_mounted_read_only_is_told(
    tmp_path: Path, api: Api, account: Account
) -> None:
    with small_disk(tmp_path / "home", 8_000):
        crawl = half_done(tmp_path, api)
        crawl.beside(".lock").touch()
        with unwritable_disk(crawl.trial.program.home):
            crawl.refuse("(Read-only file system): put that right, or name another place with --db")
        crawl.finish()
    account("disk", "read-only disk", "mount -o ro", times=1, lost=crawl.trial.lost)


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("error", ["EACCES", "EROFS"])
def test_a_log_that_may_not_be_opened_costs_no_call(
    crawl: Attempt, error: str, account: Account
) -> None:
    crawl.trial.program.under = injecting(
        f"openat:error={error}:when=1+", into=[crawl.beside("-wal")]
    )
    crawl.refuse("that it and the files whose names begin with its own may be written to")
    crawl.trial.program.under = ()
    crawl.finish()
    account("disk", error, "strace inject openat", times=1, lost=crawl.trial.lost)
