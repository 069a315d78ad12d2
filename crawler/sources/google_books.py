"""Google Books: `isbn:` is a search and not a look-up, so what it finds has to be confirmed."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
from msgspec import Raw, Struct

from crawler.book import Found, Match, Missing
from crawler.call import Request, Response, Trouble, Verdict
from crawler.isbn import ISBN13
from crawler.sources.google_errors import classify
from crawler.sources.volume import Volume, book_of, fullness, match_of

NAME = "google"
BASE_URL = "https://www.googleapis.com/books/v1"

MOST_RESULTS = "40"
"""The most that `maxResults` may be; the right volume need not be the first."""

FIELDS = (
    "totalItems,items(id,volumeInfo(title,subtitle,authors,publisher,publishedDate,description,"
    "industryIdentifiers,pageCount,printType,categories,averageRating,ratingsCount,"
    "imageLinks(smallThumbnail,thumbnail),language,infoLink))"
)
"""The partial answer that is asked for: just what is read (Books API, "Performance Tips")."""


class _Answer(Struct):
    """No hit has no `items`; the items stay as received, to be kept as payloads."""

    items: tuple[Raw, ...] = ()


def credentials(key: str) -> Mapping[str, str]:
    """The header that carries the key: an address ends in logs, a header does not."""
    return {"x-goog-api-key": key}


def needs_key(base_url: str) -> bool:
    """Whether it is Google's own address: since 2026 its quota without a key is 0."""
    return (urlsplit(base_url).hostname or "").endswith("googleapis.com")


def request(isbn: ISBN13, *, country: str | None) -> Request:
    """The search for one ISBN; `country` cures the refusal `unknownLocation`."""
    params = {
        "q": f"isbn:{isbn}",
        "maxResults": MOST_RESULTS,
        "fields": FIELDS,
        "prettyPrint": "false",
    }
    return Request("volumes", params | {"country": country} if country else params)


def read(isbn: ISBN13, response: Response) -> Found | Missing | Verdict:
    """The book among the volumes found, if one of them can be it.

    A volume whose identifiers name the ISBN is it; of several, the fullest. Where no volume in the
    answer carries any ISBN, the fullest is taken as unconfirmed; where one carries only others, the
    search went astray and nothing in it is taken.
    """
    if refused := classify(response):
        return refused
    try:
        items = msgspec.json.decode(response.body, type=_Answer).items
        volumes = [(msgspec.json.decode(item, type=Volume), bytes(item)) for item in items]
    except (msgspec.DecodeError, RecursionError) as error:
        return Verdict(Trouble.TRANSIENT, f"the answer is not one of Google Books ({error})")
    matches = [(match_of(volume, isbn), volume, payload) for volume, payload in volumes]
    for match in Match.CONFIRMED, Match.UNCONFIRMED:
        fitting = [(fullness(v), v, payload) for m, v, payload in matches if m is match]
        if fitting and (match is Match.CONFIRMED or len(fitting) == len(matches)):
            _, volume, payload = max(fitting, key=lambda candidate: candidate[0])
            return Found(book_of(volume, isbn, match, NAME), payload)
    return Missing()
