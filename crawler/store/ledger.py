"""The ledger as rows: which ISBNs are asked for, and the SQL that tells and changes their states.

What an answer changes stands in settling.py.
"""

import sqlite3
from collections.abc import Container, Iterable, Sequence
from datetime import datetime

import aiosqlite
import msgspec

from crawler.book import Ask
from crawler.clock import iso
from crawler.isbn import ISBN13
from crawler.names import as_cell
from crawler.seed import Rejected, Seed
from crawler.store.base import Choice, LedgerCounts, Retry

# pending → missing, without a call; what was found before stays found
_ASSUME_MISSING = """
    UPDATE ledger SET
        state = iif(EXISTS (SELECT 1 FROM books WHERE id = number), 'found', 'missing'),
        reason = iif(EXISTS (SELECT 1 FROM books WHERE id = number), NULL, :reason),
        settled_at = :at
    WHERE """

# Triggers keep what is counted; whoever edits it by hand may leave there what is no whole number.
COUNT_STATES = "SELECT state, CAST(sum(isbns) AS INTEGER) FROM ledger_counts GROUP BY state"
COUNT_UNMAPPED = (
    "SELECT CAST(total(isbns) AS INTEGER) FROM ledger_counts "
    "WHERE state = 'pending' AND unmapped <> '' AND source = ?"
)

# ∅ → pending
_ADD = (
    "INSERT INTO ledger (isbn13, source, run, unissued) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_REJECT = "INSERT INTO rejects (file, line, text, reason) VALUES (?, ?, ?, ?)"

_ASK = "SELECT number, isbn13, unmapped IS NOT NULL FROM"


async def add(
    db: aiosqlite.Connection,
    run: int,
    source: str,
    seeds: Sequence[Seed],
    rejects: Sequence[Rejected],
    unissued: Container[ISBN13],
) -> int:
    """Put new ISBNs into it, and rejected lines beside it; how many ISBNs were new."""
    rows = [(seed.isbn, source, run, seed.isbn in unissued) for seed in seeds]
    added = await db.executemany(_ADD, rows)
    await db.executemany(_REJECT, [(as_cell(r.file), r.line, r.text, r.reason) for r in rejects])
    return added.rowcount


async def assume_missing(
    db: aiosqlite.Connection, source: str, choice: Choice, reason: str, at: datetime
) -> int:
    """Settle all of the choice without a call; how many they were."""
    cursor = await db.execute(
        _ASSUME_MISSING + pending_condition(choice),
        choice_values(source, choice) | {"reason": reason, "at": iso(at)},
    )
    return cursor.rowcount


async def retry(db: aiosqlite.Connection, choice: Retry, before: datetime | None) -> int:
    """Make those chosen pending again; how many they were."""
    cursor = await db.execute(
        "UPDATE ledger SET state = 'pending', reason = NULL, unmapped = NULL "
        f"WHERE ({retry_condition(choice)}) AND settled_at < :before",
        {"reason": choice.reason or "", "before": iso(before) if before else "9999"},
    )
    return cursor.rowcount


def select_pending(choice: Choice) -> str:
    """The first of the choice; its parameters are `choice_values`, `:after` and `:limit`."""
    return (
        f"{_ASK} ledger WHERE {pending_condition(choice)} AND number > :after "
        "ORDER BY number LIMIT :limit"
    )


def count_pending(choice: Choice) -> str:
    """How many are of the choice; its parameters are `choice_values`."""
    return f"SELECT count(*) FROM ledger WHERE {pending_condition(choice)}"


def select_places(choice: Choice) -> str:
    """Those of the choice at `:places`, a JSON array counted from 1; also with `choice_values`."""
    return (
        f"{_ASK} (SELECT number, isbn13, unmapped, row_number() OVER (ORDER BY number) AS place "
        f"FROM ledger WHERE {pending_condition(choice)}) "
        "WHERE place IN (SELECT value FROM json_each(:places))"
    )


def read_asks(rows: Iterable[sqlite3.Row]) -> list[Ask]:
    """The results of `select_pending` and `select_places`."""
    return [Ask(number, ISBN13(isbn), bool(unmapped)) for number, isbn, unmapped in rows]


def read_counts(rows: Iterable[sqlite3.Row]) -> LedgerCounts:
    """The results of `COUNT_STATES`."""
    counted = {state: int(count) for state, count in rows}
    return LedgerCounts(*(counted.get(state, 0) for state in LedgerCounts.__struct_fields__))


def pending_condition(choice: Choice) -> str:
    """The condition for it; its parameters are those of `choice_values`."""
    return f"state = 'pending' AND {choice_condition(choice)}"


def choice_condition(choice: Choice) -> str:
    """The same for ISBNs in whatever state."""
    unmapped = {
        None: "unmapped IS NULL",
        "any": "unmapped IS NOT NULL",
        "clean": "unmapped = 'clean'",
        "unclear": "unmapped = 'unclear'",
    }[choice.unmapped]
    among = "" if choice.only is None else " AND isbn13 IN (SELECT value FROM json_each(:only))"
    unissued = int(choice.unissued)
    return f"unissued = {unissued} AND {unmapped} AND source = :source{among}"


def choice_values(source: str, choice: Choice) -> dict[str, object]:
    """The parameters of both."""
    only = None if choice.only is None else msgspec.json.encode(choice.only).decode()
    return {"source": source, "only": only}


def retry_condition(choice: Retry) -> str:
    """The condition for it; its parameter is `:reason`."""
    chosen = [
        (choice.failed, "state = 'failed' AND instr(reason, :reason)"),
        (choice.missing, "state = 'missing'"),
        (choice.found, "state = 'found'"),
        (
            choice.unconfirmed,
            "number IN (SELECT id FROM books WHERE match = 'unconfirmed') AND state = 'found'",
        ),
    ]
    return " OR ".join(f"({condition})" for wanted, condition in chosen if wanted) or "0"
