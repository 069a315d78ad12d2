"""What is wrong with a database is told in one sentence that names the file."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from crawler.errors import DatabaseBusy, DatabaseDamaged, DatabaseUnusable
from crawler.store.base import Choice
from crawler.store.sqlite import SqliteStore, open_store
from crawler.store.trouble import unusable
from tests.store.answers import SOURCE, seeds

PAGE = 4096
"""Bytes, as SQLite has it by default."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest_asyncio.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    async with open_store(path) as store:
        yield store


def refusal(path: Path) -> str:
    async def open_it() -> None:
        async with open_store(path):
            pytest.fail("it was opened")

    with pytest.raises(DatabaseUnusable) as refused:
        asyncio.run(open_it())
    sentence = str(refused.value)
    assert str(path) in sentence
    return sentence


def make(path: Path, *, isbns: int) -> None:
    async def make_it() -> None:
        async with open_store(path) as store:
            await store.add(1, SOURCE, seeds(*range(1, isbns)), [])

    asyncio.run(make_it())


def damage(path: Path, *, first_page: int, pages: int) -> None:
    with path.open("r+b") as file:
        file.seek((first_page - 1) * PAGE)
        file.write(b"\xff" * pages * PAGE)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_text("9780140328721\n" * 100)
    assert "it is no SQLite database" in refusal(path)
    assert path.read_text() == "9780140328721\n" * 100


@pytest.mark.parametrize(
    "made_by",
    ["CREATE TABLE notes (text)", "PRAGMA application_id = 4711", "CREATE VIEW v AS SELECT 1"],
)
def test_a_database_of_another_program_is_refused_and_left_as_it_is(
    path: Path, made_by: str
) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(made_by)
    before = path.read_bytes()
    assert "is a database of another program: name another file" in refusal(path)
    assert path.read_bytes() == before


def test_a_database_of_a_newer_bookcrawl_is_refused_and_left_as_it_is(path: Path) -> None:
    make(path, isbns=9)
    with closing(sqlite3.connect(path)) as db:
        ((version,),) = db.execute("PRAGMA user_version")
        db.execute(f"PRAGMA user_version = {version + 1}")
    before = path.read_bytes()
    assert f"made by a newer bookcrawl (version {version + 1} of its tables" in refusal(path)
    assert path.read_bytes() == before


def test_a_damaged_database_is_refused(path: Path) -> None:
    make(path, isbns=500)
    damage(path, first_page=2, pages=path.stat().st_size // PAGE - 1)
    assert "it is damaged, or the disk fails" in refusal(path)


def test_a_schema_that_is_damaged_beyond_letters_is_refused(path: Path) -> None:
    make(path, isbns=2)
    path.write_bytes(
        path.read_bytes().replace(b"CREATE TABLE rejects", b"CREATE \xf2\xf2\xf2 rejects")
    )
    assert "it is damaged, or the disk fails" in refusal(path)


async def test_damage_that_is_met_later_ends_the_reading(path: Path) -> None:
    async with open_store(path) as store:
        await store.add(1, SOURCE, seeds(*range(1, 5000)), [])
    with closing(sqlite3.connect(path)) as db:
        ((root,),) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ledger'")
    damage(path, first_page=root, pages=1)
    async with open_store(path) as store:
        with pytest.raises(DatabaseUnusable, match=r"books.db: it is damaged"):
            await store.pending(SOURCE, Choice(), after=0, limit=1)


def test_a_refused_database_leaves_no_thread_that_complains(tmp_path: Path) -> None:
    """aiosqlite's did, now and then; pytest makes an error of it."""
    for _ in range(30):
        refusal(tmp_path)


@pytest.mark.parametrize("name", ["folder", "text.txt/books.db"])
def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").touch()
    sentence = refusal(tmp_path / name)
    assert "is not a file: name the database with --db" in sentence or "can't be wri" in sentence


async def test_a_database_that_cannot_be_written_is_unusable(store: SqliteStore) -> None:
    await store._db.execute("PRAGMA query_only = ON")
    with pytest.raises(DatabaseUnusable, match=r"books.db: it can't be written: check its perm"):
        await store.add(1, SOURCE, seeds(1), [])


async def test_a_database_that_another_program_writes_to_is_unusable_for_now(
    store: SqliteStore, path: Path
) -> None:
    await store._db.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnusable, match=r"books.db: another program is writing to it"):
            await store.add(1, SOURCE, seeds(1), [])
        other.execute("ROLLBACK")
        assert await store.add(1, SOURCE, seeds(1), []) == 1


async def test_an_error_of_sqlite_outside_of_the_store_names_the_file_too(path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match=r"books.db: .* \(no such table: nowhere\)"):
        async with open_store(path) as store:
            await store._db.execute("SELECT * FROM nowhere")


def test_an_error_without_a_name_is_told_in_the_words_of_sqlite() -> None:
    sentence = str(unusable(Path("books.db"), sqlite3.Error("it is late")))
    assert sentence == "books.db: it is late"


class Told(sqlite3.OperationalError):
    """An error of SQLite's, which only SQLite can make."""

    def __init__(self, name: str) -> None:
        super().__init__("what SQLite says of it")
        self.sqlite_errorname = name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("SQLITE_FULL", "the disk is full: make room"),
        ("SQLITE_IOERR_WRITE", "the system refuses to write it: check your quota of the disk"),
        ("SQLITE_IOERR_SHMSIZE", "the system refuses to write it: check your quota of the disk"),
        ("SQLITE_IOERR_FSYNC", "the disk fails to read or write it: check the disk"),
        ("SQLITE_READONLY_DBMOVED", "it was deleted, moved away or replaced while it was in use"),
        ("SQLITE_READONLY", "it can't be written: check its permissions"),
        ("SQLITE_CANTOPEN_ISDIR", "it can't be opened: check that its folder is there"),
        ("SQLITE_ERROR", "its tables are not as bookcrawl makes them"),
    ],
)
def test_each_trouble_has_a_sentence_that_says_what_to_do(name: str, sentence: str) -> None:
    told = str(unusable(Path("books.db"), Told(name)))
    assert told.startswith(f"books.db: {sentence}")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_CORRUPT_VTAB", DatabaseDamaged), ("SQLITE_NOTADB", DatabaseDamaged),
        ("SQLITE_BUSY_SNAPSHOT", DatabaseBusy), ("SQLITE_FULL", DatabaseUnusable),
    ],
)  # fmt: skip
def test_damage_and_other_writers_are_told_from_other_trouble(
    name: str, kind: type[DatabaseUnusable]
) -> None:
    assert type(unusable(Path("books.db"), Told(name))) is kind
