"""A search, as the numbers of the books that it finds."""

from crawler.catalog.database import open_catalog
from crawler.catalog.query import Search, Years
from crawler.catalog.search import find_all, find_best
from tests.catalog.shelf import Shelf


def best(shelf: Shelf, words: str = "", *, limit: int = 20, **wanted: str | Years) -> list[int]:
    with open_catalog(shelf.path) as catalog:
        books = find_best(catalog, Search(words, **wanted), limit)  # type: ignore[arg-type]
        return [book.id for book in books]


def all_of(shelf: Shelf, search: Search) -> list[int]:
    with open_catalog(shelf.path) as catalog:
        return [book.id for book in find_all(catalog, search)]
