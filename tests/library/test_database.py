"""A database in the hands of a program."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import crawler
from tests.catalog.shelf import Shelf

FOX, OWL = 9780140328721, 9780439023481


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    shelf.add(OWL, "Owl", authors=("A. Bird",))
    shelf.add(FOX, "Fantastic Mr Fox", authors=("Roald Dahl",))
    shelf.note(9780306406157, "missing")
    return shelf


def test_books_are_typed_records_in_the_order_of_the_input(shelf: Shelf) -> None:
    with crawler.open_database(shelf.path) as books:
        assert len(books) == 2
        assert [(book.isbn13, book.authors) for book in books] == [
            (str(OWL), ("A. Bird",)),
            (str(FOX), ("Roald Dahl",)),
        ]
        assert (books.counts().missing, books.counts().pending) == (1, 0)


def test_a_book_is_found_by_its_isbn_and_by_words(shelf: Shelf) -> None:
    with crawler.open_database(shelf.path) as books:
        for isbn in (FOX, "0-14-032872-6"):
            book = books.book(isbn)
            assert book is not None
            assert book.title == "Fantastic Mr Fox"
        assert books.book(9780306406157) is None
        assert [book.title for book in books.search("fox")] == ["Fantastic Mr Fox"]
        with pytest.raises(crawler.WrongUse, match="'fox' is no ISBN"):
            books.book("fox")


def test_books_are_searched_for_while_they_are_read(shelf: Shelf) -> None:
    shelf.add(9780306406157, "Fox and Owl", indexed=False)
    with crawler.open_database(shelf.path) as books:
        alike = {
            book.title: [other.title for other in books.search(book.title or "", limit=2)]
            for book in books
        }
    assert alike == {
        "Owl": ["Owl", "Fox and Owl"],
        "Fantastic Mr Fox": ["Fantastic Mr Fox"],
        "Fox and Owl": ["Fox and Owl"],
    }


def test_a_limit_of_books_is_no_negative_number(shelf: Shelf) -> None:
    with crawler.open_database(shelf.path) as books:
        assert books.search("fox", limit=0) == []
        with pytest.raises(crawler.WrongUse, match="-1 is no number of books"):
            books.search("fox", limit=-1)


def test_nothing_can_be_written_by_its_connection(shelf: Shelf) -> None:
    with crawler.open_database(shelf.path) as books:
        assert books.connection.execute("SELECT count(*) FROM books").fetchone() == (2,)
        with pytest.raises(sqlite3.OperationalError, match="readonly database"):
            books.connection.execute("DELETE FROM rejects")


def test_an_error_of_another_database_is_not_taken_for_one_of_this(shelf: Shelf) -> None:
    def copy_twice() -> None:
        with (
            closing(sqlite3.connect(":memory:")) as another,
            crawler.open_database(shelf.path) as books,
        ):
            another.execute("CREATE TABLE copies (isbn13 UNIQUE)")
            for book in (*books, *books):
                another.execute("INSERT INTO copies VALUES (?)", (book.isbn13,))

    with pytest.raises(sqlite3.IntegrityError):
        copy_twice()


def wipe_tables(path: Path, books: crawler.Database) -> None:
    (page_size,) = books.connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        for (page,) in books.connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE rootpage"
        ):
            file.seek(page_size * (page - 1))
            file.write(bytes(page_size))


@pytest.mark.parametrize(
    "read", [list, len, crawler.Database.counts, lambda b: b.book(FOX), lambda b: b.search("fox")]
)
def test_a_database_that_was_damaged_since_it_was_opened_is_named(
    shelf: Shelf, read: Callable[[crawler.Database], object]
) -> None:
    shelf.close()  # with its log, where all of it still stands
    with crawler.open_database(shelf.path) as books:
        wipe_tables(shelf.path, books)
        with pytest.raises(crawler.DatabaseUnusable, match=f"{shelf.path}: it is damaged"):
            read(books)


def test_where_there_is_no_database_that_is_said_and_none_is_made(tmp_path: Path) -> None:
    opening = crawler.open_database(tmp_path / "none.db")
    with pytest.raises(crawler.DatabaseUnusable, match="there is no database"), opening:
        pass
    assert list(tmp_path.iterdir()) == []
