"""The database explains itself, and is brought forward or left as it was."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiosqlite
import pytest

from crawler.errors import DatabaseUnusable
from crawler.store.base import Choice, LedgerCounts, Retry
from crawler.store.ledger import pending_condition, retry_condition
from crawler.store.schema import APPLICATION_ID, MIGRATIONS, prepare
from crawler.store.sqlite import open_store
from tests.store.dying import MIGRATION, settle_first
from tests.store.killed import killed

VERSION = 2
VERSION_1 = Path(__file__).with_name("schema_version_1.sql")


async def prepare_at(path: Path, *migrations: str) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await prepare(db, path, (*MIGRATIONS, *migrations))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture
async def db(path: Path) -> AsyncIterator[sqlite3.Connection]:
    await prepare_at(path)
    with closing(sqlite3.connect(path)) as db:
        yield db


def described(db: sqlite3.Connection) -> dict[str, str]:
    """The tables and views, with the text in which SQLite keeps what the schema says of them."""
    rows = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT GLOB 'books_fts*'"
    )
    return dict(rows.fetchall())


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def test_the_tables_and_views_are_those_that_the_outside_relies_on(
    db: sqlite3.Connection,
) -> None:
    assert set(described(db)) == {
        "books", "ledger", "payloads", "dictionaries", "inputs", "rejects", "runs", "quota",
        "ledger_counts", "call_minutes", "books_unindexed", "books_segmented", "books_as_indexed",
        "missing_books", "failed_books", "book_authors", "book_categories",
    }  # fmt: skip
    assert columns(db, "books_fts") == [
        "title", "subtitle", "authors", "publisher", "categories", "description",
    ]  # fmt: skip


def test_each_table_view_and_column_says_what_it_holds(db: sqlite3.Connection) -> None:
    for name, sql in described(db).items():
        first, *lines = sql.splitlines()
        assert re.search(r"-- \w+", first), name
        if not sql.startswith("CREATE TABLE"):
            continue
        said = {match[1] for line in lines if (match := re.match(r"\s+(\w+)\s.*-- \w+", line))}
        assert set(columns(db, name)) <= said, name


def test_times_and_isbns_are_explained_where_the_schema_begins() -> None:
    path = Path(__file__).parents[2] / "crawler" / "store" / "schema.sql"
    head = path.read_text("utf-8").split("CREATE", 1)[0]
    assert "UTC" in head
    assert "ISBNs are integers" in head


def test_a_database_tells_whose_it_is_and_its_version(db: sqlite3.Connection) -> None:
    assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert APPLICATION_ID.to_bytes(4, "big") == b"bkcr"
    assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_every_commit_is_on_the_disk_before_it_is_told(path: Path) -> None:
    full = 2
    async with open_store(path) as store:
        rows = await store._db.execute_fetchall("PRAGMA synchronous")
        assert list(rows) == [(full,)]


@pytest.mark.parametrize("written", ["9780140328721", "'9780140328721'"])
def test_an_isbn_is_found_as_a_number_and_as_text(db: sqlite3.Connection, written: str) -> None:
    db.execute("INSERT INTO ledger (isbn13, source, run) VALUES (9780140328721, 'google', 1)")
    rows = db.execute(f"SELECT number FROM ledger WHERE isbn13 = {written}").fetchall()
    assert rows == [(1,)]


def test_the_views_for_people_tell_names_in_their_order(db: sqlite3.Connection) -> None:
    db.executescript(
        "INSERT INTO books (id, isbn13, title, authors, categories, source, source_id, match, "
        "retrieved_at) VALUES (1, 9780140328721, 'Fox', '[\"Dahl\",\"Blake\"]', '[\"Fiction\"]', "
        "'google', 'x', 'confirmed', '2026-11-20T10:00:00Z');"
        "INSERT INTO ledger (number, isbn13, source, state, attempts, reason, run, settled_at) "
        "VALUES (2, 2, 'google', 'missing', 1, NULL, 1, 'then'), "
        "(3, 3, 'google', 'failed', 2, 'refused', 1, 'then');"
    )
    assert db.execute("SELECT * FROM book_authors").fetchall() == [
        (1, 9780140328721, "Fox", "Dahl", 1),
        (1, 9780140328721, "Fox", "Blake", 2),
    ]
    assert db.execute("SELECT * FROM book_categories").fetchall() == [
        (1, 9780140328721, "Fox", "Fiction")
    ]
    assert db.execute("SELECT * FROM missing_books").fetchall() == [(2, 2, "google", "then")]
    assert db.execute("SELECT * FROM failed_books").fetchall() == [
        (3, 3, "google", "refused", 2, "then")
    ]


@pytest.mark.parametrize(
    "condition",
    [
        pending_condition(Choice(None)),
        pending_condition(Choice("clean")),
        pending_condition(Choice("any")),
        retry_condition(Retry(failed=True)),
        retry_condition(Retry(missing=True)),
    ],
)
def test_what_is_left_to_do_is_found_without_reading_the_ledger_through(
    db: sqlite3.Connection, condition: str
) -> None:
    plan = db.execute(
        f"EXPLAIN QUERY PLAN SELECT number, isbn13 FROM ledger WHERE {condition} "
        "AND number > :after ORDER BY number LIMIT 500",
        {"source": "google", "reason": "", "after": 5},
    ).fetchall()
    ((*_, step),) = plan
    assert re.fullmatch(r"SEARCH ledger USING INDEX \w+ \((unissued=\? AND )?number>\?\)", step)


@pytest.mark.parametrize("statement", ["CREATE TABLE books", "CREATE VIEW", "COMMIT"])
async def test_a_kill_while_the_database_is_made_leaves_an_empty_one_that_is_made_again(
    path: Path, statement: str
) -> None:
    killed("make", path, statement)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    async with open_store(path) as store:
        await settle_first(store)


async def test_an_older_database_is_brought_forward_one_version_after_the_other(
    path: Path,
) -> None:
    await prepare_at(path)
    first = "CREATE TABLE one (a);"
    await prepare_at(path, first)
    await prepare_at(path, first, "INSERT INTO one VALUES (2);", "UPDATE one SET a = 3 * a;")
    await prepare_at(path, first, "INSERT INTO one VALUES (2);", "UPDATE one SET a = 3 * a;")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT a FROM one").fetchall() == [(6,)]
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION + 3,)


async def test_a_new_database_is_of_the_newest_version_at_once(path: Path) -> None:
    await prepare_at(path, "this is not run;")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)


async def test_an_older_bookcrawl_refuses_what_a_newer_one_has_brought_forward(
    path: Path,
) -> None:
    await prepare_at(path)
    await prepare_at(path, MIGRATION)
    with pytest.raises(DatabaseUnusable, match=r"books.db was made by a newer bookcrawl"):
        await prepare_at(path)


async def test_a_migration_that_fails_leaves_the_version_it_found(path: Path) -> None:
    await prepare_at(path)
    with pytest.raises(sqlite3.Error):
        await prepare_at(path, "CREATE TABLE half (a);", "CREATE TABLE whole (a); SELECT nothing;")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION + 1,)
        assert "whole" not in described(db)


@pytest.mark.parametrize("statement", ["ALTER TABLE", "SELECT 'half'", "COMMIT"])
def test_a_kill_in_a_migration_leaves_the_old_version_with_all_that_is_in_it(
    path: Path, statement: str
) -> None:
    killed("migrate", path, statement)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert "second" not in described(db)
        assert "added" not in columns(db, "books")
        assert db.execute("SELECT count(*) FROM books").fetchone() == (1,)


def version_1(path: Path) -> None:
    """A database as bookcrawl 0.1 left it, with a book that its index holds."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            f"PRAGMA journal_mode = WAL; PRAGMA application_id = {APPLICATION_ID};"
            f"{VERSION_1.read_text('utf-8')}"
            "PRAGMA user_version = 1;"
            "INSERT INTO ledger (number, isbn13, source, state, reason, run, settled_at) VALUES"
            "(1, 9787544253994, 'google', 'found', NULL, 1, 'then'),"
            "(2, 9780140328721, 'google', 'failed', '503', 1, 'then');"
            "INSERT INTO books (id, isbn13, title, source, source_id, match, retrieved_at)"
            "VALUES (1, 9787544253994, '百年孤独', 'google', 'x', 'confirmed', 'then');"
            "INSERT INTO books_fts (books_fts) VALUES ('rebuild');"
        )


def shape(path: Path) -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT type, name, ifnull(sql, '') FROM sqlite_master").fetchall()
    return {(kind, name, " ".join(sql.split())) for kind, name, sql in rows}


async def test_a_database_of_version_1_becomes_what_a_new_one_is(path: Path) -> None:
    version_1(path)
    await prepare_at(path)
    await prepare_at(path.with_name("new.db"))
    assert shape(path) == shape(path.with_name("new.db"))


async def test_what_a_database_of_version_1_held_is_kept_counted_and_found(path: Path) -> None:
    version_1(path)
    async with open_store(path) as store:
        assert await store.counts() == LedgerCounts(found=1, failed=1)
        await store.index_books()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT title FROM books").fetchall() == [("百年孤独",)]
        assert db.execute("SELECT rowid FROM books_fts('\"孤 独\"')").fetchall() == [(1,)]
        db.execute("INSERT INTO books_fts (books_fts, rank) VALUES ('integrity-check', 1)")


@pytest.mark.parametrize("statement", ["DROP TABLE books_fts", "CREATE TRIGGER", "COMMIT"])
def test_a_kill_while_version_1_is_brought_forward_leaves_it_as_it_was(
    path: Path, statement: str
) -> None:
    version_1(path)
    before = shape(path)
    killed("make", path, statement)
    assert shape(path) == before
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
