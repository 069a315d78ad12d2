"""All the calls that one ISBN may need, or a group: search, plain search, whole record."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from crawler.book import Detail, Found, Group, Missing
from crawler.drain import Draining
from crawler.fetch.fetcher import Fetcher, GaveUp
from crawler.isbn import ISBN13
from crawler.sources import Source


@dataclass(frozen=True)
class Inquiry:
    """Asks `source` by way of `fetcher`; `fallback` allows the plain search for what is missing.

    All raise `GaveUp` and `Draining`, as `Fetcher.get` does.
    """

    source: Source
    fetcher: Fetcher
    country: str | None = None
    fallback: bool = False
    detail: Detail = Detail.NEVER

    async def one(self, isbn: ISBN13) -> Found | Missing:
        """What the source has for an ISBN."""
        request = self.source.request([isbn], country=self.country)
        outcome: Found | Missing
        outcome = await self.fetcher.get(request, partial(self.source.read, isbn))
        if isinstance(outcome, Missing) and self.fallback:
            request = self.source.request_plainly(isbn, country=self.country)
            outcome = await self.fetcher.get(request, partial(self.source.read_plainly, isbn))
        return outcome if isinstance(outcome, Missing) else await self.detailed(outcome)

    async def is_answered(self, isbn: ISBN13) -> bool:
        """Whether the source answers for an ISBN, whatever it says of it."""
        request = self.source.request([isbn], country=self.country)
        return await self.fetcher.is_answered(request, partial(self.source.read, isbn))

    async def group(self, isbns: Sequence[ISBN13]) -> Group:
        """What the source confirms of several, in one call."""
        request = self.source.request(isbns, country=self.country)
        read = partial(self.source.read_group, isbns)
        # A group that is refused more often than chance explains may be the group's own fault.
        return await self.fetcher.get(request, read, tries=self.fetcher.health.doubt)

    async def detailed(self, found: Found) -> Found:
        """The book, with its whole record where that is wanted."""
        book = found.book
        lacks = book.description is None or book.page_count is None
        if self.detail is Detail.NEVER or (self.detail is Detail.MISSING and not lacks):
            return found
        request = self.source.request_detail(found, country=self.country)
        if request is None:
            return found
        try:
            return await self.fetcher.get(request, partial(self.source.read_detail, found))
        except (GaveUp, Draining):
            # For some ids Google answers 503 for ever; and what the search told was paid for.
            return found
