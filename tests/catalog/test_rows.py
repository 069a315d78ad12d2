import pytest

from crawler.book import Match
from crawler.catalog.database import open_catalog
from crawler.catalog.query import Search
from crawler.catalog.rows import COLUMNS, BookRow, parse_row
from crawler.catalog.search import TOKENIZER, WEIGHTS, find_all
from crawler.errors import DatabaseUnusable
from tests.catalog.shelf import AT, SCHEMA, Shelf

FOX = 9780140328721


def books_of(shelf: Shelf) -> list[BookRow]:
    with open_catalog(shelf.path) as catalog:
        return list(find_all(catalog, Search()))


def test_a_book_row_has_the_columns_of_the_table_in_their_order(shelf: Shelf) -> None:
    table = shelf.connection.execute("SELECT name FROM pragma_table_info('books')")
    assert tuple(name for (name,) in table) == COLUMNS


def test_the_index_of_the_rest_is_made_like_that_of_the_crawl(shelf: Shelf) -> None:
    table = shelf.connection.execute("SELECT name FROM pragma_table_info('books_fts')")
    assert [name for (name,) in table] == list(WEIGHTS)
    assert f"tokenize = '{TOKENIZER}'" in SCHEMA.read_text("utf-8")


def test_what_is_unknown_is_none_and_an_isbn_is_text(shelf: Shelf) -> None:
    shelf.add(FOX, None)
    assert books_of(shelf) == [
        BookRow(
            id=1, isbn13="9780140328721", isbn10=None, title=None, subtitle=None, authors=(),
            publisher=None, published=None, published_year=None, published_precision=None,
            description=None, categories=(), page_count=None, language=None, print_type=None,
            average_rating=None, ratings_count=None, thumbnail_url=None, info_link=None,
            source="google", source_id="mh0XcDg2oTAC", match=Match.CONFIRMED, retrieved_at=AT,
        )
    ]  # fmt: skip


@pytest.mark.parametrize("authors", ["Roald Dahl", '{"name": "Roald Dahl"}', "[1]", b"\xff", ""])
def test_a_row_that_another_program_broke_is_told_with_its_isbn(
    shelf: Shelf, authors: str | bytes
) -> None:
    shelf.add(FOX, "Fantastic Mr. Fox")
    shelf.connection.execute("UPDATE books SET authors = ?", (authors,))
    with pytest.raises(DatabaseUnusable, match=r"the row of 9780140328721 .* another program"):
        books_of(shelf)


def test_a_number_where_text_belongs_is_told_too() -> None:
    cells = dict.fromkeys(COLUMNS, None) | {"isbn13": FOX, "authors": "[]", "categories": "[]"}
    with pytest.raises(DatabaseUnusable, match="9780140328721"):
        parse_row(tuple(cells.values()))
