"""Google Books: `isbn:` is a search and not a look-up, so what it finds has to be confirmed."""

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
from msgspec import Raw, Struct

from crawler.book import Found, Group, Match, Missing
from crawler.call import Request, Response, Trouble, Verdict
from crawler.isbn import ISBN13, find_written, written_forms
from crawler.sources.google_errors import UNREADABLE, classify
from crawler.sources.volume import Volume, book_of, fullness, merged, read_volume

NAME = "google"

MOST_RESULTS = 40
"""The most that `maxResults` may be; the right volume need not be the first."""

LARGEST_GROUP = 40
"""ISBNs in one search; more could not all have a place. The address takes 900 bytes then."""

VOLUME_FIELDS = (
    "id,volumeInfo(title,subtitle,authors,publisher,publishedDate,description,"
    "industryIdentifiers,pageCount,printType,categories,averageRating,ratingsCount,"
    "imageLinks(smallThumbnail,thumbnail),language,infoLink)"
)
"""The partial answer that is asked for: just what is read (Books API, "Performance Tips")."""

Candidate = tuple[Volume, bytes]
"""A volume, and the item of the answer as received."""


class _Volumes(Struct, frozen=True):
    """The volumes of an answer, and how many items of it can't be read as one."""

    read: list[Candidate]
    unread: int


class _Answer(Struct, rename="camel"):
    """No hit has no `items`; the items stay as received, to be kept as payloads."""

    items: tuple[Raw, ...] | None = None
    total_items: int | None = None


def credentials(key: str) -> Mapping[str, str]:
    """The header that carries the key: an address ends in logs, a header does not."""
    return {"x-goog-api-key": key}


def needs_key(base_url: str) -> bool:
    """Whether it is Google's own address: since 2026 its quota without a key is 0."""
    return (urlsplit(base_url).hostname or "").endswith("googleapis.com")


def request(isbns: Sequence[ISBN13], *, country: str | None) -> Request:
    """The search for one ISBN or several; `country` cures the refusal `unknownLocation`.

    That `OR` joins `isbn:` terms is undocumented, and in use by several other programs.
    """
    query = " OR ".join(f"isbn:{isbn}" for isbn in isbns)
    return _search(query, country, isbns=len(isbns))


def read(isbn: ISBN13, response: Response) -> Found | Missing | Verdict:
    """The book among the volumes that the search for one ISBN found, if one of them can be it.

    A volume whose identifiers name the ISBN is it; of several, the fullest. Where no volume in the
    answer carries any ISBN, the fullest is taken as unconfirmed; where one carries only others, the
    search went astray and nothing in it is taken.
    """
    volumes = _volumes(response)
    if isinstance(volumes, Verdict):
        return volumes
    if confirmed := _confirmed([isbn], volumes.read).get(isbn):
        return confirmed
    if volumes.unread:
        return Verdict(Trouble.TRANSIENT, "the answer holds a volume that can't be read")
    if volumes.read and all(volume.carries_no_isbn for volume, _ in volumes.read):
        return _found(isbn, volumes.read, Match.UNCONFIRMED)
    return Missing()


def read_group(isbns: Sequence[ISBN13], response: Response) -> Group | Verdict:
    """The books that the search for several ISBNs confirmed.

    An ISBN that is not among them is not missing: its volume may carry no ISBN, or have found no
    place among the forty.
    """
    volumes = _volumes(response)
    if isinstance(volumes, Verdict):
        return volumes
    found = _confirmed(isbns, volumes.read)
    nameless = any(volume.carries_no_isbn for volume, _ in volumes.read)
    records = len(volumes.read) + volumes.unread
    return Group(found, records, records >= MOST_RESULTS, nameless or bool(volumes.unread))


def request_plainly(isbn: ISBN13, *, country: str | None) -> Request:
    """The plain search for the number, which finds some books that `isbn:` does not."""
    return _search(str(isbn), country)


def read_plainly(isbn: ISBN13, response: Response) -> Found | Missing | Verdict:
    """Like `read`, but only a confirmed volume is taken: others may just mention the number."""
    volumes = _volumes(response)
    if isinstance(volumes, Verdict):
        return volumes
    return _confirmed([isbn], volumes.read).get(isbn) or Missing()


def reread(isbn: ISBN13, payload: bytes) -> Found | Missing | Verdict:
    """The book that a kept payload tells of today: an item of a search, or one and a whole record.

    Its match is judged again; a volume whose identifiers name only other ISBNs is `Missing`.
    """
    try:
        detailed = payload.startswith(b"[")
        items = msgspec.json.decode(payload, type=list[Raw]) if detailed else [payload]
        volumes = [read_volume(item) for item in items]
    except UNREADABLE as error:
        return _no_answer(str(error))
    if not volumes:
        return _no_answer("it is empty")
    searched = volumes[0]
    is_confirmed = isbn in _confirmed([isbn], [(searched, payload)])
    if not (is_confirmed or searched.carries_no_isbn):
        return Missing()
    match = Match.CONFIRMED if is_confirmed else Match.UNCONFIRMED
    return Found(book_of(reduce(merged, volumes), isbn, match, NAME), payload)


def request_detail(found: Found, *, country: str | None) -> Request | None:
    """The whole record of a volume that a search found, if its id can stand in an address.

    An id is data: with `../` in it, another place of the API would be asked, with the key.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", found.book.source_id):
        return None
    params = {"fields": VOLUME_FIELDS, "prettyPrint": "false"}
    return Request(f"volumes/{found.book.source_id}", params | _as_from(country))


def read_detail(found: Found, response: Response) -> Found | Verdict:
    """The book with what the whole record tells; a record that is not to be had adds nothing."""
    if response.status == HTTPStatus.NOT_FOUND:
        return found
    if refused := classify(response):
        return refused
    try:
        searched = read_volume(found.payload)
        detailed = read_volume(response.body)
    except UNREADABLE as error:
        return _no_answer(str(error))
    book = book_of(merged(searched, detailed), found.book.isbn13, found.book.match, NAME)
    return Found(book, b"[" + found.payload + b"," + response.body.strip() + b"]")


def _search(query: str, country: str | None, *, isbns: int = 1) -> Request:
    params = {
        "q": query,
        "maxResults": str(MOST_RESULTS),
        "fields": f"totalItems,items({VOLUME_FIELDS})",
        "prettyPrint": "false",
    }
    return Request("volumes", params | _as_from(country), isbns)


def _as_from(country: str | None) -> dict[str, str]:
    return {"country": country} if country else {}


def _volumes(response: Response) -> _Volumes | Verdict:
    if refused := classify(response):
        return refused
    try:
        answer = msgspec.json.decode(response.body, type=_Answer)
    except UNREADABLE as error:
        return _no_answer(str(error))
    if answer.items is None and answer.total_items is None:
        return _no_answer("it does not say what was found")  # a login page may be JSON, too
    read: list[Candidate] = []
    unread = 0
    for item in answer.items or ():
        try:
            read.append((read_volume(item), bytes(item)))
        except UNREADABLE:
            unread += 1
    return _Volumes(read, unread)


def _no_answer(why: str) -> Verdict:
    return Verdict(Trouble.TRANSIENT, f"the answer is not one of Google Books ({why})")


def _confirmed(isbns: Sequence[ISBN13], volumes: Sequence[Candidate]) -> dict[ISBN13, Found]:
    """The books whose volumes name their ISBN; each volume is looked at once for all of them."""
    forms = written_forms(isbns)
    fitting: dict[ISBN13, list[Candidate]] = {}
    for candidate in volumes:
        for isbn in {find_written(text, forms) for text in candidate[0].written_isbns}:
            if isbn:
                fitting.setdefault(isbn, []).append(candidate)
    return {isbn: _found(isbn, fits, Match.CONFIRMED) for isbn, fits in fitting.items()}


def _found(isbn: ISBN13, candidates: Sequence[Candidate], match: Match) -> Found:
    volume, item = candidates[0]
    if len(candidates) > 1:
        volume, item = max(candidates, key=lambda candidate: (fullness(candidate[0]), candidate[1]))
    return Found(book_of(volume, isbn, match, NAME), item)
