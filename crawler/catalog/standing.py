"""How the crawl stands: states, quota of the day, the last runs."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from msgspec import Struct

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


def count_states(catalog: sqlite3.Connection) -> dict[str, int]:
    """ISBNs in each state, 0 included."""
    counted = dict(catalog.execute("SELECT state, count(*) FROM ledger GROUP BY state"))
    return {state: counted.get(state, 0) for state in STATES}


def count_calls(catalog: sqlite3.Connection, day: date) -> dict[str, int]:
    """Calls used on a day of the quota, by the fingerprint of the key."""
    return dict(
        catalog.execute(
            "SELECT key, used FROM quota WHERE day = ? ORDER BY key", (day.isoformat(),)
        )
    )


def count_calls_of_user(path: Path, day: date) -> dict[str, int]:
    """The same over all databases of the user, from the file that counts them, if there is one."""
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as shared:
            return count_calls(shared, day)
    except sqlite3.Error as error:
        raise unusable(path, error) from error


def count_unmapped(catalog: sqlite3.Connection) -> int:
    """Pending ISBNs that groups were asked for in vain: each costs a call of its own."""
    query = "SELECT count(*) FROM ledger WHERE state = 'pending' AND unmapped IS NOT NULL"
    (count,) = catalog.execute(query).fetchone()
    return int(count)


def find_runs(catalog: sqlite3.Connection, limit: int) -> list[RunRecord]:
    """The last runs, the newest first."""
    columns = ", ".join(RunRecord.__struct_fields__)
    query = f"SELECT {columns} FROM runs ORDER BY id DESC LIMIT ?"  # noqa: S608 - our own names
    return [RunRecord(*row) for row in catalog.execute(query, (limit,))]


def find_failures(catalog: sqlite3.Connection) -> list[FailureReason]:
    """Why ISBNs failed, the most frequent reason first."""
    query = (
        "SELECT reason, count(*) FROM ledger WHERE state = 'failed' "
        "GROUP BY reason ORDER BY count(*) DESC, reason"
    )
    return [FailureReason(reason or "", count) for reason, count in catalog.execute(query)]


def calls_per_isbn(catalog: sqlite3.Connection) -> float:
    """What an ISBN has cost in calls so far; 1 while nothing was settled."""
    calls, settled = catalog.execute(
        "SELECT total(calls), total(found) + total(missing) + total(failed) FROM runs"
    ).fetchone()
    return calls / settled if settled else 1.0
