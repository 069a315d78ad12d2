"""Upkeep: what every store does when payloads are read again, and when books are purged."""

import pytest

from crawler.book import Found, Settled
from crawler.sources import google_books
from crawler.store.base import LedgerCounts, Retry, Store
from tests.store.answers import (
    AT,
    BOOKS,
    FAILED,
    LATER,
    MISSING,
    SOURCE,
    STATES,
    ask,
    book,
    found,
    isbn,
    seeds,
    settled,
)
from tests.store.backend import Backend


async def fill(store: Store) -> None:
    """Two old books, a new one, an ISBN that is missing and one that failed."""
    await store.add(1, SOURCE, seeds(1, 2, 3, 4, 5), [])
    old = [found(1, "Fox"), found(2, "Owl"), settled(4, MISSING), settled(5, FAILED)]
    await store.settle(old, at=AT)
    await store.settle([found(3, "Hare")], at=LATER)
    await store.index_books()


async def test_payloads_are_told_in_order_with_their_rows(store: Store, backend: Backend) -> None:
    await fill(store)
    one, two = await store.kept(after=0, limit=2)
    (three,) = await store.kept(after=two.number, limit=2)
    assert [kept.number for kept in (one, two, three)] == [1, 2, 3]
    assert [one.row, two.row, three.row] == backend.rows(BOOKS)
    assert (one.isbn, one.source) == (isbn(1), SOURCE)
    assert one.payload is not None
    assert b"Fox" in one.payload


async def test_a_book_that_is_rewritten_changes_in_its_row_and_its_words_and_nowhere_else(
    store: Store, backend: Backend
) -> None:
    await fill(store)
    ledger, payloads = backend.rows("SELECT * FROM ledger"), backend.rows("SELECT * FROM payloads")
    (kept,) = await store.kept(after=1, limit=1)
    await store.rewrite([(kept, book(2, "Badger"))])
    await store.index_books()
    assert backend.rows("SELECT title, retrieved_at FROM books WHERE id = 2") == [
        ("Badger", "2026-11-20T10:00:00Z")
    ]
    assert (backend.find("owl"), backend.find("badger")) == ([], [isbn(2)])
    assert backend.rows("SELECT * FROM ledger") == ledger
    assert backend.rows("SELECT * FROM payloads") == payloads


async def test_what_is_purged_leaves_books_payloads_index_and_ledger(
    store: Store, backend: Backend
) -> None:
    await fill(store)
    purged = await store.purge(LATER, ask_again=False, after=0, limit=10)
    assert (purged.books, purged.pending) == (2, 0)
    assert backend.rows("SELECT id FROM books") == backend.rows("SELECT id FROM payloads") == [(3,)]
    assert backend.rows(STATES) == [(3, "found"), (4, "missing"), (5, "failed")]
    assert [backend.find(word) for word in ("fox", "owl", "hare")] == [[], [], [isbn(3)]]
    assert await store.counts() == LedgerCounts(found=1, missing=1, failed=1)
    assert await store.add(1, SOURCE, seeds(1, 3), []) == 1  # as one that was never asked for


async def test_a_purge_may_leave_the_isbns_to_be_asked_for_again(
    store: Store, backend: Backend
) -> None:
    await fill(store)
    purged = await store.purge(LATER, ask_again=True, after=0, limit=10)
    assert (purged.books, purged.pending) == (2, 2)
    assert backend.rows(STATES)[:3] == [(1, "pending"), (2, "pending"), (3, "found")]
    await store.settle([found(1, "Vixen")], at=LATER)
    await store.index_books()
    assert backend.find("vixen") == [isbn(1)]


@pytest.mark.parametrize("ask_again", [True, False])
async def test_an_isbn_that_is_pending_on_purpose_stays_so_when_its_old_book_is_purged(
    store: Store, backend: Backend, *, ask_again: bool
) -> None:
    await fill(store)
    await store.retry(Retry(found=True), before=LATER)
    await store.purge(LATER, ask_again=ask_again, after=0, limit=10)
    assert backend.rows(STATES)[:2] == [(1, "pending"), (2, "pending")]
    assert backend.rows("SELECT id FROM books") == [(3,)]
    await store.settle([settled(1, MISSING)], at=LATER)
    assert backend.rows(STATES)[0] == (1, "missing")


async def test_a_purge_goes_on_after_the_number_at_which_it_has_come(store: Store) -> None:
    await fill(store)
    first = await store.purge(LATER, ask_again=False, after=0, limit=1)
    second = await store.purge(LATER, ask_again=False, after=first.after, limit=1)
    end = await store.purge(LATER, ask_again=False, after=second.after, limit=1)
    assert [first.books, second.books, end.books] == [1, 1, 0]


async def test_a_payload_gives_back_the_book_that_the_source_read(store: Store) -> None:
    payload = b'{"id":"x","volumeInfo":{"title":"Emma","pageCount":474}}'
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([Settled(ask(1), Found(book(1, "?"), payload))], at=AT)
    (kept,) = await store.kept(after=0, limit=1)
    assert kept.payload == payload
    told = google_books.reread(kept.isbn, payload)
    assert isinstance(told, Found)
    assert (told.book.title, told.book.page_count, told.book.match) == ("Emma", 474, "unconfirmed")
