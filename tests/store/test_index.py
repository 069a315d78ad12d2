"""The full-text index: what every store makes findable, and what no more."""

from crawler.store.base import Retry, Store
from tests.store.answers import AT, LATER, MISSING, SOURCE, found, isbn, seeds, settled
from tests.store.backend import Backend


async def test_books_are_findable_once_they_are_indexed(store: Store, backend: Backend) -> None:
    await store.add(1, SOURCE, seeds(1, 2, 3), [])
    await store.settle([found(1, "Matilda"), found(2, "Momo"), settled(3, MISSING)], at=AT)
    assert backend.find("matilda") == []
    await store.index_books()
    assert (backend.find("matilda"), backend.find("momo")) == ([isbn(1)], [isbn(2)])


async def test_indexing_again_adds_only_what_is_new(store: Store, backend: Backend) -> None:
    await store.add(1, SOURCE, seeds(1, 2), [])
    await store.settle([found(1)], at=AT)
    await store.index_books()
    await store.settle([found(2)], at=AT)
    await store.index_books()
    await store.index_books()
    assert backend.find("matilda") == [isbn(1), isbn(2)]


async def test_a_book_with_a_new_title_is_found_under_it_and_no_more_under_the_old(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1, 2), [])
    await store.settle([found(1, "Fox"), found(2, "Fox and Hound")], at=AT)
    await store.index_books()
    await store.retry(Retry(found=True), before=None)
    await store.settle([found(1, "Badger")], at=LATER)
    assert (backend.find("fox"), backend.find("badger")) == ([isbn(2)], [])
    await store.index_books()
    assert (backend.find("fox"), backend.find("badger")) == ([isbn(2)], [isbn(1)])


async def test_a_book_that_changes_twice_before_it_is_indexed_leaves_nothing_behind(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    for title in ("Fox", "Badger", "Mole"):
        await store.settle([found(1, title)], at=AT)
        await store.retry(Retry(found=True), before=None)
    await store.index_books()
    assert [backend.find(word) for word in ("fox", "badger", "mole")] == [[], [], [isbn(1)]]


async def test_words_are_found_without_their_accents(store: Store, backend: Backend) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([found(1, "L'\u00c9tranger")], at=AT)
    await store.index_books()
    assert backend.find("etranger") == [isbn(1)]
