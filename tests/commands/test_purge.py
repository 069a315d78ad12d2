"""`purge`: books that were retrieved long ago go, and nothing of them stays."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.crawl import command as crawl
from crawler.commands.purge import command
from crawler.commands.resume import command as resume
from crawler.errors import DatabaseUnusable, WrongUse
from crawler.store.lock import hold
from tests.acceptance.books import isbns
from tests.acceptance.database import Database

OLD = "2020-01-01T00:00:00Z"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A database of which every second book is old, and tells so in its title."""
    path, books = tmp_path / "books.db", tmp_path / "isbns.txt"
    books.write_text("\n".join(isbns(60)))
    done = CliRunner().invoke(crawl, ["--sandbox", "--db", str(path), str(books)])
    assert done.exit_code == 0
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE books SET retrieved_at = ?, title = 'Zyzzyva ' || id WHERE id % 2 = 0", (OLD,)
        )
    return path


def purge(db: Path, *options: str) -> Result:
    return CliRunner().invoke(command, ["--db", str(db), "--older-than", "30d", *options])


def count(db: Path, what: str) -> int:
    ((number,),) = Database(db).rows(f"SELECT count(*) FROM {what}")
    return int(str(number))


def test_old_books_go_with_all_that_is_known_of_them(db: Path) -> None:
    old, new, missing = (
        count(db, "books WHERE id % 2 = 0"),
        count(db, "books WHERE id % 2 = 1"),
        count(db, "missing_books"),
    )
    result = purge(db, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["books"], told["kept"], told["pending"]) == (old, new, 0)
    assert told["bytes"] > 0
    assert f"{old} of {old + new} books dropped" in result.stderr
    assert Database(db).is_sound()
    assert (count(db, "ledger"), count(db, "missing_books")) == (new + missing, missing)


def test_nothing_of_what_was_dropped_is_left_in_the_files(db: Path) -> None:
    purge(db)
    files = list(db.parent.glob("books.db*"))
    assert not any(b"yzzyva" in file.read_bytes().lower() for file in files)


def test_nothing_is_left_of_a_single_book_that_was_findable(db: Path) -> None:
    with closing(sqlite3.connect(db)) as connection, connection:
        (first,) = connection.execute("SELECT min(id) FROM books").fetchone()
        connection.execute(
            "UPDATE books SET title = iif(id = :first, 'Zyzzyva', 'A book'), "
            "retrieved_at = iif(id = :first, :old, '9')",
            {"first": first, "old": OLD},
        )
    CliRunner().invoke(resume, ["--sandbox", "--db", str(db)])  # it makes books findable
    assert b"yzzyva" in db.read_bytes()
    assert "1 of " in purge(db).stderr
    assert b"yzzyva" not in db.read_bytes()


def test_with_ask_again_a_resume_asks_for_them(db: Path) -> None:
    old, all_of_them = count(db, "books WHERE id % 2 = 0"), count(db, "ledger")
    result = purge(db, "--ask-again", "--json")
    assert json.loads(result.stdout)["pending"] == old
    assert f"{old} ISBNs are to be asked for again: `" in result.stderr
    assert f"resume --db {db}" in result.stderr
    assert (count(db, "ledger"), count(db, "ledger WHERE state = 'pending'")) == (all_of_them, old)
    assert Database(db).is_sound()


def test_a_dry_run_tells_how_many_would_go_and_drops_none_also_during_a_crawl(db: Path) -> None:
    before = Database(db).contents()
    with hold(db):
        told = json.loads(purge(db, "--dry-run", "--json").stdout)
        words = purge(db, "--dry-run").stderr
    assert told["books"] == count(db, "books WHERE id % 2 = 0") > 0
    assert "books would be dropped" in words
    assert Database(db).contents() == before


def test_where_nothing_is_old_nothing_goes(db: Path) -> None:
    purge(db)
    before = Database(db).contents()
    assert json.loads(purge(db, "--json").stdout)["books"] == 0
    assert Database(db).contents() == before


@pytest.mark.parametrize("age", ["30", "d", "-1d", "1y", ""])
def test_an_age_that_is_none_is_refused(db: Path, age: str) -> None:
    result = CliRunner().invoke(command, ["--db", str(db), "--older-than", age])
    assert isinstance(result.exception, WrongUse)


def test_a_database_that_is_being_crawled_or_is_not_there_is_refused(db: Path) -> None:
    with hold(db):
        assert isinstance(purge(db).exception, DatabaseUnusable)
    none = db.with_name("none.db")
    assert "there is no database" in str(purge(none).exception)
    assert not none.exists()
