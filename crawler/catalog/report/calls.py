"""How the crawl went: its days, its calls minute by minute, and what became of the ISBNs."""

import sqlite3
from datetime import date
from typing import Literal

from msgspec import Struct

from crawler.catalog.rows import read_row

_MINUTE, _HOUR, _DAY = len("2026-11-21T07:15"), len("2026-11-21T07"), len("2026-11-21")

MOST_POINTS = 180
"""A picture of a run has no more points in time than this, where hours or days can part it."""

MOST_REASONS = 30
LONGEST_REASON = 200


class Standing(Struct, frozen=True):
    """How many ISBNs of one state stand there for one reason, which may be empty.

    `aside` is 1 where a group was asked for them in vain, so that each is to be asked for alone.
    """

    state: str
    reason: str
    aside: Literal[0, 1]
    isbns: int


class Rejected(Struct, frozen=True):
    """How many lines of the input named no ISBN for one reason."""

    reason: str
    lines: int


class QuotaDay(Struct, frozen=True):
    """The calls of a day of the quota, under all keys."""

    day: date
    calls: int


class Answered(Struct, frozen=True):
    """The calls that were answered alike; `status` is `none` where no answer came."""

    status: str
    calls: int
    isbns: int
    total_ms: int
    slowest_ms: int


class Moment(Struct, frozen=True):
    """The calls of a minute of a run, or of an hour or a day in which it called in `minutes`."""

    at: str
    minutes: int
    calls: int
    isbns: int
    total_ms: int
    slowest_ms: int


def count_standings(catalog: sqlite3.Connection) -> list[Standing]:
    """The ledger by state and reason, the most ISBNs first."""
    query = (
        "SELECT state, substr(reason, 1, ?) AS why, "
        "CASE WHEN state = 'pending' THEN unmapped <> '' ELSE 0 END AS aside, sum(isbns) "
        "FROM ledger_counts GROUP BY state, why, aside HAVING sum(isbns) > 0 "
        "ORDER BY sum(isbns) DESC, state, why LIMIT ?"
    )
    rows = catalog.execute(query, (LONGEST_REASON, MOST_REASONS))
    return [read_row(Standing, row) for row in rows]


def count_rejects(catalog: sqlite3.Connection) -> list[Rejected]:
    """Lines of the input that name no ISBN, by reason, the most frequent first."""
    query = (
        "SELECT substr(reason, 1, ?) AS why, count(*) FROM rejects "
        "GROUP BY why ORDER BY count(*) DESC, why LIMIT ?"
    )
    rows = catalog.execute(query, (LONGEST_REASON, MOST_REASONS))
    return [read_row(Rejected, row) for row in rows]


def count_days(catalog: sqlite3.Connection, last: int) -> list[QuotaDay]:
    """Calls by day of the quota, the last days that had any, the earliest first."""
    query = "SELECT day, sum(used) FROM quota GROUP BY day ORDER BY day DESC LIMIT ?"
    return [read_row(QuotaDay, row) for row in catalog.execute(query, (last,))][::-1]


def count_answers(catalog: sqlite3.Connection) -> list[Answered]:
    """All calls whose minutes were kept, by how they were answered, the most frequent first."""
    query = (
        "SELECT status, sum(calls), sum(isbns), sum(total_ms), max(slowest_ms) FROM call_minutes "
        "GROUP BY status ORDER BY sum(calls) DESC, status LIMIT ?"
    )
    return [read_row(Answered, row) for row in catalog.execute(query, (MOST_REASONS,))]


def find_longest_run(catalog: sqlite3.Connection) -> int | None:
    """The run with the most calls in `call_minutes`, the newest of several; None without any."""
    query = "SELECT run FROM call_minutes GROUP BY run ORDER BY sum(calls) DESC, run DESC LIMIT 1"
    row = catalog.execute(query).fetchone()
    return row and int(row[0])


def count_moments(catalog: sqlite3.Connection, run: int) -> list[Moment]:
    """The calls of a run in the order of time, minute by minute; of a long run by hours or days."""
    for length in (_MINUTE, _HOUR, _DAY):
        if _count_points(catalog, run, length) <= MOST_POINTS or length == _DAY:
            break
    query = (
        "SELECT substr(minute, 1, ?) AS at, count(DISTINCT minute), sum(calls), sum(isbns), "
        "sum(total_ms), max(slowest_ms) FROM call_minutes WHERE run = ? GROUP BY at ORDER BY at"
    )
    return [read_row(Moment, row) for row in catalog.execute(query, (length, run))]


def _count_points(catalog: sqlite3.Connection, run: int, length: int) -> int:
    query = "SELECT count(DISTINCT substr(minute, 1, ?)) FROM call_minutes WHERE run = ?"
    (count,) = catalog.execute(query, (length, run)).fetchone()
    return int(count)


def count_calls(catalog: sqlite3.Connection) -> int:
    """All calls of all runs."""
    (count,) = catalog.execute("SELECT coalesce(sum(calls), 0) FROM runs").fetchone()
    return int(count)
