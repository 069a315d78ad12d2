"""The full-text index: what every store makes findable, and what no more."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from crawler.store.base import Retry, Store
from crawler.store.sqlite import open_store
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


async def test_a_han_title_is_indexed_character_by_character_and_leaves_the_index_so(
    store: Store, backend: Backend
) -> None:
    await store.add(1, SOURCE, seeds(1), [])
    await store.settle([found(1, "百年孤独")], at=AT)
    await store.index_books()
    assert backend.find('"孤 独"') == [isbn(1)]
    await store.retry(Retry(found=True), before=None)
    await store.settle([found(1, "Fox")], at=LATER)
    await store.index_books()
    assert (backend.find('"孤 独"'), backend.find("fox")) == ([], [isbn(1)])
    assert backend.rows("SELECT count(*) FROM books_segmented") == [(0,)]


async def test_what_is_not_indexed_is_named_until_it_is(store: Store, backend: Backend) -> None:
    unindexed = "SELECT id FROM books_unindexed"
    await store.add(1, SOURCE, seeds(1, 2), [])
    await store.settle([found(1), settled(2, MISSING)], at=AT)
    assert backend.rows(unindexed) == [(1,)]
    await store.index_books()
    assert backend.rows(unindexed) == []
    await store.retry(Retry(found=True), before=None)
    await store.settle([found(1, "Momo")], at=LATER)
    assert backend.rows(unindexed) == [(1,)]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE books SET title = 'Momo'", "DELETE FROM books", "UPDATE books SET page_count = 9"],
)
@pytest.mark.parametrize("title", ["Matilda", "百年孤独"])
async def test_the_index_stays_sound_whoever_changes_a_book(
    tmp_path: Path, title: str, statement: str
) -> None:
    path = tmp_path / "books.db"
    async with open_store(path) as store:
        await store.add(1, SOURCE, seeds(1, 2), [])
        await store.settle([found(1, title), found(2, title)], at=AT)
        await store.index_books()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(f"{statement} WHERE id = 1")
        assert db.execute("SELECT rowid FROM books_fts('matilda OR 孤')").fetchall() == [(2,)]
    async with open_store(path) as store:
        await store.index_books()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("INSERT INTO books_fts (books_fts, rank) VALUES ('integrity-check', 1)")
        db.execute("INSERT INTO books_fts (books_fts) VALUES ('rebuild')")
        assert (2,) in db.execute("SELECT rowid FROM books_fts('matilda OR 孤')").fetchall()


@pytest.mark.parametrize(
    ("query", "step"),
    [
        (
            "SELECT count(*), count(language), count(page_count), count(published_year) FROM books",
            "SCAN books USING COVERING INDEX books_by_year",
        ),
        (
            "SELECT count(*) FROM books WHERE published_year >= 1990 GROUP BY published_year / 10",
            "SEARCH books USING COVERING INDEX books_by_year (published_year>?)",
        ),
        (
            "SELECT category, count(*) FROM book_categories GROUP BY category",
            "SCAN books USING COVERING INDEX books_by_year",
        ),
        (
            "SELECT title FROM books WHERE lower(language) || '-' = 'de-'",
            "SEARCH books USING INDEX books_by_language (<expr>=?)",
        ),
        (
            "SELECT author, count(*) FROM book_authors GROUP BY author",
            "SCAN books USING COVERING INDEX books_by_title",
        ),
        (
            "SELECT title, group_concat(isbn13) FROM books GROUP BY title, authors",
            "SCAN books USING COVERING INDEX books_by_title",
        ),
        (
            "SELECT title FROM books WHERE ratings_count > 400 ORDER BY average_rating",
            "SEARCH books USING INDEX books_by_readers (ratings_count>?)",
        ),
        (
            "SELECT title FROM books WHERE match = 'unconfirmed'",
            "SCAN books USING INDEX books_unconfirmed",
        ),
        (
            "SELECT line, text FROM rejects ORDER BY file, line",
            "SCAN rejects USING INDEX rejects_by_file",
        ),
    ],
)
async def test_what_people_ask_is_answered_from_an_index(
    tmp_path: Path, query: str, step: str
) -> None:
    path = tmp_path / "books.db"
    async with open_store(path) as store:
        await store.index_books()
    with closing(sqlite3.connect(path)) as db:
        plan = [detail for *_, detail in db.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert step in plan
