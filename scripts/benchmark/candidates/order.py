"""What every candidate is started with: `BASE_URL ISBNS DATABASE CONCURRENCY`."""

import sys
from pathlib import Path
from typing import NamedTuple


class Order(NamedTuple):
    """`isbns` in the order of the file; `database` does not exist yet."""

    base_url: str
    isbns: list[str]
    database: Path
    concurrency: int

    def url(self, *isbns: str) -> str:
        """The search for one ISBN or several, as tutorials write it."""
        return f"{self.base_url}/volumes?q={'+OR+'.join(f'isbn:{isbn}' for isbn in isbns)}"


def taken() -> Order:
    """The order of this process."""
    base_url, isbns, database, concurrency = sys.argv[1:]
    return Order(base_url, Path(isbns).read_text().split(), Path(database), int(concurrency))
