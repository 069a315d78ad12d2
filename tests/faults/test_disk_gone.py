"""The database is deleted, moved or replaced while a crawl writes to it.

SQLite would go on into a file without a name, and end well; all that was paid for would be gone.
"""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from tests.acceptance.api import sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Ended
from tests.faults.account import Account
from tests.faults.attempt import BOOKS, FILE, HALF, IN_HAND, SLOW, Attempt, half_done, undisturbed
from tests.faults.in_process import leaves_input_open
from tests.faults.recorded import KEY, quota_of

pytestmark = leaves_input_open

CALLS_BEFORE = 8
PATIENCE_S = 10.0

Act = Callable[[], object]


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Attempt]:
    with sandbox(tmp_path, SLOW) as api:
        yield half_done(tmp_path, api)


def crawl_and(crawl: Attempt, act: Act, *options: str) -> Ended:
    """Crawl, and do it after some calls; then no more calls are made than are in hand."""
    trial = crawl.trial
    at_act: list[int] = []
    before = len(trial.api.calls())

    def wait_and_act() -> None:
        while len(trial.api.calls()) < before + CALLS_BEFORE:
            time.sleep(0.002)
        act()
        at_act.append(len(trial.api.calls()))

    thread = Thread(target=wait_and_act, daemon=True)
    thread.start()
    ended = trial.program.run(*trial.command, *options)
    thread.join(PATIENCE_S)
    assert len(trial.api.calls()) - at_act[0] <= IN_HAND
    return ended


def assert_told_of(file: Path, ended: Ended) -> None:
    assert ended.code == 4
    assert f"{file.name}: it was deleted, moved away or replaced while it was in use" in ended.err
    assert len(ended.err.splitlines()) == 1, ended.err


def test_a_crawl_whose_database_was_deleted_ends_and_the_same_command_begins_anew(
    crawl: Attempt, account: Account
) -> None:
    ended = crawl_and(crawl, crawl.database.unlink)
    assert_told_of(crawl.database, ended)
    assert crawl.trial.program.run(*crawl.trial.command).code == 0
    assert crawl.trial.program.database.contents() == undisturbed()
    account("disk", "database deleted under the run", "unlink", times=1, lost=0)


def test_a_database_that_was_moved_away_is_whole_where_it_is(
    crawl: Attempt, account: Account
) -> None:
    moved = crawl.trial.program.home.parent / "moved.db"
    ended = crawl_and(crawl, lambda: crawl.database.rename(moved))
    assert_told_of(crawl.database, ended)
    for path in crawl.trial.program.home.glob("books.db?*"):
        path.unlink()
    moved.rename(crawl.database)
    crawl.trial.look_at_database()
    settled = len(crawl.trial.program.database.settled())
    assert settled >= len(HALF) + CALLS_BEFORE - IN_HAND
    crawl.finish()
    account("disk", "database moved under the run", "rename", times=1, lost=crawl.trial.lost)


def test_a_file_that_took_the_place_of_the_database_is_left_as_it_is(
    crawl: Attempt, account: Account
) -> None:
    mine = crawl.trial.program.home.parent / "mine.db"
    with closing(sqlite3.connect(mine)) as db:
        db.execute("CREATE TABLE notes (text)")
    written = mine.read_bytes()
    ended = crawl_and(crawl, lambda: mine.replace(crawl.database))
    assert_told_of(crawl.database, ended)
    crawl.refuse("is a database of another program")
    assert crawl.database.read_bytes() == written
    crawl.restore()
    crawl.finish()
    account("disk", "database replaced under the run", "rename", times=1, lost=crawl.trial.lost)


@pytest.mark.parametrize("ending", ["-wal", ".lock"])
def test_a_crawl_that_is_robbed_of_its_log_or_lock_ends_and_keeps_what_is_stored(
    crawl: Attempt, ending: str, account: Account
) -> None:
    file = crawl.beside(ending)
    ended = crawl_and(crawl, file.unlink)
    assert_told_of(file, ended)
    crawl.trial.look_at_database()
    assert len(crawl.trial.program.database.settled()) > len(HALF)
    crawl.finish()
    account("disk", "-wal or lock deleted under the run", "unlink", times=1, lost=crawl.trial.lost)


def test_a_crawl_whose_folder_was_removed_ends(crawl: Attempt, account: Account) -> None:
    folder = crawl.trial.program.home / "shelf"
    folder.mkdir()
    crawl.trial.program.write(FILE, isbns(96, seed=1))
    database = folder / "new.db"
    ended = crawl_and(crawl, lambda: shutil.rmtree(folder), "--db", str(database))
    assert_told_of(database, ended)
    again = crawl.trial.program.run(*crawl.trial.command, "--db", str(database))
    assert again.code == 4
    assert "there is no such folder" in again.err
    crawl.trial.program.write(FILE, BOOKS)
    crawl.finish()
    account("disk", "folder removed under the run", "unlink", times=1, lost=crawl.trial.lost)


def test_calls_are_not_counted_in_a_users_file_that_was_deleted(
    crawl: Attempt, account: Account
) -> None:
    crawl.trial.program.environment["GOOGLE_BOOKS_API_KEY"] = KEY
    counted = quota_of(crawl.trial.program)
    ended = crawl_and(crawl, counted.unlink, "--rate", "100", "--daily-quota", "1000")
    assert_told_of(counted, ended)
    crawl.finish()
    account("disk", "quota.db deleted under the run", "unlink", times=1, lost=crawl.trial.lost)
