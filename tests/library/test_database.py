"""A database in the hands of a program."""

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
        with pytest.raises(crawler.DatabaseUnusable), crawler.open_database(shelf.path) as others:
            others.connection.execute("DELETE FROM books")


def test_where_there_is_no_database_that_is_said_and_none_is_made(tmp_path: Path) -> None:
    opening = crawler.open_database(tmp_path / "none.db")
    with pytest.raises(crawler.DatabaseUnusable, match="there is no database"), opening:
        pass
    assert list(tmp_path.iterdir()) == []
