"""All kept payloads read again with today's parser: no call is made."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from crawler.book import Book, Found, Missing
from crawler.sources import SOURCES
from crawler.store.base import Kept, Store

BATCH = 500
"""Payloads that are read at a time; those of them that read otherwise are one transaction."""


class Reparsed(Struct, frozen=True):
    """Payloads that were read, books that changed, and payloads whose books were left alone: those
    that tell of another book than the ISBN's, and those that can't be read.
    """

    read: int = 0
    changed: int = 0
    contradicted: int = 0
    unreadable: int = 0

    def plus(self, other: "Reparsed") -> "Reparsed":
        """Both together."""
        return Reparsed(
            self.read + other.read,
            self.changed + other.changed,
            self.contradicted + other.contradicted,
            self.unreadable + other.unreadable,
        )


async def reparse(store: Store, progress: Callable[[Reparsed], None]) -> Reparsed:
    """Put into `books` what their payloads read as today, where that is another; ledger untouched.

    A batch is a transaction. Done again after a stop it reads all again, and changes what is left;
    `progress` is told after each batch. Raises `DatabaseUnusable`.
    """
    done, after = Reparsed(), 0
    while batch := await store.kept(after=after, limit=BATCH):
        told = [(kept, _read(kept)) for kept in batch]
        books = [(kept, book) for kept, book in told if isinstance(book, Book)]
        done = done.plus(_count(told, await store.rewrite(books)))
        progress(done)
        after = batch[-1].number
    await store.index_books()
    return done


def _read(kept: Kept) -> Book | Missing | None:
    """The book as it reads today, `Missing` where it is another, None where it can't be read."""
    source = SOURCES.get(kept.source)
    if source is None or kept.payload is None:
        return None
    answer = source.reread(kept.isbn, kept.payload)
    match answer:
        case Found(book, _):
            return book
        case Missing():
            return answer
    return None


def _count(told: Sequence[tuple[Kept, Book | Missing | None]], changed: int) -> Reparsed:
    return Reparsed(
        read=len(told),
        changed=changed,
        contradicted=sum(isinstance(book, Missing) for _, book in told),
        unreadable=sum(book is None for _, book in told),
    )
