"""A kept payload is read as its answer was."""

import pytest

from crawler.book import Found, Match, Missing
from crawler.call import Response, Verdict
from crawler.isbn import ISBN13
from crawler.sources import google_books as google

FOX = ISBN13(9780140328721)
OWL = ISBN13(9780439023481)
ITEM = (
    b'{"id":"x","volumeInfo":{"title":"Fox","industryIdentifiers":'
    b'[{"type":"ISBN_10","identifier":"0140328726"}]}}'
)
NAMELESS = b'{"id":"y","volumeInfo":{"title":"Owl"}}'
WHOLE = b'{"id":"x","volumeInfo":{"title":"Another","description":"Long","pageCount":96}}'


def answered(item: bytes) -> Response:
    return Response(200, {}, b'{"totalItems":1,"items":[' + item + b"]}")


@pytest.mark.parametrize("item", [ITEM, NAMELESS])
def test_an_item_is_the_book_that_the_search_found(item: bytes) -> None:
    found = google.read(FOX, answered(item))
    assert isinstance(found, Found)
    assert google.reread(FOX, found.payload) == found


def test_an_item_with_its_whole_record_is_the_book_of_both() -> None:
    searched = google.read(FOX, answered(ITEM))
    assert isinstance(searched, Found)
    detailed = google.read_detail(searched, Response(200, {}, WHOLE))
    assert isinstance(detailed, Found)
    assert google.reread(FOX, detailed.payload) == detailed
    assert (detailed.book.title, detailed.book.page_count) == ("Fox", 96)


def test_the_match_is_judged_again_and_a_record_of_another_book_is_missing() -> None:
    read = google.reread(FOX, ITEM)
    assert isinstance(read, Found)
    assert read.book.match is Match.CONFIRMED
    assert google.reread(OWL, ITEM) == Missing()


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b"{", b'["x"]', b"\xff", b"[[[["])
def test_what_is_no_record_is_told_as_such(payload: bytes) -> None:
    assert isinstance(google.reread(FOX, payload), Verdict)
