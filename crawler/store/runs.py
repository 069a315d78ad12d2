"""Runs as rows: what each was told, what it did, and its calls minute by minute."""

from collections.abc import Sequence
from datetime import datetime

import aiosqlite
import msgspec

from crawler.call import CallMinute
from crawler.clock import iso
from crawler.drain import Stop
from crawler.store.base import RunTotals

OPTIONS = "SELECT DISTINCT options FROM runs"

_BEGIN = "INSERT INTO runs (command, options, pid, started_at) VALUES (?, ?, ?, ?)"
_END = (
    "UPDATE runs SET ended_at = ?, stopped = ?, found = ?, missing = ?, failed = ?, calls = ?, "
    "retried = ? WHERE id = ?"
)
_NOTE_CALLS = """
    INSERT INTO call_minutes VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
        calls = calls + excluded.calls, isbns = isbns + excluded.isbns,
        total_ms = total_ms + excluded.total_ms, slowest_ms = max(slowest_ms, excluded.slowest_ms)
"""


async def begin(
    db: aiosqlite.Connection, command: str, options: str, pid: int, at: datetime
) -> int:
    """The number of a new run."""
    cursor = await db.execute(_BEGIN, (command, options, pid, iso(at)))
    return cursor.lastrowid or 0


async def end(
    db: aiosqlite.Connection, run: int, totals: RunTotals, stopped: Stop | None, at: datetime
) -> None:
    """Note what a run did."""
    await db.execute(_END, (iso(at), stopped, *msgspec.structs.astuple(totals), run))


async def note_calls(db: aiosqlite.Connection, run: int, minutes: Sequence[CallMinute]) -> None:
    """Add them to those of the run."""
    rows = [(run, *msgspec.structs.astuple(minute)) for minute in minutes]
    await db.executemany(_NOTE_CALLS, rows)
