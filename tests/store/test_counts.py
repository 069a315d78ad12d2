"""How many ISBNs are in which state is kept where they are changed, and nobody counts."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.catalog.database import open_catalog
from crawler.catalog.standing import count_states, count_unmapped
from crawler.store.base import LedgerCounts
from crawler.store.sqlite import open_store
from tests.store.answers import SOURCE, seeds

BY_HAND = [
    "UPDATE ledger SET state = 'found', reason = NULL WHERE number % {n} = 0",
    "UPDATE ledger SET state = 'failed', reason = 'why ' || (number % {n})",
    "UPDATE ledger SET unmapped = CASE number % {n} WHEN 0 THEN 'clean' WHEN 1 THEN 'unclear' END",
    "UPDATE OR IGNORE ledger SET source = 'library ' || (number % {n}), attempts = attempts + 1",
    "UPDATE ledger SET state = 'missing', reason = 'assumed' WHERE state = 'failed'",
    "DELETE FROM ledger WHERE number % {n} = 1",
    "INSERT OR IGNORE INTO ledger (isbn13, source, run) SELECT {n} + number, 'new', 1 FROM ledger",
]
COUNTED = "SELECT * FROM ledger_counts WHERE isbns <> 0 ORDER BY 1, 2, 3, 4"
THERE = (
    "SELECT source, state, ifnull(unmapped, ''), ifnull(reason, ''), count(*) FROM ledger "
    "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    path = tmp_path / "books.db"
    async with open_store(path) as store:
        await store.add(1, SOURCE, seeds(*range(1, 8)), [])
        assert await store.counts() == LedgerCounts(pending=7)
    return path


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db


async def test_counts_that_were_edited_by_hand_end_in_no_fault(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE ledger_counts SET isbns = 9e999")
        db.execute("INSERT INTO ledger_counts VALUES ('google', 'of no kind', '', '', 'many')")
    async with open_store(path) as store:
        assert (await store.counts()).pending > 0
    with open_catalog(path) as catalog:
        assert count_states(catalog)["found"] == count_unmapped(catalog) == 0


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(BY_HAND), st.integers(2, 4)), max_size=6))
def test_the_counts_are_those_of_the_ledger_whoever_changes_it(
    db: sqlite3.Connection, changes: list[tuple[str, int]]
) -> None:
    db.execute("BEGIN")
    try:
        for statement, number in changes:
            db.execute(statement.format(n=number))
            assert db.execute(COUNTED).fetchall() == db.execute(THERE).fetchall()
    finally:
        db.execute("ROLLBACK")
    assert db.execute(COUNTED).fetchall() == db.execute(THERE).fetchall()
