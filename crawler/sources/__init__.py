"""What each API is asked and what its answers mean: pure, no network, no files."""

from collections.abc import Mapping
from typing import Protocol

from crawler.book import Found, Missing
from crawler.call import Request, Response, Verdict
from crawler.isbn import ISBN13
from crawler.sources import google_books


class Source(Protocol):
    """A module that knows one API. `NAME` stands in the ledger and in each book."""

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802

    @property
    def BASE_URL(self) -> str: ...  # noqa: D102, N802

    def credentials(self, key: str) -> Mapping[str, str]:
        """The headers that carry the key."""
        ...

    def needs_key(self, base_url: str) -> bool:
        """Whether the API at this address answers nobody without a key."""
        ...

    def request(self, isbn: ISBN13, *, country: str | None) -> Request:
        """The call that asks for a book; `country` is an ISO 3166-1 code such as `US`."""
        ...

    def read(self, isbn: ISBN13, response: Response) -> Found | Missing | Verdict:
        """What the response says of the book, or why it is no answer."""
        ...


SOURCES: dict[str, Source] = {google_books.NAME: google_books}
