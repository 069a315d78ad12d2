"""What an API says of a book is stored as it is meant or not at all; nothing obeys it."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from crawler.book import Detail
from crawler.isbn import ISBN13
from crawler.sources.text import (
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_NAMES,
    one_line,
    plain_text,
    secure_link,
)
from crawler.store.payloads import decompress
from tests.acceptance.database import Cell, Database
from tests.calls.conftest import _a_users_own_folder
from tests.calls.crawling import made_up_isbns
from tests.faults.account import Account
from tests.faults.hostile import Fault, Talk, always, reply
from tests.faults.hostile_texts import MEANINGFUL, PATHS, obeyed
from tests.faults.inside import Inside, run_inside
from tests.faults.screen import commands, on_a_terminal

__all__ = ["_a_users_own_folder"]

TEXTS = ("title", "subtitle", "publisher", "published", "description", "language", "print_type")
LINK = "https://books.google.com/books?id=x"


def volume(isbn: str, fields: str, name: str = '"x-0_Z"') -> str:
    identifiers = f'"industryIdentifiers": [{{"type": "ISBN_13", "identifier": "{isbn}"}}]'
    return f'{{"id": {name}, "volumeInfo": {{{identifiers}, {fields}}}}}'


def telling(volumes: Mapping[str, str]) -> Fault:
    """Of each ISBN the volume that is given for it; the same as the whole record."""

    async def tell(talk: Talk) -> None:
        asked = re.search(r"volumes\?.*isbn(?::|%3A)(\d{13})", talk.request)
        one = volumes[asked[1]] if asked else next(iter(volumes.values()))
        answer = f'{{"totalItems": 1, "items": [{one}]}}' if asked else one
        await talk.send(reply(answer.encode()))

    return tell


def crawled(folder: Path, volumes: Sequence[str], isbns: list[ISBN13], **options: Any) -> Database:
    """The database of a crawl whose answers are these volumes, all of which have to be found."""

    async def crawl(inside: Inside) -> Database:
        told = dict(zip(map(str, isbns), volumes, strict=True))
        inside.server.meets = always(telling(told))
        summary = await inside.crawl(0, **options)
        assert summary.ledger.found == len(isbns)
        return inside.trial.program.database

    return run_inside(folder, len(isbns), crawl)


def payloads(database: Database) -> list[str]:
    rows = database.rows(
        "SELECT payloads.body, dictionaries.body FROM payloads JOIN dictionaries "
        "ON dictionaries.id = payloads.dictionary ORDER BY payloads.id"
    )
    return [decompress(body, words).decode() for body, words in rows]  # type: ignore[arg-type]


ODD: dict[str, tuple[str, dict[str, Cell]]] = {
    "a number as title": ('"title": 5', {"title": None}),
    "a list as title": ('"title": ["Fox"]', {"title": None}),
    "a title of 3 MB": (f'"title": "{"x" * 3_000_000}"', {"title": "x" * LONGEST_LINE}),
    "a title of controls": (r'"title": "\u0000F\u001b[2Jo\u009bx\u007f"', {"title": "F[2Jox"}),
    "100,000 authors": (
        f'"authors": {json.dumps(["A"] * 100_000)}',
        {"authors": json.dumps(["A"] * MOST_NAMES, separators=(",", ":"))},
    ),
    "a name as authors": ('"authors": "Ann"', {"authors": "[]"}),
    "numbers as authors": ('"title": "Fox", "authors": [1]', {"title": "Fox", "authors": "[]"}),
    "pages beyond 64 bits": (f'"pageCount": {10**30}', {"page_count": None}),
    "pages beyond 32 bits": (f'"pageCount": {2**31}', {"page_count": None}),
    "as many pages as there can be": (f'"pageCount": {2**31 - 1}', {"page_count": 2**31 - 1}),
    "fewer pages than none": ('"pageCount": -5', {"page_count": None}),
    "half a page": ('"pageCount": 2.5', {"page_count": None}),
    "pages in words": ('"pageCount": "ten"', {"page_count": None}),
    "ratings beyond 64 bits": (f'"ratingsCount": {10**30}', {"ratings_count": None}),
    "a rating without end": ('"averageRating": 1e999', {"average_rating": None}),
    "a rating of 401 digits": (f'"averageRating": {10**400}', {"average_rating": None}),
    "a rating below all": ('"averageRating": -1e308', {"average_rating": None}),
    "a rating of six stars": ('"averageRating": 6', {"average_rating": None}),
    "the year 99999": (
        '"publishedDate": "99999-01-01"', {"published": "99999-01-01", "published_year": None},
    ),
    "a number as date": ('"publishedDate": 2009', {"published": None, "published_year": None}),
    "a description of 3 MB": (
        f'"description": "{"x" * 3_000_000}"', {"description": "x" * LONGEST_TEXT},
    ),
    "an entity of 5,000 digits": (
        f'"description": "&#{"9" * 5000};&#x{"f" * 5000};"',
        {"description": "\N{REPLACEMENT CHARACTER}" * 2},
    ),
    "a link that is a script": ('"infoLink": "javascript:alert(1)"', {"info_link": None}),
    "a link that is a file": (
        '"imageLinks": {"thumbnail": "file:///etc/passwd"}', {"thumbnail_url": None},
    ),
    "a link that is data": ('"infoLink": "data:text/html,<script>"', {"info_link": None}),
    "a link with a header": (r'"infoLink": "https://a/\r\nX-Evil: 1"', {"info_link": None}),
    "a link with a tag": ('"infoLink": "https://a/<script>"', {"info_link": None}),
    "a link to nowhere": ('"infoLink": "https:///etc/passwd"', {"info_link": None}),
    "a link without end": (f'"infoLink": "https://a/{"x" * 9000}"', {"info_link": None}),
    "a link of 1995": (f'"infoLink": "{LINK.replace("https", "HTTP")}"', {"info_link": LINK}),
    "a number as link": ('"infoLink": 5, "imageLinks": "x"', {"info_link": None}),
}  # fmt: skip


def test_an_odd_field_is_left_out_or_cut_and_the_rest_of_the_book_is_stored(
    tmp_path: Path, account: Account
) -> None:
    isbns = made_up_isbns(len(ODD))
    sent = [
        volume(str(isbn), fields) for isbn, (fields, _) in zip(isbns, ODD.values(), strict=True)
    ]
    database = crawled(tmp_path, sent, isbns)
    books = dict(zip(ODD, database.table("books"), strict=True))
    told = {name: {column: book[column] for column in ODD[name][1]} for name, book in books.items()}
    assert told == {name: expected for name, (_, expected) in ODD.items()}
    assert payloads(database) == sent
    account("security", "odd values in answers", "hostile server", times=len(ODD), lost=0)


def test_texts_that_mean_something_elsewhere_are_stored_and_shown_as_nothing_but_text(
    tmp_path: Path, account: Account
) -> None:
    isbns = made_up_isbns(len(MEANINGFUL))
    sent = [evil(str(isbn), text) for isbn, text in zip(isbns, MEANINGFUL, strict=True)]
    database = crawled(tmp_path, sent, isbns)
    tables = database.rows("SELECT name, sql FROM sqlite_schema ORDER BY name")
    assert {"books", "ledger"} <= {name for name, _ in tables}
    for book in database.table("books"):
        for column in TEXTS:
            stored = str(book[column])
            assert not [sign for sign in obeyed(stored) if ord(sign) < 256], (column, stored)
        assert str(book["info_link"] or LINK).startswith("https://")
        assert str(book["thumbnail_url"] or LINK).startswith("https://")
    assert payloads(database) == sent
    for words in commands(database.path, isbns):
        seen = on_a_terminal(words)
        assert seen.code == 0, (words, seen.err)
        assert not obeyed(seen.out + seen.err), words
    assert database.rows("SELECT name, sql FROM sqlite_schema ORDER BY name") == tables
    account("security", "texts with a meaning", "hostile server", times=len(sent), lost=0)


def evil(isbn: str, text: str) -> str:
    word = json.dumps(text)
    fields = ("title", "subtitle", "publisher", "publishedDate", "description", "language",
              "printType", "infoLink")  # fmt: skip
    links = f'"imageLinks": {{"thumbnail": {word}}}'
    lists = f'"authors": [{word}, "Ann"], "categories": [{word}]'
    told = ", ".join(f'"{field}": {word}' for field in fields)
    return volume(isbn, f"{told}, {lists}, {links}", word)


NAMES = (*PATHS, "..", ".", "", "?key=x", "a/b", "a?b", "a#b", "%2e%2e%2f", "a b", "x" * 9999)


def test_an_id_is_no_way_to_another_place_of_the_api(tmp_path: Path, account: Account) -> None:
    isbns = made_up_isbns(len(NAMES) + 1)
    ids = [json.dumps(name) for name in ("zyTCAlFPjgYC", *NAMES)]
    sent = [
        volume(str(isbn), '"title": "Fox"', name) for isbn, name in zip(isbns, ids, strict=True)
    ]
    database = crawled(tmp_path, sent, isbns, detail=Detail.ALWAYS)
    assert len(database.table("books")) == len(ids)
    lines = (tmp_path / "calls.jsonl").read_text().splitlines()
    asked = {call["path"] for call in map(json.loads, lines)}
    assert asked == {"/books/v1/volumes", "/books/v1/volumes/zyTCAlFPjgYC", "/books/v1/volumes/-rf"}
    account("security", "ids that are paths", "hostile server", times=len(ids), lost=0)


LONG_WINDED = (
    "<a ", "<a b='", '<a b="', "<!--", "<!-- -", "</", "<", "&", "&#", "&#x9", "&lt", "<![", "<?x ",
    "<p ", "<br>", "<a b='>", "<a '\"", "\n \n", " ", "-->", "<x y=\"'",
)  # fmt: skip


@pytest.mark.parametrize("fragment", LONG_WINDED)
def test_no_description_takes_long_to_read(fragment: str, account: Account) -> None:
    began = time.process_time()
    plain_text("<b>" + fragment * 1_000_000)
    one_line(fragment * 1_000_000)
    secure_link("https://" + fragment * 1_000_000)
    assert time.process_time() - began < 2
    account("security", "descriptions that take long", "a million pieces", times=1, lost=0)
