"""Which ISBNs a database knows nothing of."""

from collections.abc import Sequence
from pathlib import Path

from crawler.catalog.database import NothingYet, open_catalog
from crawler.catalog.show import find_entries
from crawler.isbn import ISBN13


def find_unasked(wanted: Sequence[ISBN13], db: Path) -> tuple[ISBN13, ...]:
    """Those of which the database knows neither a book nor that there is none.

    Raises `DatabaseUnusable`.
    """
    if not db.exists():
        return tuple(wanted)
    try:
        with open_catalog(db) as catalog:
            states = {isbn: {e.state for e in find_entries(catalog, isbn)} for isbn in wanted}
    except NothingYet:
        return tuple(wanted)
    return tuple(isbn for isbn, known in states.items() if known <= {"pending"})
