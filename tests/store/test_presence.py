"""A database is in use only as long as its files are where they were."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.errors import DatabaseUnusable
from crawler.store.connection import transaction
from crawler.store.presence import Presence
from crawler.store.sqlite import SqliteStore, open_store
from tests.store.answers import SOURCE, seeds

Change = Callable[[Path], object]


def rewrite(path: Path) -> None:
    other = path.with_name("other")
    other.write_text("another's")
    other.replace(path)


@pytest.mark.parametrize("change", [Path.unlink, rewrite], ids=["deleted", "replaced"])
@pytest.mark.parametrize("name", ["books.db", "books.db-wal"])
def test_what_was_deleted_or_replaced_is_named(tmp_path: Path, change: Change, name: str) -> None:
    paths = [tmp_path / "books.db", tmp_path / "books.db-wal"]
    for path in paths:
        path.touch()
    presence = Presence(*paths)
    presence.check()
    change(tmp_path / name)
    with pytest.raises(DatabaseUnusable, match=f"{name}: it was deleted, moved away or replaced"):
        presence.check()


def test_a_file_that_is_written_to_is_still_the_same(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    path.write_text("yesterday")
    presence = Presence(path)
    path.write_text("today")
    presence.check()


async def test_what_is_written_while_the_database_is_moved_is_where_it_was_moved_to(
    tmp_path: Path,
) -> None:
    moved = tmp_path / "moved.db"
    async with open_store(tmp_path / "books.db") as store:
        (tmp_path / "books.db").rename(moved)
        with pytest.raises(DatabaseUnusable, match=r"books.db: it was deleted, moved away"):
            await store.add(1, SOURCE, seeds(1, 2, 3), [])
        assert (tmp_path / "books.db-wal").stat().st_size == 0
    async with open_store(moved) as store:
        assert (await store.counts()).pending == 3


async def test_a_transaction_that_fails_tells_of_that_and_not_of_the_file(tmp_path: Path) -> None:
    async with open_store(tmp_path / "books.db") as store:
        (tmp_path / "books.db").unlink()
        with pytest.raises(ZeroDivisionError):
            await fail(store)


async def fail(store: SqliteStore) -> None:
    async with transaction(store._db, store._presence):
        _ = 1 / 0
