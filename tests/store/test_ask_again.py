"""What every store does with ISBNs that are asked for again, and with samples of those pending."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from crawler.book import Failed, Match, Outcome, Unmapped
from crawler.store.base import Choice, Retry, Store
from tests.store.answers import (
    AT,
    BOOKS,
    FAILED,
    LATER,
    LATER_TEXT,
    LEDGER,
    MISSING,
    SOURCE,
    STATES,
    TITLES,
    LedgerRow,
    ask,
    found,
    isbn,
    seeds,
    settled,
)
from tests.store.backend import Backend

FOUND, UNCONFIRMED, MISSED, UNREADABLE, REFUSED, PENDING = range(1, 7)
"""The numbers of one ISBN of each kind."""

CLEAN = Choice("clean")


async def settle_one_of_each(store: Store, at: datetime = AT) -> None:
    await store.add(1, SOURCE, seeds(*range(1, 7)), [])
    batch = [
        found(FOUND),
        found(UNCONFIRMED, match=Match.UNCONFIRMED),
        settled(MISSED, MISSING),
        settled(UNREADABLE, FAILED),
        settled(REFUSED, Failed("503: the service is down")),
    ]
    await store.settle(batch, at=at)


async def pending(store: Store, choice: Choice) -> list[int]:
    return [ask.number for ask in await store.pending(SOURCE, choice, after=0, limit=99)]


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Retry(), []),
        (Retry(failed=True), [UNREADABLE, REFUSED]),
        (Retry(failed=True, reason="503"), [REFUSED]),
        (Retry(failed=True, reason="no such reason"), []),
        (Retry(missing=True), [MISSED]),
        (Retry(missing=True, reason="503"), [MISSED]),
        (Retry(unconfirmed=True), [UNCONFIRMED]),
        (Retry(found=True), [FOUND, UNCONFIRMED]),
        (Retry(failed=True, missing=True), [MISSED, UNREADABLE, REFUSED]),
        (Retry(found=True, unconfirmed=True), [FOUND, UNCONFIRMED]),
    ],
)
async def test_those_that_are_chosen_are_pending_again_and_no_others(
    store: Store, choice: Retry, chosen: list[int]
) -> None:
    await settle_one_of_each(store)
    assert await store.retry(choice, before=None) == len(chosen)
    assert await pending(store, Choice()) == [*chosen, PENDING]


@pytest.mark.parametrize(("before", "chosen"), [(AT, 0), (AT + timedelta(seconds=1), 5)])
async def test_only_what_was_settled_before_a_time_is_asked_for_again(
    store: Store, before: datetime, chosen: int
) -> None:
    await settle_one_of_each(store, at=AT)
    everything = Retry(failed=True, missing=True, found=True)
    assert await store.retry(everything, before=before) == chosen


async def test_what_is_asked_for_again_is_as_new_but_for_its_attempts(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([settled(1, Unmapped(clean=False))], at=AT)
    await store.settle([settled(1, FAILED)], at=LATER)
    await store.retry(Retry(failed=True), before=None)
    assert backend.rows(LEDGER) == [LedgerRow(1, isbn(1), attempts=1, settled_at=LATER_TEXT)]


async def test_a_new_answer_replaces_the_book_and_its_payload_and_makes_no_second_row(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([found(1, "Matlida")], at=AT)
    old = backend.rows("SELECT id, body FROM payloads")
    await store.retry(Retry(found=True), before=None)
    await store.settle([found(1, "Matilda")], at=LATER)
    assert backend.rows("SELECT id, title, retrieved_at FROM books") == [(1, "Matilda", LATER_TEXT)]
    assert len(old) == 1 == len(new := backend.rows("SELECT id, body FROM payloads"))
    assert new != old
    row = LedgerRow(1, isbn(1), state="found", attempts=2, settled_at=LATER_TEXT)
    assert backend.rows(LEDGER) == [row]


@pytest.mark.parametrize("outcome", [MISSING, FAILED])
async def test_a_book_that_is_asked_for_again_and_not_had_stays_found(
    store: Store, backend: Backend, outcome: Outcome
) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([found(1)], at=AT)
    before = backend.rows(BOOKS)
    await store.retry(Retry(found=True), before=None)
    assert backend.rows(STATES) == [(1, "pending")]
    await store.settle([settled(1, outcome)], at=LATER)
    assert (backend.rows(STATES), backend.rows(BOOKS)) == ([(1, "found")], before)


@pytest.mark.parametrize(
    ("stored", "told", "stays"),
    [
        (Match.CONFIRMED, Match.UNCONFIRMED, True),
        (Match.CONFIRMED, Match.CONFIRMED, False),
        (Match.UNCONFIRMED, Match.UNCONFIRMED, False),
        (Match.UNCONFIRMED, Match.CONFIRMED, False),
    ],
)
async def test_a_book_that_its_isbn_confirmed_is_not_replaced_by_one_without(
    store: Store, backend: Backend, stored: Match, told: Match, stays: bool
) -> None:
    await store.add(1, SOURCE, seeds(1, 2), [])
    await store.settle([found(1, "Matilda", match=stored)], at=AT)
    await store.retry(Retry(found=True), before=None)
    await store.settle([found(1, "Tatilda", match=told), found(2, match=told)], at=LATER)
    assert backend.rows(TITLES) == [(1, "Matilda" if stays else "Tatilda"), (2, "Matilda")]
    assert backend.rows(STATES) == [(1, "found"), (2, "found")]


async def test_a_book_stays_while_it_is_asked_for_again(store: Store, backend: Backend) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([found(1)], at=AT)
    await store.retry(Retry(found=True), before=None)
    assert backend.rows(TITLES) == [(1, "Matilda")]


async def leave_unmapped(store: Store, *, clean: int, unclear: int) -> None:
    """ISBNs 1 to `clean`, then those that are `unclear`, then one for which none was asked."""
    await store.add(1, SOURCE, seeds(*range(1, clean + unclear + 2)), [])
    batch = [
        settled(number, Unmapped(clean=number <= clean)) for number in range(1, clean + unclear + 1)
    ]
    await store.settle(batch, at=AT)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(None), [5]),
        (Choice("clean"), [1, 2]),
        (Choice("unclear"), [3, 4]),
        (Choice("any"), [1, 2, 3, 4]),
        (Choice("any", only=frozenset([isbn(2), isbn(3), isbn(5)])), [2, 3]),
    ],
)
async def test_what_groups_left_is_told_from_what_no_group_was_asked_for(
    store: Store, choice: Choice, expected: list[int]
) -> None:
    await leave_unmapped(store, clean=2, unclear=2)
    asks = [ask(number, unmapped=choice.unmapped is not None) for number in expected]
    assert await store.pending(SOURCE, choice, after=0, limit=9) == asks
    assert await store.sample(SOURCE, choice, size=9, seed=1) == asks
    assert await store.count_unmapped(SOURCE) == 4


async def test_isbns_of_ranges_never_issued_are_pending_apart(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1, 2, 3), [], unissued={isbn(2)})
    assert backend.rows(LEDGER) == [
        LedgerRow(1, isbn(1)),
        LedgerRow(2, isbn(2), unissued=1),
        LedgerRow(3, isbn(3)),
    ]
    assert await pending(store, Choice()) == [1, 3]
    assert await pending(store, Choice(unissued=True)) == [2]


async def test_a_sample_is_drawn_anew_for_each_seed_and_again_for_the_same(store: Store) -> None:
    await leave_unmapped(store, clean=300, unclear=0)
    samples = [await store.sample(SOURCE, CLEAN, size=20, seed=seed) for seed in range(20)]
    assert all(drawn == ask(drawn.number, unmapped=True) for sample in samples for drawn in sample)
    assert {len(set(sample)) for sample in samples} == {20}
    assert len(set(map(frozenset, samples))) == 20
    assert await store.sample(SOURCE, CLEAN, size=20, seed=0) == samples[0]


async def test_a_sample_is_not_every_kth_of_the_input(store: Store) -> None:
    """Lists have a beat: each fifth row a textbook, each tenth a large-print edition."""
    await leave_unmapped(store, clean=300, unclear=0)
    for seed in range(20):
        numbers = {ask.number for ask in await store.sample(SOURCE, CLEAN, size=20, seed=seed)}
        steps = Counter(later - one for one in numbers for later in numbers if one < later)
        assert max(steps.values()) <= 6  # 19 where it is every k-th


async def test_what_is_assumed_missing_says_why_and_counts_no_attempt(
    store: Store, backend: Backend
) -> None:
    await leave_unmapped(store, clean=1, unclear=1)
    assert await store.assume_missing(SOURCE, CLEAN, "as its like", at=LATER) == 1
    assert backend.rows(LEDGER) == [
        LedgerRow(
            1, isbn(1), state="missing", unmapped="clean", reason="as its like",
            settled_at=LATER_TEXT,
        ),
        LedgerRow(2, isbn(2), unmapped="unclear"),
        LedgerRow(3, isbn(3)),
    ]  # fmt: skip


async def test_a_book_that_was_found_before_is_not_assumed_missing(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([found(1)], at=AT)
    await store.retry(Retry(found=True), before=None)
    await store.settle([settled(1, Unmapped(clean=True))], at=LATER)
    await store.assume_missing(SOURCE, CLEAN, "as its like", at=LATER)
    assert backend.rows(STATES) == [(1, "found")]
