"""Exporting all books of a database, in each format."""

from pathlib import Path

from crawler.catalog.database import open_catalog
from crawler.catalog.export import export_books
from crawler.catalog.formats import FORMATS
from crawler.catalog.query import Search
from crawler.catalog.search import find_all


def export(database: Path, name: str) -> int:
    """Write the file that `bookcrawl export` writes, and take it away; how many books it had."""
    out = database.with_suffix(f".{name}")
    with open_catalog(database) as catalog:
        books = export_books(find_all(catalog, Search()), out, FORMATS[name].load())
    out.unlink()
    return books
