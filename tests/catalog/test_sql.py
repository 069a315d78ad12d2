import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from crawler.catalog.database import open_catalog
from crawler.catalog.limits import TimeLimit
from crawler.catalog.sql import Cell, run_query
from crawler.errors import DatabaseUnusable, WrongUse
from tests.catalog.shelf import Shelf

FOX = 9780140328721
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"


def never() -> float:
    return 0.0


def ask(
    shelf: Shelf, query: str, *arguments: str, limit: TimeLimit | None = None
) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    with open_catalog(shelf.path) as catalog:
        answer = run_query(
            catalog, query, arguments, path=shelf.path, limit=limit or TimeLimit(30, never)
        )
        return answer.columns, list(answer.rows)


@pytest.fixture
def fox(shelf: Shelf) -> Shelf:
    shelf.add(FOX, "Fantastic Mr. Fox", authors=("Roald Dahl",), published_year=1970)
    return shelf


def test_a_query_is_answered_with_its_columns_and_rows(fox: Shelf) -> None:
    assert ask(fox, "SELECT isbn13, title FROM books") == (
        ("isbn13", "title"),
        [(FOX, "Fantastic Mr. Fox")],
    )


def test_more_rows_than_one_batch_come_in_order(fox: Shelf) -> None:
    _, rows = ask(fox, f"{ENDLESS} LIMIT 1234")
    assert rows == [(number,) for number in range(1, 1235)]


def test_a_query_without_rows_has_its_columns_all_the_same(fox: Shelf) -> None:
    assert ask(fox, "SELECT title FROM books WHERE FALSE") == (("title",), [])


def test_arguments_stand_for_question_marks_and_find_numbers_too(fox: Shelf) -> None:
    query = "SELECT title FROM books WHERE isbn13 = ? AND published_year > ?"
    assert ask(fox, query, str(FOX), "1969")[1] == [("Fantastic Mr. Fox",)]


def test_columns_of_one_name_are_told_apart(fox: Shelf) -> None:
    columns, _ = ask(fox, "SELECT a.id, b.id, a.id AS id_2, b.id FROM books a, books b")
    assert columns == ("id", "id_2", "id_2_2", "id_3")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT author FROM book_authors",
        "SELECT value FROM json_each('[1]')",
        "SELECT rowid FROM books_fts WHERE books_fts MATCH 'fox'",
        "SELECT name FROM pragma_table_info('books')",
        "PRAGMA table_info(books)",
        "EXPLAIN QUERY PLAN SELECT * FROM books",
        "VALUES (1)",
        "WITH t AS (SELECT 1) SELECT * FROM t",
    ],
)
def test_all_that_reads_is_allowed(fox: Shelf, query: str) -> None:
    _, rows = ask(fox, query)
    assert rows


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM books",
        "UPDATE books SET title = '' RETURNING 1",
        "UPDATE sqlite_master SET sql = ''",
        "INSERT INTO books_fts (books_fts) VALUES ('rebuild')",
        "DROP TABLE books",
        "CREATE TABLE mine (a)",
        "CREATE TEMP TABLE mine (a)",
        "CREATE VIRTUAL TABLE temp.mine USING fts5 (a)",
        "ATTACH 'other.db' AS other",
        "DETACH temp",
        "VACUUM INTO 'other.db'",
        "PRAGMA query_only = OFF",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA writable_schema = ON",
        "PRAGMA user_version = 9",
        "SELECT * FROM pragma_journal_mode('delete')",
        "SELECT load_extension('other.so')",
        "COMMIT",
        "SAVEPOINT mine",
        "REINDEX",
        "ANALYZE",
    ],
)
def test_nothing_that_does_more_than_read_is_run(
    fox: Shelf, query: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    before = "\n".join(fox.connection.iterdump())
    with pytest.raises(WrongUse):
        ask(fox, query)
    assert "\n".join(fox.connection.iterdump()) == before
    assert not (tmp_path / "other.db").exists()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("selec", 'near "selec": syntax error'),
        ("SELECT * FROM nope", "no such table: nope"),
        ("SELECT ?", "Incorrect number of bindings"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        ("SELECT zeroblob(1000000000)", "too big"),
        ("SELECT '\0'", "null character"),
        ("SELECT '\udcff'", "not UTF-8"),
        ("", "there is no query"),
        ("-- a comment", "there is no query"),
        ("DELETE FROM books", "would do more than read"),
    ],
)
def test_what_is_wrong_with_a_query_is_told(fox: Shelf, query: str, sentence: str) -> None:
    with pytest.raises(WrongUse, match=sentence):
        ask(fox, query)


def test_text_that_is_not_utf8_is_shown_as_far_as_it_can_be(fox: Shelf) -> None:
    assert ask(fox, "SELECT CAST(x'41FF' AS TEXT)")[1] == [("A\N{REPLACEMENT CHARACTER}",)]


def test_a_query_that_works_too_long_is_stopped(fox: Shelf) -> None:
    ticks: Iterator[int] = count()
    limit = TimeLimit(100, lambda: float(next(ticks)))
    with pytest.raises(WrongUse, match="stopped after 100 seconds: narrow it, or raise --timeout"):
        ask(fox, f"SELECT count(*) FROM ({ENDLESS})", limit=limit)


def test_the_time_that_the_reader_of_the_rows_takes_does_not_count(fox: Shelf) -> None:
    now = 0.0
    with open_catalog(fox.path) as catalog:
        answer = run_query(
            catalog,
            f"{ENDLESS} LIMIT 50000",
            (),
            path=fox.path,
            limit=TimeLimit(1, lambda: now),
        )
        for _ in answer.rows:
            now += 1.0
    assert now == 50_000


def test_only_the_time_within_counts() -> None:
    now = 0.0
    limit = TimeLimit(10, lambda: now)
    with limit:
        now += 6
        assert not limit.is_over()
    now += 100
    assert not limit.is_over()
    with limit:
        now += 5
        assert limit.is_over()
    assert limit.is_over()


def test_a_stop_by_the_user_is_not_taken_for_the_time_limit(fox: Shelf) -> None:
    """SQLite swallows what is raised while it asks for the time, and says it was interrupted."""
    sqlite3.enable_callback_tracebacks(False)  # Datasette turns them on for the whole process
    calls = count(1)

    def clock_at_the_time_of_the_stop() -> float:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return 0.0

    limit = TimeLimit(30, clock_at_the_time_of_the_stop)
    with pytest.raises(KeyboardInterrupt):
        ask(fox, f"SELECT count(*) FROM ({ENDLESS})", limit=limit)


def test_damage_is_not_taken_for_an_error_of_the_users(fox: Shelf) -> None:
    for number in range(200):
        fox.add(9780140000000 + number, "x" * 1000)
    fox.close()
    with fox.path.open("r+b") as file:
        file.seek(4096 * 10)
        file.write(b"\xff" * (fox.path.stat().st_size - 4096 * 10))
    with pytest.raises(DatabaseUnusable, match="damaged"):
        ask(fox, "SELECT title FROM books")
