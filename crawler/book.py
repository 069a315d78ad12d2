"""A book as it is stored, and the outcomes that asking for one may have."""

from enum import StrEnum

from msgspec import Struct

from crawler.isbn import ISBN13


class Match(StrEnum):
    """How sure it is that an answer is the book that was asked for."""

    CONFIRMED = "confirmed"
    """The ISBN asked for stands among the identifiers of the answer."""
    UNCONFIRMED = "unconfirmed"
    """The answer carries no ISBN at all, so nothing confirms or contradicts it."""


class Precision(StrEnum):
    """How much of a date of publication is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


class Detail(StrEnum):
    """When a book's whole record is asked for; it costs a call more."""

    NEVER = "never"
    MISSING = "missing"
    """Where the search told no description or no page count."""
    ALWAYS = "always"


class Book(Struct, frozen=True):
    """One book, as one source describes it. `None` is unknown, an empty tuple too.

    `published` is the date as given, `published_year` what is certain of it; `page_count` is in
    pages; `average_rating` runs from 1 to 5; `description` is plain text, paragraphs kept;
    `source_id` is the source's own name for the record.
    """

    isbn13: ISBN13
    title: str | None
    source: str
    source_id: str
    match: Match
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: str | None = None
    published_year: int | None = None
    published_precision: Precision | None = None
    description: str | None = None
    categories: tuple[str, ...] = ()
    page_count: int | None = None
    language: str | None = None
    print_type: str | None = None
    average_rating: float | None = None
    ratings_count: int | None = None
    thumbnail_url: str | None = None
    info_link: str | None = None


class Found(Struct, frozen=True):
    """The source has the book; `payload` is the record it sent, JSON as received."""

    book: Book
    payload: bytes


class Missing(Struct, frozen=True):
    """The source was asked and has no such book."""


class Failed(Struct, frozen=True):
    """The source could not be asked for this ISBN, and why."""

    reason: str


class Unmapped(Struct, frozen=True):
    """A group's answer did not have it: still pending, and to be asked for alone.

    `clean` says that the answer was neither crowded nor had a record without an ISBN.
    """

    clean: bool


Outcome = Found | Missing | Failed | Unmapped


class Group(Struct, frozen=True):
    """What one call for several ISBNs found, in an answer of so many `records`.

    An ISBN that is not `found` may have been `crowded` out where the answer was full, or be one of
    the records without an ISBN where there was a `nameless` one.
    """

    found: dict[ISBN13, Found]
    records: int
    crowded: bool
    nameless: bool


class Ask(Struct, frozen=True):
    """A pending ISBN and its number in the ledger, which is its place in the input.

    `unmapped` says that a group was asked for it in vain.
    """

    number: int
    isbn: ISBN13
    unmapped: bool = False


class Settled(Struct, frozen=True):
    """An ISBN of the ledger with the outcome of asking for it."""

    ask: Ask
    outcome: Outcome

    @property
    def state(self) -> str:
        """The ledger's word for it."""
        return _STATES[type(self.outcome)]


_STATES: dict[type, str] = {
    Found: "found",
    Missing: "missing",
    Failed: "failed",
    Unmapped: "pending",
}
