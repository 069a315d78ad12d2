"""Something else lies where the database should: it is told in a sentence, and left as it is."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.acceptance.api import Api, sandbox
from tests.faults.account import Account
from tests.faults.attempt import BOOKS, IN_HAND, SLOW, Attempt, half_done, undisturbed
from tests.faults.effort import by_effort
from tests.faults.in_process import leaves_input_open

pytestmark = leaves_input_open

PAGE = 4096
"""Bytes, as SQLite has it by default."""

DAMAGED = "it is damaged, or the disk fails to read it: check the disk, restore a copy"
NO_DATABASE = "it is no SQLite database: name another file"

PAGES = by_effort(12, 1000)
"""That are overwritten at random; there are some 60."""

NEEDED_FIRST = (
    "ledger", "sqlite_autoindex_ledger_1", "ledger_pending", "runs", "quota", "inputs",
    "dictionaries",
)  # fmt: skip
NEEDED_TO_SETTLE = ("books", "sqlite_autoindex_books_1", "payloads", "books_fts_data")
SETTLED = {"found", "missing"}
NEEDED_LAST = ("books_fts_idx", "books_fts_docsize")

Change = Callable[[Path], object]


@pytest.fixture
def crawl(tmp_path: Path, api: Api) -> Attempt:
    return half_done(tmp_path, api)


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def overwrite(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def overwrite_page(path: Path, number: int) -> None:
    overwrite(path, (number - 1) * PAGE, b"\xff" * PAGE)


def foreign(path: Path) -> None:
    path.unlink()
    execute(path, "CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('mine')")


def text(path: Path) -> None:
    path.write_text("9780140328721\n" * 500)


def newer(path: Path) -> None:
    execute(path, "PRAGMA user_version = 99")


def without_header(path: Path) -> None:
    overwrite(path, 0, b"\0" * 100)


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 // PAGE * PAGE)


def folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_to_nowhere(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(path.with_name("nowhere"))


def without_free_pages(path: Path) -> None:
    """The list of them begins with garbage."""
    execute(
        path,
        "CREATE TABLE spare AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 50) SELECT zeroblob(3000) FROM n",
        "DROP TABLE spare",
    )
    overwrite_page(path, int.from_bytes(path.read_bytes()[32:36], "big"))


def without(root: str) -> Change:
    """Of a table or index nothing but garbage is left where it begins."""

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as db:
            query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
            (page,) = db.execute(query, (root,)).fetchone()
        overwrite_page(path, page)

    return change


NOT_OURS = {
    text: NO_DATABASE,
    foreign: "is a database of another program: name another file",
    newer: "was made by a newer bookcrawl (version 99 of its tables",
    without_header: NO_DATABASE,
    cut_in_half: DAMAGED,
}


def test_what_is_no_whole_database_of_ours_is_left_as_it_is_and_costs_no_call(
    crawl: Attempt, account: Account
) -> None:
    for change, said in NOT_OURS.items():
        change(crawl.database)
        found = crawl.database.read_bytes()
        crawl.refuse(said)
        assert crawl.database.read_bytes() == found
        crawl.restore()
    crawl.finish()
    account("disk", "text, foreign, newer, cut file", "file replaced", times=len(NOT_OURS), lost=0)


def test_a_folder_or_a_pipe_in_the_place_of_the_database_is_told_as_such(
    crawl: Attempt, account: Account
) -> None:
    for change in (folder, pipe):
        change(crawl.database)
        ended = crawl.trial.program.run(*crawl.trial.command)
        assert (ended.code, ended.out) == (4, "")
        assert "is not a file" in ended.err or "names a folder" in ended.err
        crawl.restore()
    crawl.finish()
    account("disk", "folder or pipe as database", "file replaced", times=2, lost=crawl.trial.lost)


BESIDE = (
    (".lock", folder, "books.db.lock can't be opened (Is a directory): remove it"),
    (".lock", link_to_nowhere, "books.db.lock can't be opened"),
    ("-wal", folder, "it can't be opened: check"),
    ("-shm", folder, "it can't be written: check"),
    ("-journal", folder, "the disk fails to read or write it"),
)


def test_what_can_be_no_lock_and_no_file_of_sqlites_is_told(
    crawl: Attempt, account: Account
) -> None:
    for ending, change, said in BESIDE:
        change(crawl.beside(ending))
        crawl.refuse(said)
        crawl.restore()
    crawl.finish()
    account("disk", "folder as -wal, lock …", "file replaced", times=len(BESIDE), lost=0)


def test_an_empty_file_becomes_a_database(crawl: Attempt, account: Account) -> None:
    crawl.clear()
    crawl.database.touch()
    assert crawl.trial.program.run(*crawl.trial.command).code == 0
    assert crawl.trial.program.database.contents() == undisturbed()
    account("disk", "empty file", "file replaced", times=1, lost=0)


def test_damage_that_is_met_before_a_call_costs_none(crawl: Attempt, account: Account) -> None:
    for root in NEEDED_FIRST:
        without(root)(crawl.database)
        crawl.refuse(DAMAGED)
        crawl.restore()
    crawl.finish()
    account(
        "disk", "damaged page", "page overwritten", times=len(NEEDED_FIRST), lost=crawl.trial.lost
    )


def test_damage_that_is_met_by_answers_costs_the_calls_in_hand(
    tmp_path: Path, account: Account
) -> None:
    changes = [*map(without, NEEDED_TO_SETTLE), without_free_pages]
    with sandbox(tmp_path, SLOW) as slow:
        crawl = half_done(tmp_path, slow)
        for change in changes:
            change(crawl.database)
            crawl.refuse(DAMAGED, calls=IN_HAND)
            crawl.restore()
        crawl.finish()
    account("disk", "damaged page", "page overwritten", times=len(changes), lost=crawl.trial.lost)


def test_damage_of_the_index_of_words_is_met_when_all_is_stored(
    crawl: Attempt, account: Account
) -> None:
    for root in NEEDED_LAST:
        without(root)(crawl.database)
        crawl.refuse(DAMAGED, calls=len(BOOKS))
        assert {
            state for (state,) in crawl.trial.program.database.rows("SELECT state FROM ledger")
        } <= SETTLED
        crawl.restore()
    crawl.finish()
    account(
        "disk", "damaged page", "page overwritten", times=len(NEEDED_LAST), lost=crawl.trial.lost
    )


def test_whatever_page_is_damaged_the_crawl_speaks_plainly_and_a_copy_goes_on(
    crawl: Attempt, chance: Random, account: Account
) -> None:
    pages = range(1, crawl.database.stat().st_size // PAGE + 1)
    tried = chance.sample(pages, min(PAGES, len(pages)))
    for number in tried:
        overwrite_page(crawl.database, number)
        ended = crawl.trial.program.run(*crawl.trial.command)
        # A page that the crawl need not read is damaged all the same: only a copy can tell.
        assert ended.code == 0 or (ended.code == 4 and "books.db" in ended.err), ended.err
        crawl.restore()
    crawl.finish()
    account("disk", "damaged page", "page overwritten", times=len(tried), lost=crawl.trial.lost)


def test_tables_that_another_program_has_changed_are_told(crawl: Attempt, account: Account) -> None:
    execute(crawl.database, "ALTER TABLE ledger RENAME COLUMN reason TO cause")
    crawl.refuse("its tables are not as bookcrawl makes them", calls=len(BOOKS))
    crawl.restore()
    crawl.finish()
    account("disk", "changed tables", "SQL", times=1, lost=crawl.trial.lost)
