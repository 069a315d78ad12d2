import importlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.catalog.database import APPLICATION_ID, USER_VERSION, NothingYet, open_catalog
from crawler.errors import DatabaseUnusable
from tests.catalog.shelf import Shelf

FOX = 9780140328721

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from tests.catalog.shelf import Shelf
Shelf(Path(sys.argv[1])).add(9780140328721, "Fantastic Mr. Fox")
os.kill(os.getpid(), signal.SIGKILL)
"""


def count_books(path: Path) -> int:
    with open_catalog(path) as catalog:
        (count,) = catalog.execute("SELECT count(*) FROM books").fetchone()
        return int(count)


def test_a_database_is_read_while_another_connection_writes_it(shelf: Shelf) -> None:
    shelf.add(FOX, "Fantastic Mr. Fox")
    shelf.connection.execute("BEGIN IMMEDIATE")
    shelf.add(9780141439518, "Pride and Prejudice")

    assert count_books(shelf.path) == 1

    shelf.connection.execute("COMMIT")
    assert count_books(shelf.path) == 2


def test_a_reader_sees_one_state_however_long_it_reads(shelf: Shelf) -> None:
    shelf.add(FOX, "Fantastic Mr. Fox")
    with open_catalog(shelf.path) as catalog:
        before = catalog.execute("SELECT title FROM books").fetchall()
        shelf.add(9780141439518, "Pride and Prejudice")
        assert catalog.execute("SELECT title FROM books").fetchall() == before


def test_a_database_whose_writer_was_killed_is_read_with_all_that_it_committed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "books.db"
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, path], cwd=root, check=False)

    assert path.with_name("books.db-wal").stat().st_size > 0
    assert count_books(path) == 1


@pytest.mark.parametrize("name", ["50% off?.db", "a#b.db", "bücher &c.db", "file:x.db", " .db"])
def test_any_file_name_is_opened_as_it_stands(shelf: Shelf, name: str) -> None:
    shelf.add(FOX, "Fantastic Mr. Fox")
    shelf.close()
    path = shelf.path.with_name(name)
    shutil.copy(shelf.path, path)

    assert count_books(path) == 1


def test_the_catalog_writes_nothing(shelf: Shelf) -> None:
    with (
        open_catalog(shelf.path) as catalog,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        catalog.execute("DELETE FROM runs")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_database_is_read_where_nobody_may_write_beside_it(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add(FOX, "Fantastic Mr. Fox")
    shelf.close()
    tmp_path.chmod(0o500)
    try:
        assert count_books(shelf.path) == 1
    finally:
        tmp_path.chmod(0o700)


def test_a_file_that_is_not_there_is_named_with_the_way_to_make_it(tmp_path: Path) -> None:
    path = tmp_path / "my books.db"
    with pytest.raises(DatabaseUnusable, match=f"bookcrawl crawl FILE --db '{path}'"):
        count_books(path)
    assert not path.exists()


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="is not a file"):
        count_books(tmp_path)


def test_a_file_below_a_file_is_no_database(shelf: Shelf) -> None:
    with pytest.raises(DatabaseUnusable, match="Not a directory"):
        count_books(shelf.path / "books.db")


def test_a_file_of_text_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "books.csv"
    path.write_text("isbn\n9780140328721\n" * 100)
    with pytest.raises(DatabaseUnusable, match="no SQLite database"):
        count_books(path)


def test_an_empty_file_holds_nothing_yet(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    path.touch()
    with pytest.raises(NothingYet, match="holds nothing yet: `bookcrawl crawl FILE --db"):
        count_books(path)


@pytest.mark.parametrize(
    ("application_id", "version", "sentence"),
    [
        (0x0F055112, 1, "was not made by bookcrawl"),
        (APPLICATION_ID, USER_VERSION + 1, "newer bookcrawl .* update bookcrawl"),
        (APPLICATION_ID, USER_VERSION - 1, "older bookcrawl .* `bookcrawl resume --db"),
    ],
)
def test_a_foreign_a_newer_and_an_older_database_are_refused(
    shelf: Shelf, application_id: int, version: int, sentence: str
) -> None:
    shelf.connection.execute(f"PRAGMA application_id = {application_id}")
    shelf.connection.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(DatabaseUnusable, match=sentence):
        count_books(shelf.path)


def test_damage_that_shows_while_reading_is_told_in_a_sentence(shelf: Shelf) -> None:
    for number in range(200):
        shelf.add(9780140000000 + number, "x" * 1000)
    shelf.close()
    page = 4096
    with shelf.path.open("r+b") as file:
        file.seek(page * 10)
        file.write(b"\xff" * (shelf.path.stat().st_size - page * 10))

    with (
        pytest.raises(DatabaseUnusable, match="it is damaged, or the disk fails"),
        open_catalog(shelf.path) as catalog,
    ):
        catalog.execute("SELECT title FROM books").fetchall()


def test_a_schema_that_is_damaged_beyond_letters_is_told_in_a_sentence(shelf: Shelf) -> None:
    shelf.close()
    damaged = shelf.path.read_bytes().replace(
        b"CREATE TABLE rejects", b"CREATE \xf2\xf2\xf2 rejects"
    )
    shelf.path.write_bytes(damaged)
    with pytest.raises(DatabaseUnusable, match="it is damaged, or the disk fails"):
        count_books(shelf.path)


def test_the_store_and_the_catalog_mean_the_same_file() -> None:
    schema = pytest.importorskip("crawler.store.schema", reason="the store is not there yet")
    assert importlib.import_module("crawler.store.schema") is schema
    assert schema.APPLICATION_ID == APPLICATION_ID
    assert len(schema.MIGRATIONS) + 1 == USER_VERSION
