"""How the crawl stands: states, quota of the day, the last runs."""

import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from crawler.catalog.rows import read_row
from crawler.clock import iso
from crawler.store.trouble import unusable

STATES = ("pending", "found", "missing", "failed")


class RunRecord(Struct, frozen=True):
    """A run as the database tells it; `ended_at` is None while it runs, and if it was killed."""

    id: int
    command: str
    pid: int
    started_at: str
    ended_at: str | None
    stopped: str | None
    found: int
    missing: int
    failed: int
    calls: int
    retried: int


class FailureReason(Struct, frozen=True):
    """How many ISBNs failed for one reason."""

    reason: str
    count: int


class _Used(Struct, frozen=True):
    key: str
    used: int


def count_states(catalog: sqlite3.Connection) -> dict[str, int]:
    """ISBNs in each state, 0 included."""
    counted = dict(
        catalog.execute(
            "SELECT state, CAST(sum(isbns) AS INTEGER) FROM ledger_counts GROUP BY state"
        )
    )
    return {state: counted.get(state, 0) for state in STATES}


def count_calls(catalog: sqlite3.Connection, day: date) -> dict[str, int]:
    """Calls used on a day of the quota, by the fingerprint of the key.

    With what was counted for later days, by a clock that was ahead: it counts for today as well.
    """
    query = "SELECT key, sum(used) AS used FROM quota WHERE day >= ? GROUP BY key ORDER BY key"
    rows = (read_row(_Used, row) for row in catalog.execute(query, (day.isoformat(),)))
    return {row.key: row.used for row in rows}


def count_calls_of_user(path: Path | None, day: date) -> dict[str, int]:
    """The same over all databases of the user, from the file that counts them, if there is one."""
    if path is None or not path.exists():
        return {}
    try:
        # Only who may write takes back what was half written when a crawl was killed.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as shared:
            made = shared.execute("SELECT 1 FROM sqlite_schema WHERE name = 'quota'").fetchone()
            return count_calls(shared, day) if made else {}
    except sqlite3.Error as error:
        raise unusable(path, error) from error


def count_unmapped(catalog: sqlite3.Connection) -> int:
    """Pending ISBNs that groups were asked for in vain: each costs a call of its own."""
    query = (
        "SELECT CAST(total(isbns) AS INTEGER) FROM ledger_counts "
        "WHERE state = 'pending' AND unmapped <> ''"
    )
    (count,) = catalog.execute(query).fetchone()
    return int(count)


def count_books(catalog: sqlite3.Connection, before: datetime | None = None) -> int:
    """Books, or those of them that were retrieved before a moment."""
    query = "SELECT count(*) FROM books"
    if before is None:
        (count,) = catalog.execute(query).fetchone()
    else:
        (count,) = catalog.execute(f"{query} WHERE retrieved_at < ?", (iso(before),)).fetchone()
    return int(count)


def find_runs(catalog: sqlite3.Connection, limit: int) -> list[RunRecord]:
    """The last runs, the newest first."""
    columns = ", ".join(RunRecord.__struct_fields__)
    query = f"SELECT {columns} FROM runs ORDER BY id DESC LIMIT ?"  # noqa: S608 - our own names
    return [read_row(RunRecord, row) for row in catalog.execute(query, (limit,))]


def find_last_options(catalog: sqlite3.Connection) -> str | None:
    """The options of the last run, as JSON."""
    row = catalog.execute("SELECT options FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return row and str(row[0])


def find_failures(catalog: sqlite3.Connection) -> list[FailureReason]:
    """Why ISBNs failed, the most frequent reason first."""
    query = (
        "SELECT reason, sum(isbns) FROM ledger_counts WHERE state = 'failed' "
        "GROUP BY reason HAVING sum(isbns) > 0 ORDER BY sum(isbns) DESC, reason"
    )
    return [read_row(FailureReason, row) for row in catalog.execute(query)]


def calls_per_isbn(catalog: sqlite3.Connection) -> float:
    """What an ISBN has cost in calls so far; 1 while nothing was settled."""
    calls, settled = catalog.execute(
        "SELECT total(calls), total(found) + total(missing) + total(failed) FROM runs"
    ).fetchone()
    return calls / settled if settled else 1.0
