"""`reparse`: books are what their payloads say today."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.crawl import command as crawl
from crawler.commands.reparse import command
from crawler.errors import DatabaseUnusable
from crawler.store.lock import hold
from crawler.store.payloads import compress, dictionary
from tests.acceptance.books import isbns
from tests.acceptance.database import Database, Row

TABLES = ("books", "ledger", "payloads")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path, books = tmp_path / "books.db", tmp_path / "isbns.txt"
    books.write_text("\n".join(isbns(60)))
    done = CliRunner().invoke(crawl, ["--sandbox", "--db", str(path), str(books)])
    assert done.exit_code == 0
    return path


def change(db: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(sql, values)


def reparse(db: Path, *options: str) -> Result:
    return CliRunner().invoke(command, ["--db", str(db), *options])


def told(result: Result) -> dict[str, int]:
    assert result.exit_code == 0, result.exception
    counts: dict[str, int] = json.loads(result.stdout)
    return counts


def contents(db: Path) -> dict[str, list[Row]]:
    return {table: Database(db).rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}


def found_by(db: Path, word: str) -> int:
    query = f"SELECT count(*) FROM books_fts WHERE books_fts MATCH '{word}'"
    ((count,),) = Database(db).rows(query)
    return int(str(count))


def test_what_an_older_parser_left_is_brought_up_to_date_and_the_ledger_stays(db: Path) -> None:
    before = contents(db)
    change(db, "UPDATE books SET title = 'Zyzzyva', page_count = -1, match = 'unconfirmed'")
    result = reparse(db, "--json")
    assert told(result)["changed"] == told(result)["read"] == len(before["books"])
    assert contents(db) == before
    assert found_by(db, "zyzzyva") == 0
    assert found_by(db, "a OR e OR the OR of OR and") > 0


def test_books_that_read_as_they_stand_are_not_touched(db: Path) -> None:
    before = contents(db)
    assert told(reparse(db, "--json"))["changed"] == 0
    assert contents(db) == before
    assert "payloads read, 0 books changed\n" in reparse(db).stderr


def test_what_can_not_be_read_or_is_of_another_book_leaves_its_book_as_it_is(db: Path) -> None:
    one, two, three, four = (number for (number,) in Database(db).rows("SELECT id FROM books")[:4])
    other = compress(
        b'{"id":"x","volumeInfo":{"title":"T","industryIdentifiers":'
        b'[{"type":"ISBN_13","identifier":"9780439023481"}]}}'
    )
    for number, body in ((one, b"no zstd"), (two, compress(b"no JSON")), (three, other)):
        change(db, "UPDATE payloads SET body = ? WHERE id = ?", body, number)
    change(db, "UPDATE payloads SET body = 'a text' WHERE id = ?", four)
    change(db, "UPDATE books SET title = 'kept' WHERE id IN (?, ?, ?, ?)", one, two, three, four)
    result = reparse(db, "--json")
    assert told(result) == {
        "read": len(Database(db).rows("SELECT id FROM payloads")),
        "changed": 0,
        "contradicted": 1,
        "unreadable": 3,
    }
    assert "left as they were: 1 tell of another book, 3 can't be read" in result.stderr
    assert len(Database(db).rows("SELECT 1 FROM books WHERE title = 'kept'")) == 4


def test_a_payload_that_claims_to_be_huge_is_not_unpacked(db: Path) -> None:
    claim = compress(bytes(17 * 1024 * 1024))
    change(db, "UPDATE payloads SET body = ?", claim)
    assert told(reparse(db, "--json"))["changed"] == 0
    assert dictionary().dict_id()  # packed as all others are


def test_a_book_with_a_payload_of_an_unknown_source_or_dictionary_is_left_alone(db: Path) -> None:
    change(db, "UPDATE books SET source = 'library', title = 'theirs' WHERE id % 2 = 0")
    change(db, "UPDATE payloads SET dictionary = 7 WHERE id % 2 = 1")
    counts = told(reparse(db, "--json"))
    assert (counts["changed"], counts["unreadable"]) == (0, counts["read"])


def test_what_was_edited_by_hand_ends_in_no_fault(db: Path) -> None:
    change(db, "UPDATE books SET isbn13 = 'x' || isbn13, source = x'ff', retrieved_at = 5")
    assert told(reparse(db, "--json"))["read"] == 0
    change(db, "UPDATE books SET isbn13 = -id, authors = x'00', page_count = 'many'")
    change(db, "UPDATE payloads SET dictionary = 'x' WHERE id % 2")
    change(db, "INSERT INTO dictionaries VALUES (1, 'a text'), (2, x''), (3, x'37a430ec00000000')")
    for number in (1, 2, 3):
        change(db, "UPDATE payloads SET dictionary = ? WHERE id % 4 = ?", number, number)
    counts = told(reparse(db, "--json"))
    assert counts["unreadable"] == counts["read"] > 0


def test_a_database_that_is_being_crawled_or_is_not_there_is_refused(db: Path) -> None:
    with hold(db):
        assert isinstance(reparse(db).exception, DatabaseUnusable)
    none = db.with_name("none.db")
    assert "there is no database" in str(reparse(none).exception)
    assert not none.exists()
