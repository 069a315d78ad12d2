"""The ledger as rows: the SQL that tells its states, and what is put into it."""

from collections.abc import Sequence

import aiosqlite
import msgspec

from crawler.book import Failed, Found, Match, Settled, Unmapped
from crawler.store.base import Choice, Retry, Row

# pending → found | missing | failed; what was found before and asked for again stays found
SETTLE = """
    UPDATE ledger SET
        state = iif(EXISTS (SELECT 1 FROM books WHERE id = number), 'found', ?),
        reason = iif(EXISTS (SELECT 1 FROM books WHERE id = number), NULL, ?),
        attempts = attempts + 1, settled_at = ?
    WHERE number = ? AND state = 'pending'
"""

# pending → pending, from now on to be asked for alone
UNMAP = "UPDATE ledger SET unmapped = ? WHERE number = ? AND state = 'pending'"

# pending → missing, without a call; what was found before stays found
ASSUME_MISSING = """
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


async def still_pending(db: aiosqlite.Connection, batch: Sequence[Settled]) -> list[Settled]:
    """Without those that were settled meanwhile: a late answer changes neither ledger nor book."""
    numbers = msgspec.json.encode([settled.ask.number for settled in batch]).decode()
    rows = await db.execute_fetchall(
        "SELECT number FROM ledger "
        "WHERE number IN (SELECT value FROM json_each(?)) AND state = 'pending'",
        (numbers,),
    )
    pending = {number for (number,) in rows}
    return [settled for settled in batch if settled.ask.number in pending]


async def worth_storing(
    db: aiosqlite.Connection, batch: Sequence[Settled]
) -> list[tuple[int, Found]]:
    """The books of a batch by their numbers, without those that are less sure than what is stored:
    a book that its ISBN confirmed is not replaced by one without.
    """
    found = [(s.ask.number, s.outcome) for s in batch if isinstance(s.outcome, Found)]
    unsure = [number for number, f in found if f.book.match is Match.UNCONFIRMED]
    rows = await db.execute_fetchall(
        "SELECT id FROM books WHERE match = 'confirmed' AND id IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(unsure).decode(),),
    )
    surer = {number for (number,) in rows}
    return [(number, f) for number, f in found if number not in surer]


def settle_rows(batch: Sequence[Settled], at: str) -> list[Row]:
    """The parameters of `SETTLE`."""
    return [
        (
            settled.state,
            settled.outcome.reason if isinstance(settled.outcome, Failed) else None,
            at,
            settled.ask.number,
        )
        for settled in batch
        if not isinstance(settled.outcome, Unmapped)
    ]


def unmap_rows(batch: Sequence[Settled]) -> list[Row]:
    """The parameters of `UNMAP`."""
    return [
        ("clean" if settled.outcome.clean else "unclear", settled.ask.number)
        for settled in batch
        if isinstance(settled.outcome, Unmapped)
    ]


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
