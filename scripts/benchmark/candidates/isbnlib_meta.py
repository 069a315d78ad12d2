"""isbnlib: `meta` of one ISBN after the other from its Google service, a row a commit.

It has no setting for the service's address, so the constant that holds it is set. By itself it
waits a second between calls to one host; with a fifth argument, `unthrottled`, it does not.
"""

import sqlite3
import sys
from contextlib import closing
from functools import partial
from types import ModuleType

# isbnlib (3.10.14) looks for its plugins by a module that setuptools no longer has (since 82).
sys.modules["pkg_resources"] = ModuleType("pkg_resources")
sys.modules["pkg_resources"].iter_entry_points = lambda _group: ()  # type: ignore[attr-defined]

import isbnlib  # type: ignore[import-untyped]  # noqa: E402
from isbnlib import _goob  # noqa: E402

from scripts.benchmark.candidates.order import Order, taken  # noqa: E402
from scripts.benchmark.candidates.volumes import CREATE, INSERT  # noqa: E402

GOOGLE = "https://www.googleapis.com/books/v1"


def crawl(order: Order) -> None:
    """Ask, store, and go to the next; what is refused is passed over."""
    _goob.SERVICE_URL = _goob.SERVICE_URL.replace(GOOGLE, order.base_url)
    with closing(sqlite3.connect(order.database)) as db:
        db.execute(CREATE)
        for isbn in order.isbns:
            try:
                meta = isbnlib.meta(isbn, service="goob")
            except isbnlib.ISBNLibException:
                continue
            if meta:
                authors = ", ".join(meta["Authors"])
                of_edition = (meta["Publisher"], meta["Year"], None, None, None, meta["Language"])
                db.execute(INSERT, (isbn, meta["Title"], authors, *of_edition))
                db.commit()


def main() -> None:
    """Run."""
    if sys.argv[-1] == "unthrottled":
        sys.argv.pop()
        _goob.wquery = partial(_goob.wquery, throttling=0)
    crawl(taken())


if __name__ == "__main__":
    main()
