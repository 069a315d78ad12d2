"""A query reads this database and nothing else, in bounded time and memory."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from crawler.catalog.database import open_catalog
from crawler.catalog.limits import TimeLimit
from crawler.catalog.sql import run_query
from crawler.errors import WrongUse
from tests.acceptance.driver import Bookcrawl
from tests.catalog.shelf import Shelf
from tests.faults.account import Account

MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "

MOST_KB = 600_000
"""Of memory, for a query: 256 MB of SQLite's, once more as Python's, and Python itself."""

MEASURING = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(ended.returncode)
"""
"""A small process in between: a child's peak begins with that of whoever started it (Linux)."""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(9780140328721, "Fantastic Mr. Fox")
    shelf.close()
    return shelf.path


def asked(db: Path, query: str) -> list[tuple[object, ...]]:
    with open_catalog(db) as catalog:
        return list(run_query(catalog, query, (), path=db, limit=TimeLimit(9, lambda: 0)).rows)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT writefile('stolen', 'x')", "SELECT readfile('/etc/passwd')", "SELECT edit('x')",
        "SELECT load_extension('x.so')", "SELECT fts3_tokenizer('x', x'00')",
        "SELECT * FROM fsdir('/')", "SELECT * FROM csv('/etc/passwd')", "ATTACH 'stolen' AS x",
        "ATTACH ':memory:' AS x", "VACUUM INTO 'stolen'", "VACUUM", "CREATE TEMP TABLE x (y)",
        "INSERT INTO books_fts (books_fts) VALUES ('optimize')", "PRAGMA journal_mode = DELETE",
        "PRAGMA temp_store_directory = '/'", "PRAGMA hard_heap_limit = 0", "PRAGMA mmap_size = 9",
        "PRAGMA wal_checkpoint(TRUNCATE)", "SELECT * FROM pragma_wal_checkpoint('TRUNCATE')",
        "PRAGMA trusted_schema = ON", "PRAGMA writable_schema = ON", "PRAGMA query_only = OFF",
        "SELECT 1; DROP TABLE books", "BEGIN IMMEDIATE", "EXPLAIN DELETE FROM books",
    ],
)  # fmt: skip
def test_no_query_reaches_beyond_the_database_or_changes_it(
    db: Path, monkeypatch: pytest.MonkeyPatch, account: Account, query: str
) -> None:
    monkeypatch.chdir(db.parent)
    before = db.read_bytes()
    with pytest.raises(WrongUse):
        asked(db, query)
    assert db.read_bytes() == before
    assert {path.name for path in db.parent.iterdir()} <= {
        "books.db",
        "books.db-wal",
        "books.db-shm",
    }
    account("security", "a query that does more than read", "sql", times=1, lost=0)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"{MANY} count(*) FROM n", "stopped after 0.3 seconds"),
        ("SELECT instr(zeroblob(9e7), zeroblob(4e7) || x'01')", "stopped after 0.3 seconds"),
        ("SELECT zeroblob(9e7), zeroblob(9e7), zeroblob(9e7)", "needs more memory"),
    ],
)  # fmt: skip
def test_no_query_works_on_or_takes_all_the_memory(
    program: Bookcrawl, db: Path, account: Account, query: str, sentence: str
) -> None:
    words = ["sql", query, "--timeout", "0.3", "--db", str(db)]
    ended = subprocess.run(
        [sys.executable, "-c", MEASURING, sys.executable, "-m", "crawler", *words],
        cwd=program.home, env=program.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith("bookcrawl: ")
    assert sentence in ended.stderr
    assert int(ended.stdout.split()[-1]) < MOST_KB
    account("security", "a query without end", "sql", times=1, lost=0)


def test_the_rows_of_a_query_are_held_one_at_a_time(db: Path) -> None:
    with open_catalog(db) as catalog:
        query = f"{MANY} zeroblob(2000000) FROM n LIMIT 60"
        answer = run_query(catalog, query, (), path=db, limit=TimeLimit(9, lambda: 0))
        tracemalloc.start()
        try:
            assert sum(1 for _ in answer.rows) == 60
            assert tracemalloc.get_traced_memory()[1] < 10_000_000
        finally:
            tracemalloc.stop()
