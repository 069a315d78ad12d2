import json
from typing import Any

import pytest

from crawler.book import Found, Match, Missing
from crawler.call import Response, Trouble, Verdict
from crawler.isbn import ISBN13, parse_isbn
from crawler.sources import google_books

MATILDA = parse_isbn("9780140328721")
OTHER = "9780439023481"


def volume(id_: str, *identifiers: tuple[str, str], **info: object) -> dict[str, Any]:
    listed = [{"type": kind, "identifier": text} for kind, text in identifiers]
    return {"id": id_, "volumeInfo": {"title": id_, "industryIdentifiers": listed, **info}}


def read(*volumes: dict[str, Any], isbn: ISBN13 = MATILDA) -> Found | Missing | Verdict:
    body = {"kind": "books#volumes", "totalItems": len(volumes)}
    if volumes:
        body |= {"items": list(volumes)}  # a search without a hit has no items at all
    return google_books.read(isbn, Response(200, {}, json.dumps(body).encode()))


def title(outcome: Found | Missing | Verdict) -> str | None:
    assert isinstance(outcome, Found)
    return outcome.book.title


def test_the_right_volume_may_be_the_second_one() -> None:
    outcome = read(
        volume("wrong", ("ISBN_13", OTHER)),
        volume("right", ("ISBN_13", str(MATILDA))),
    )
    assert title(outcome) == "right"


def test_any_of_the_identifiers_of_a_volume_confirms() -> None:
    several = volume("several", ("ISBN_13", "9780064400558"), ("ISBN_10", "0140328726"))
    assert isinstance(found := read(several), Found)
    assert found.book.match is Match.CONFIRMED


def test_an_isbn_10_alone_confirms_its_isbn_13() -> None:
    outcome = read(volume("right", ("OTHER", "UOM:1"), ("ISBN_10", "0140328726")))
    assert isinstance(outcome, Found)
    assert outcome.book.match is Match.CONFIRMED


def test_a_volume_without_any_isbn_is_taken_as_unconfirmed() -> None:
    outcome = read(volume("old", ("OTHER", "UOM:39015004307750")))
    assert isinstance(outcome, Found)
    assert outcome.book.match is Match.UNCONFIRMED


def test_volumes_with_other_isbns_only_are_no_answer() -> None:
    assert read(volume("a", ("ISBN_13", OTHER)), volume("b", ("ISBN_10", "0439023483"))) == (
        Missing()
    )


def test_a_volume_without_isbn_among_strangers_is_a_stranger_too() -> None:
    assert read(volume("a", ("ISBN_13", OTHER)), volume("b", ("OTHER", "UOM:1"))) == Missing()


def test_an_isbn_that_can_not_be_read_still_contradicts() -> None:
    assert read(volume("a", ("ISBN_13", "978014032872X"))) == Missing()


def test_of_several_confirmed_volumes_the_fullest_wins_in_any_order() -> None:
    poor = volume("poor", ("ISBN_13", str(MATILDA)))
    full = volume("full", ("ISBN_13", str(MATILDA)), pageCount=240, publisher="Puffin")
    assert title(read(poor, full)) == title(read(full, poor)) == "full"


def test_no_items_is_a_missing_book() -> None:
    assert read() == Missing()


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"<html>", b'{"items": [{"id"', b'{"items": 3}', b'{"items":[{"id":7}]}',
     b"\xff\xfe", b'{"items":[' * 100_000, b"{}", b'{"error": {"code": 503}}', b'{"ssid": "hotel"}',
     b'{"items":[{"id":"\xff"}]}'],
)  # fmt: skip
def test_what_is_no_answer_of_theirs_may_pass_and_is_asked_for_again(body: bytes) -> None:
    verdict = google_books.read(MATILDA, Response(200, {}, body))
    assert isinstance(verdict, Verdict)
    assert verdict.trouble is Trouble.TRANSIENT


def test_the_payload_is_the_volume_as_received() -> None:
    item = b'{"id":"x",  "volumeInfo":{"title":"T","new":[1]}}'
    outcome = google_books.read(MATILDA, Response(200, {}, b'{"items":[' + item + b"]}"))
    assert isinstance(outcome, Found)
    assert outcome.payload == item


def test_the_key_travels_in_a_header_and_never_in_the_query() -> None:
    assert "secret" not in str(google_books.request([MATILDA], country="US"))
    assert google_books.credentials("secret") == {"x-goog-api-key": "secret"}


def test_all_that_is_read_is_asked_for() -> None:
    """`fields` cuts the answer: what it does not list does not come."""
    from crawler.sources.volume import VolumeInfo

    asked = google_books.request([MATILDA], country=None).params["fields"]
    for name in VolumeInfo.__struct_encode_fields__:
        assert name in asked


def test_only_google_itself_needs_a_key() -> None:
    assert google_books.needs_key("https://www.googleapis.com/books/v1")
    assert google_books.needs_key("https://books.googleapis.com/books/v1")
    assert not google_books.needs_key("http://127.0.0.1:8000/books/v1")
    assert not google_books.needs_key("https://googleapis.com.example.org/")
