"""An ISBN is settled: its answer as rows of ledger, books and payloads."""

from collections.abc import Sequence

import aiosqlite
import msgspec

from crawler.book import Failed, Found, Match, Settled, Unmapped
from crawler.store import payloads
from crawler.store.base import Row
from crawler.store.books import UPSERT_BOOK, UPSERT_PAYLOAD, book_row

# pending → found | missing | failed; what was found before and asked for again stays found
_SETTLE = """
    UPDATE ledger SET
        state = iif(EXISTS (SELECT 1 FROM books WHERE id = number), 'found', ?),
        reason = iif(EXISTS (SELECT 1 FROM books WHERE id = number), NULL, ?),
        attempts = attempts + 1, settled_at = ?
    WHERE number = ? AND state = 'pending'
"""

# pending → pending, from now on to be asked for alone
_UNMAP = "UPDATE ledger SET unmapped = ? WHERE number = ? AND state = 'pending'"


async def settle(db: aiosqlite.Connection, batch: Sequence[Settled], at: str) -> None:
    """Write the batch with its books; `at` as in `clock.iso`."""
    dictionary = payloads.dictionary().dict_id()
    batch = await _still_pending(db, batch)
    found = await _worth_storing(db, batch)
    # Generators: the rows are made in the connection's thread, not in the loop's.
    await db.executemany(UPSERT_BOOK, (book_row(n, f.book, at) for n, f in found))
    await db.executemany(
        UPSERT_PAYLOAD, ((n, dictionary, payloads.compress(f.payload)) for n, f in found)
    )
    await db.executemany(_SETTLE, _settle_rows(batch, at))
    await db.executemany(_UNMAP, _unmap_rows(batch))


async def _still_pending(db: aiosqlite.Connection, batch: Sequence[Settled]) -> list[Settled]:
    """Without those that were settled meanwhile: a late answer changes neither ledger nor book."""
    numbers = msgspec.json.encode([settled.ask.number for settled in batch]).decode()
    rows = await db.execute_fetchall(
        "SELECT number FROM ledger "
        "WHERE number IN (SELECT value FROM json_each(?)) AND state = 'pending'",
        (numbers,),
    )
    pending = {number for (number,) in rows}
    return [settled for settled in batch if settled.ask.number in pending]


async def _worth_storing(
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


def _settle_rows(batch: Sequence[Settled], at: str) -> list[Row]:
    """The parameters of `_SETTLE`."""
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


def _unmap_rows(batch: Sequence[Settled]) -> list[Row]:
    """The parameters of `_UNMAP`."""
    return [
        ("clean" if settled.outcome.clean else "unclear", settled.ask.number)
        for settled in batch
        if isinstance(settled.outcome, Unmapped)
    ]
