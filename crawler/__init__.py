"""Turn ISBNs into a SQLite database of book metadata: the crawl as a library.

    summary = await crawler.crawl(["9780140328721"], db="books.db", key=key)
    (book,) = await crawler.lookup(["9780140328721"], db="books.db", key=key)
    with crawler.open_database("books.db") as books:
        titles = [book.title for book in books.search("fox")]

Errors are those of `crawler.errors`, all of them `BookcrawlError`: a sentence each, of what
happened and what to do.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from crawler.catalog.rows import BookRow
    from crawler.drain import Stop, Stopped
    from crawler.errors import (
        BookcrawlError,
        CredentialsMissing,
        DatabaseUnusable,
        InputUnreadable,
        StoppedEarly,
        WrongUse,
    )
    from crawler.library.crawling import crawl, lookup
    from crawler.library.options import Asking
    from crawler.library.reading import Database, open_database
    from crawler.library.run import Crawled
    from crawler.progress import Snapshot

__all__ = [
    "Asking",
    "BookRow",
    "BookcrawlError",
    "Crawled",
    "CredentialsMissing",
    "Database",
    "DatabaseUnusable",
    "InputUnreadable",
    "Snapshot",
    "Stop",
    "Stopped",
    "StoppedEarly",
    "WrongUse",
    "crawl",
    "lookup",
    "open_database",
]

_HOMES = {
    "BookRow": "catalog.rows",
    "Stop": "drain",
    "Stopped": "drain",
    "crawl": "library.crawling",
    "lookup": "library.crawling",
    "Asking": "library.options",
    "Database": "library.reading",
    "open_database": "library.reading",
    "Crawled": "library.run",
    "Snapshot": "progress",
}
"""Where each name lives that is loaded when it is first used: `import crawler` costs nothing."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"crawler.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
