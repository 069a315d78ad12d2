"""A row of a file as it came out."""

from msgspec import Struct

from crawler.isbn import ISBN13
from crawler.seed import Reason

_LONGEST_EXCERPT = 1000


def excerpt(text: str) -> str:
    """Enough of it to tell what it is: lines of a million characters are read, a thousand rows at
    a time.
    """
    return text[:_LONGEST_EXCERPT]


class Row(Struct, frozen=True, gc=False):
    """The ISBNs of the row that starts on physical line `line`, or why it's rejected.

    A row with neither is blank. `text` is what the reason is about, an `excerpt` of it.
    """

    line: int
    isbns: tuple[ISBN13, ...] = ()
    reason: Reason | None = None
    text: str = ""
    repaired: bool = False
