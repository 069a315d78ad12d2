"""Upkeep of what is stored: payloads read again, and what has grown old dropped."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import aiosqlite
import zstandard

from crawler.book import Book
from crawler.clock import iso
from crawler.isbn import ISBN13
from crawler.store.base import Kept, Purged, Row
from crawler.store.books import BOOK_COLUMNS, book_row
from crawler.store.payloads import PayloadUnreadable, decompressor, unpack
from crawler.store.trouble import unusable

# Whoever edits a database by hand may leave texts where there are numbers: SQLite takes them.
DICTIONARIES = "SELECT id, body FROM dictionaries WHERE typeof(body) = 'blob'"
KEPT = (
    f"SELECT {', '.join(f'books.{name}' for name in BOOK_COLUMNS)}, dictionary, body "
    "FROM payloads JOIN books USING (id) "
    "WHERE id > ? AND typeof(isbn13) = 'integer' ORDER BY id LIMIT ?"
)
_REWRITE = f"UPDATE books SET {', '.join(f'{name} = ?' for name in BOOK_COLUMNS[1:])} WHERE id = ?"

_OLD = "SELECT id FROM books WHERE id > ? AND retrieved_at < ? ORDER BY id LIMIT ?"
_CHOSEN = "IN (SELECT value FROM json_each(?))"
# found → ∅, or → pending; what is pending already was made so on purpose, and stays
_FORGET = f"DELETE FROM ledger WHERE state = 'found' AND number {_CHOSEN}"
_ASK_AGAIN = (
    "UPDATE ledger SET state = 'pending', unmapped = NULL "
    f"WHERE state = 'found' AND number {_CHOSEN}"
)


def read_kept(
    rows: Iterable[sqlite3.Row], decompressors: Mapping[int, zstandard.ZstdDecompressor]
) -> list[Kept]:
    """The results of `KEPT`."""
    return [_read_kept(tuple(row), decompressors) for row in rows]


def _read_kept(row: Row, decompressors: Mapping[int, zstandard.ZstdDecompressor]) -> Kept:
    *cells, dictionary, body = row
    book = dict(zip(BOOK_COLUMNS, cells, strict=True))
    known = decompressors.get(dictionary) if isinstance(dictionary, int) else None
    try:
        payload = unpack(body, known)
    except PayloadUnreadable:
        payload = None
    number, isbn = int(str(book["id"])), ISBN13(int(str(book["isbn13"])))
    return Kept(number, isbn, str(book["source"]), payload, tuple(cells))


def read_dictionaries(rows: Iterable[sqlite3.Row]) -> dict[int, zstandard.ZstdDecompressor]:
    """What payloads are unpacked with, by the dictionary's number; without those that are none."""
    read = {}
    for number, body in rows:
        with suppress(zstandard.ZstdError):
            read[int(number)] = decompressor(body)
    return read


async def rewrite(db: aiosqlite.Connection, books: Sequence[tuple[Kept, Book]]) -> int:
    """Where they read otherwise today, write the rows of these books, retrieved when they were.

    Triggers take them out of the full-text index.
    """
    rows = [(kept.row, book_row(kept.number, book, str(kept.row[-1]))) for kept, book in books]
    changed = [(*today[1:], today[0]) for stands, today in rows if today != stands]
    await db.executemany(_REWRITE, changed)
    return len(changed)


async def purge(
    db: aiosqlite.Connection, before: datetime, *, ask_again: bool, after: int, limit: int
) -> Purged:
    """Drop books that were retrieved before, with their payloads and their words in the index."""
    rows = await db.execute_fetchall(_OLD, (after, iso(before), limit))
    old = [int(number) for (number,) in rows]
    numbers = (f"[{', '.join(map(str, old))}]",)
    await db.execute(f"DELETE FROM payloads WHERE id {_CHOSEN}", numbers)
    await db.execute(f"DELETE FROM books WHERE id {_CHOSEN}", numbers)
    settled = await db.execute(_ASK_AGAIN if ask_again else _FORGET, numbers)
    return Purged(len(old), settled.rowcount if ask_again else 0, old[-1] if old else after)


async def give_back(db: aiosqlite.Connection, path: Path, *, dropped: bool) -> None:
    """Write the file anew without what was dropped, so that nothing of it is left on the disk,
    also where that was dropped by one who was stopped.

    Few books leave no page free, but their words in parts of pages. Raises `DatabaseUnusable`, also
    where the disk has no room for it.
    """
    ((free_pages,),) = await db.execute_fetchall("PRAGMA freelist_count")
    if not (dropped or free_pages):
        return
    try:
        # The words of what is dropped stay in the index until its parts are merged.
        await db.execute("INSERT INTO books_fts (books_fts) VALUES ('optimize')")
        await db.execute("VACUUM")
        await db.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise unusable(path, error) from error
