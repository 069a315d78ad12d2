"""Books that were retrieved long ago, dropped."""

from datetime import datetime

from msgspec import Struct

from crawler.store.base import Store

BATCH = 500
"""Books that are dropped in one transaction."""


class Dropped(Struct, frozen=True):
    """Books that were dropped, and how many of their ISBNs are pending now."""

    books: int = 0
    pending: int = 0


async def purge(store: Store, before: datetime, *, ask_again: bool) -> Dropped:
    """Drop the books retrieved before a moment, with payloads and words in the index.

    Their ISBNs leave the ledger, where `found` stands for a book; with `ask_again` they become
    pending instead. A batch is a transaction, and stopped it goes on when it is called again. At
    last the file is written anew without them. Raises `DatabaseUnusable`.
    """
    books = pending = after = 0
    while (
        purged := await store.purge(before, ask_again=ask_again, after=after, limit=BATCH)
    ).books:
        books, pending, after = books + purged.books, pending + purged.pending, purged.after
    await store.give_back(dropped=books > 0)
    return Dropped(books, pending)
