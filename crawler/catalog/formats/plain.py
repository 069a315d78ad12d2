"""What the formats of libraries and bibliographies take from a book: texts on one line, real links.

BibTeX, RIS and MARC 21 have no paragraphs, XML has no control characters, and a line of its own in
a RIS file may begin another record. So in these formats each of them is a blank.
"""

import re
from datetime import UTC, datetime

from crawler.book import Precision
from crawler.catalog.rows import BookRow
from crawler.sources.text import secure_link

_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]+")
"""Controls, ends of lines and paragraphs, overrides of the direction, what XML 1.0 has no place
for; surrogates are in no text of SQLite."""

_KNOWN_CHARACTERS = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}


def on_one_line(text: str | None) -> str | None:
    """The text without what is no text; None where nothing is left."""
    return (_NO_TEXT.sub(" ", text).strip() or None) if text else None


def all_on_one_line(texts: tuple[str, ...]) -> list[str]:
    """Those of the texts that say something."""
    return list(filter(None, map(on_one_line, texts)))


def web_link(link: str | None) -> str | None:
    """The link, if it is one of the web: programs open what stands in these fields at a click."""
    return secure_link(link)


def certain_date(book: BookRow) -> str | None:
    """`2012`, `2012-02` or `2012-02-03`: as much of `published` as is certain."""
    if not book.published or not book.published_precision:
        return None
    return on_one_line(book.published[: _KNOWN_CHARACTERS[book.published_precision]])


def moment(text: str) -> datetime | None:
    """The time in UTC; None where another program wrote something else."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
