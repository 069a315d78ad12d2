"""What each API is asked and what its answers mean: pure, no network, no files."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from crawler.book import Found, Group, Missing
from crawler.call import Request, Response, Verdict
from crawler.isbn import ISBN13
from crawler.sources import google_books


class Source(Protocol):
    """A module that knows one API.

    `NAME` stands in the ledger and in each book; `LARGEST_GROUP` is how many ISBNs one call may
    take. Where a function takes a country, it is an ISO 3166-1 code such as `US`.
    """

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802

    @property
    def LARGEST_GROUP(self) -> int: ...  # noqa: D102, N802

    def credentials(self, key: str) -> Mapping[str, str]:
        """The headers that carry the key."""
        ...

    def needs_key(self, base_url: str) -> bool:
        """Whether the API at this address answers nobody without a key."""
        ...

    def request(self, isbns: Sequence[ISBN13], *, country: str | None) -> Request:
        """The call that asks for one book or several."""
        ...

    def read(self, isbn: ISBN13, response: Response) -> Found | Missing | Verdict:
        """What the answer to a call for one ISBN says of it, or why it is no answer."""
        ...

    def read_group(self, isbns: Sequence[ISBN13], response: Response) -> Group | Verdict:
        """What the answer to a call for several ISBNs confirms; the others are not missing yet."""
        ...

    def request_plainly(self, isbn: ISBN13, *, country: str | None) -> Request:
        """A second way to ask for a book that the first did not find."""
        ...

    def read_plainly(self, isbn: ISBN13, response: Response) -> Found | Missing | Verdict:
        """What the answer to the second way says; only a confirmed book is taken."""
        ...

    def reread(self, isbn: ISBN13, payload: bytes) -> Found | Missing | Verdict:
        """The book that a kept payload tells of today; `Missing` where it is that of another."""
        ...

    def request_detail(self, found: Found, *, country: str | None) -> Request | None:
        """The call for the whole record of a book, if there is one."""
        ...

    def read_detail(self, found: Found, response: Response) -> Found | Verdict:
        """The book with what its whole record adds."""
        ...


SOURCES: dict[str, Source] = {google_books.NAME: google_books}
