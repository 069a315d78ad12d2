"""What every store has to do with ISBNs and answers; it knows none but the Protocol."""

from collections.abc import Sequence

import pytest

from crawler.book import Ask, Book, Found, Match, Precision, Settled
from crawler.isbn import ISBN13, parse_isbn
from crawler.seed import Reason, Rejected, Seed
from crawler.store.base import Choice, LedgerCounts, Store
from tests.store.answers import (
    AT,
    AT_TEXT,
    BOOKS,
    FAILED,
    LATER,
    LATER_TEXT,
    LEDGER,
    MISSING,
    SOURCE,
    STATES,
    TITLES,
    UNMAPPED,
    LedgerRow,
    ask,
    book,
    found,
    isbn,
    seeds,
    settled,
)
from tests.store.backend import Backend

ALL = Choice()


async def test_new_isbns_are_pending_in_the_order_of_the_input(
    store: Store, backend: Backend
) -> None:
    assert await store.add(7, SOURCE, seeds(3, 1, 2), []) == 3
    assert backend.rows(LEDGER) == [
        LedgerRow(1, isbn(3), run=7),
        LedgerRow(2, isbn(1), run=7),
        LedgerRow(3, isbn(2), run=7),
    ]


async def test_an_isbn_that_is_added_again_keeps_its_number_its_run_and_its_state(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1, 2), [])
    await store.settle([found(1)], at=AT)
    before = backend.rows(LEDGER)
    assert await store.add(2, SOURCE, seeds(2, 3, 1, 3), []) == 1
    assert backend.rows(LEDGER) == [*before, LedgerRow(3, isbn(3), run=2)]


async def test_an_isbn_10_and_its_isbn_13_are_one_row(store: Store, backend: Backend) -> None:
    written = ["0-14-032872-6", "9780140328721", "978-0-14-032872-1"]
    same = [Seed(parse_isbn(text), "list.txt", line) for line, text in enumerate(written, start=1)]
    assert await store.add(1, SOURCE, same, []) == 1
    assert backend.rows(LEDGER) == [LedgerRow(1, ISBN13(9780140328721))]


async def test_an_isbn_is_pending_for_each_source_that_is_to_be_asked(store: Store) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    assert await store.add(1, "openlibrary", seeds(1), []) == 1
    assert await store.pending("openlibrary", ALL, after=0, limit=9) == [Ask(2, isbn(1))]


async def test_a_reject_is_kept_with_its_file_line_text_and_reason(
    store: Store, backend: Backend
) -> None:
    rejects = [
        Rejected("/lists/a.csv", 3, "9780140328722", Reason.BAD_CHECK_DIGIT),
        Rejected("-", 1, "hello", Reason.NOT_AN_ISBN),
    ]
    assert await store.add(1, SOURCE, [], rejects) == 0
    assert backend.rows("SELECT * FROM rejects ORDER BY id") == [
        (1, "/lists/a.csv", 3, "9780140328722", "bad_check_digit"),
        (2, "-", 1, "hello", "not_an_isbn"),
    ]


@pytest.mark.parametrize(
    ("after", "limit", "expected"), [(0, 9, [1, 3, 4]), (0, 2, [1, 3]), (1, 9, [3, 4]), (4, 9, [])]
)
async def test_what_is_pending_comes_in_the_order_of_the_input(
    store: Store, after: int, limit: int, expected: list[int]
) -> None:
    await store.add(1, SOURCE, seeds(1, 2, 3, 4), [])
    await store.settle([settled(2, MISSING)], at=AT)
    asks = await store.pending(SOURCE, ALL, after=after, limit=limit)
    assert asks == [ask(number) for number in expected]


@pytest.mark.parametrize(("only", "expected"), [([3, 1, 9], [1, 3]), ([2], []), ([], [])])
async def test_what_is_pending_can_be_kept_to_isbns_that_are_named(
    store: Store, only: Sequence[int], expected: list[int]
) -> None:
    await store.add(1, SOURCE, seeds(1, 2, 3), [])
    await store.settle([settled(2, MISSING)], at=AT)
    choice = Choice(only=frozenset(map(isbn, only)))
    asks = await store.pending(SOURCE, choice, after=0, limit=9)
    assert asks == [ask(number) for number in expected]


async def test_a_book_is_stored_with_all_that_is_known_of_it(
    store: Store, backend: Backend
) -> None:
    known = Book(
        isbn13=ISBN13(9780140328721),
        title="Fantastic Mr Fox",
        source=SOURCE,
        source_id="mh0XcDg2oTAC",
        match=Match.CONFIRMED,
        subtitle="A Tale",
        authors=("Roald Dahl", 'Quentin "Q" Blake'),
        publisher="O'Reilly Media, Inc.",
        published="2009-10-01",
        published_year=2009,
        published_precision=Precision.DAY,
        description="First.\n\nSecond: \u00e9\u4e2d.",
        categories=("Juvenile Fiction",),
        page_count=96,
        language="zh-CN",
        print_type="BOOK",
        average_rating=4.5,
        ratings_count=7,
        thumbnail_url="https://books.example/cover",
        info_link="https://books.example/info",
    )
    await store.add(1, SOURCE, [Seed(known.isbn13, "list.txt", 1)], [])
    await store.settle([Settled(Ask(1, known.isbn13), Found(known, b"{}"))], at=AT)
    assert backend.rows(BOOKS) == [
        (
            1, 9780140328721, "0140328726", "Fantastic Mr Fox", "A Tale",
            '["Roald Dahl","Quentin \\"Q\\" Blake"]', "O'Reilly Media, Inc.", "2009-10-01", 2009,
            "day", "First.\n\nSecond: \u00e9\u4e2d.", '["Juvenile Fiction"]', 96, "zh-CN", "BOOK",
            4.5, 7, "https://books.example/cover", "https://books.example/info", "google",
            "mh0XcDg2oTAC", "confirmed", AT_TEXT,
        )
    ]  # fmt: skip


async def test_what_is_unknown_of_a_book_is_null_and_lists_are_empty(
    store: Store, backend: Backend
) -> None:
    bare = Book(ISBN13(9791032305690), None, SOURCE, "x", Match.UNCONFIRMED)
    await store.add(1, SOURCE, [Seed(bare.isbn13, "list.txt", 1)], [])
    await store.settle([Settled(Ask(1, bare.isbn13), Found(bare, b"{}"))], at=AT)
    unknown = (None,) * 5
    assert backend.rows(BOOKS) == [
        (
            1, 9791032305690, None, None, None, "[]", *unknown, "[]", *unknown, None, None,
            "google", "x", "unconfirmed", AT_TEXT,
        )
    ]  # fmt: skip


async def test_an_answer_settles_its_isbn_and_stores_its_book(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1, 2, 3, 4, 5), [])
    batch = [found(1), settled(2, MISSING), settled(3, FAILED), settled(4, UNMAPPED)]
    await store.settle(batch, at=AT)
    assert backend.rows(LEDGER) == [
        LedgerRow(1, isbn(1), state="found", attempts=1, settled_at=AT_TEXT),
        LedgerRow(2, isbn(2), state="missing", attempts=1, settled_at=AT_TEXT),
        LedgerRow(3, isbn(3), state="failed", attempts=1, reason=FAILED.reason, settled_at=AT_TEXT),
        LedgerRow(4, isbn(4), unmapped="clean"),
        LedgerRow(5, isbn(5)),
    ]
    assert backend.rows(TITLES) == [(1, "Matilda")]
    assert await store.counts() == LedgerCounts(pending=2, found=1, missing=1, failed=1)


async def test_an_empty_ledger_counts_nothing(store: Store) -> None:
    assert await store.counts() == LedgerCounts()


async def test_settling_twice_is_settling_once(store: Store, backend: Backend) -> None:
    await store.add(1, SOURCE, seeds(1, 2, 3), [])
    batch = [found(1), settled(2, MISSING), settled(3, FAILED)]
    await store.settle(batch, at=AT)
    before = backend.rows(LEDGER), backend.rows(BOOKS)
    await store.settle(batch, at=LATER)
    assert (backend.rows(LEDGER), backend.rows(BOOKS)) == before


@pytest.mark.parametrize("first", [found(1), settled(1, MISSING), settled(1, FAILED)])
@pytest.mark.parametrize(
    "late", [found(1, "Another"), settled(1, MISSING), settled(1, FAILED), settled(1, UNMAPPED)]
)
async def test_an_answer_that_comes_after_its_isbn_was_settled_changes_nothing(
    store: Store, backend: Backend, first: Settled, late: Settled
) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([first], at=AT)
    before = backend.rows(LEDGER), backend.rows(BOOKS)
    await store.settle([late], at=LATER)
    assert (backend.rows(LEDGER), backend.rows(BOOKS)) == before


async def test_an_answer_for_an_isbn_that_nobody_added_is_not_stored(
    store: Store, backend: Backend
) -> None:
    await store.settle([found(1), settled(2, MISSING)], at=AT)
    assert (backend.rows(LEDGER), backend.rows(BOOKS)) == ([], [])


async def test_an_isbn_that_a_group_left_unmapped_can_be_settled_later(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([settled(1, UNMAPPED)], at=AT)
    await store.settle([found(1)], at=LATER)
    row = LedgerRow(1, isbn(1), state="found", attempts=1, unmapped="clean", settled_at=LATER_TEXT)
    assert backend.rows(LEDGER) == [row]


async def test_rows_of_books_carry_the_numbers_of_the_ledger(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1, 2, 3), [])
    await store.settle([found(3), found(1), settled(2, MISSING)], at=AT)
    assert backend.rows("SELECT id, isbn13 FROM books ORDER BY id") == [(1, isbn(1)), (3, isbn(3))]


async def test_a_book_may_have_no_title(store: Store, backend: Backend) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([Settled(ask(1), Found(book(1, None), b"{}"))], at=AT)
    assert backend.rows(TITLES) == [(1, None)]
    assert backend.rows(STATES) == [(1, "found")]
