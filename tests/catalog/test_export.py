import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from crawler.catalog.export import export_books, refuse_the_database
from crawler.catalog.rows import BookRow
from crawler.errors import DatabaseUnusable, WrongUse
from tests.catalog.shelf import Shelf


def write_nothing(_books: Iterable[BookRow], out: BinaryIO) -> int:
    out.write(b"new")
    return 0


def damaged() -> Iterator[BookRow]:
    raise DatabaseUnusable("books.db is damaged")
    yield


def write_until_damage(books: Iterable[BookRow], out: BinaryIO) -> int:
    out.write(b"half")
    return len(list(books))


def test_a_file_takes_the_place_of_an_older_one_whole(tmp_path: Path) -> None:
    out = tmp_path / "books.csv"
    out.write_text("old")
    export_books((), out, write_nothing)
    assert out.read_text() == "new"
    assert list(tmp_path.iterdir()) == [out]


def test_an_export_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "books.csv"
    out.write_text("old")
    with pytest.raises(DatabaseUnusable):
        export_books(damaged(), out, write_until_damage)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


def test_who_may_read_a_new_file_is_for_the_umask_to_say(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        export_books((), tmp_path / "books.csv", write_nothing)
    finally:
        os.umask(before)
    assert (tmp_path / "books.csv").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link = tmp_path / "latest.csv"
    link.symlink_to("books.csv")
    export_books((), link, write_nothing)
    assert link.is_symlink()
    assert (tmp_path / "books.csv").read_text() == "new"


@pytest.mark.parametrize("out", ["/dev/null", "."])
def test_only_a_regular_file_is_replaced(out: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no regular file"):
        export_books((), tmp_path / out, write_nothing)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="No such file or directory"):
        export_books((), tmp_path / "nowhere" / "books.csv", write_nothing)


@pytest.mark.parametrize("name", ["books.db", "books.db-wal", "link.csv"])
def test_the_database_is_never_the_file_to_write(shelf: Shelf, name: str) -> None:
    shelf.add(1, "Fox")
    (shelf.path.parent / "link.csv").symlink_to("books.db")
    with pytest.raises(WrongUse, match="is the database itself"):
        refuse_the_database(shelf.path.with_name(name), shelf.path)


def test_any_other_file_may_be_written(shelf: Shelf) -> None:
    refuse_the_database(shelf.path.with_name("books.csv"), shelf.path)
