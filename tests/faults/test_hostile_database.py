"""A database that somebody else has made, or that another program has changed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.catalog.shelf import Shelf
from tests.faults.account import Account
from tests.faults.effort import LONG
from tests.faults.hostile_texts import obeyed
from tests.faults.screen import commands, on_a_terminal

FOX = 9780140328721
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(FOX, "Fantastic Mr. Fox")
    shelf.close()
    return shelf.path


HOSTILE: dict[str, tuple[str, ...]] = {
    "no index": ("DROP TABLE books_fts",),
    "a table of another kind": ("DROP TABLE ledger", "CREATE TABLE ledger (number)"),
    "a virtual table": ("DROP TABLE runs", "CREATE VIRTUAL TABLE runs USING fts5 (id, options)"),
    "bytes as title": ("UPDATE books SET title = x'ff'",),
    "no UTF-8": ("UPDATE books SET title = CAST(x'41ff' AS TEXT)",),
    "an object as authors": ("UPDATE books SET authors = '{}'",),
    "no JSON as authors": ("UPDATE books SET authors = '['",),
    "a word as year": ("UPDATE books SET published_year = char(27) || '[2J'",),
    "a word as match": ("UPDATE books SET match = char(27) || '[2J'",),
    "a word as calls": ("UPDATE quota SET used = 'x'", "UPDATE runs SET calls = 'x'"),
    "bytes as reason": ("UPDATE ledger SET state = 'failed', reason = x'ff'",),
    "no JSON as options": ("UPDATE runs SET options = 'x'",),
    "a process that can't be": ("UPDATE runs SET pid = 1 << 60, ended_at = NULL",),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON books BEGIN DELETE FROM ledger; END",),
}
if LONG:
    HOSTILE["a cell of 110 MB"] = ("UPDATE books SET description = CAST(zeroblob(1.1e8) AS TEXT)",)


@pytest.mark.parametrize("table", ["books", "ledger", "runs"])
def test_a_view_in_the_place_of_a_table_is_not_run(db: Path, account: Account, table: str) -> None:
    with closing(sqlite3.connect(db)) as connection:
        columns = connection.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchall()
        endless = ", ".join(f"i AS {name}" for (name,) in columns)
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"CREATE VIEW {table} AS {ENDLESS} SELECT {endless} FROM n")
    for words in commands(db, [FOX]):
        seen = on_a_terminal(words)
        assert seen.code == 4, (words, seen.err)
        assert f"another program, which took the table {table} away" in " ".join(seen.err.split())
    account("security", "a view without end for a table", "SQL", times=1, lost=0)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_database_that_somebody_else_has_made_is_read_or_refused_in_a_sentence(
    db: Path, account: Account, name: str
) -> None:
    with closing(sqlite3.connect(db)) as connection:
        connection.executescript(
            "PRAGMA ignore_check_constraints = ON;"
            "INSERT INTO ledger (number, isbn13, source, state, run) VALUES "
            f"(1, {FOX}, 'google', 'found', 1), (2, 9781861972712, 'google', 'missing', 1);"
            "INSERT INTO quota VALUES ('k', date('now'), 1), ('k', date('now', '-1 day'), 1);"
            "INSERT INTO runs (command, options, pid, started_at) VALUES "
            """('crawl', '{"sandbox": true, "base_url": ""}', 1, '2026-11-20T10:00:00Z');"""
            + ";".join(HOSTILE[name])
        )
    for words in commands(db, [FOX]):
        if words[0] == "sql":  # whose limits hold for the whole process
            continue
        seen = on_a_terminal(words)
        assert seen.code in {0, 4}, (words, seen.err)
        assert not obeyed(seen.out + seen.err), words
    account("security", "a database made by somebody else", "SQL", times=1, lost=0)
