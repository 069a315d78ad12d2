"""The answers that other projects recorded from Google, against what is read from them."""

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.book import Found
from crawler.call import Response
from crawler.isbn import find_isbn
from crawler.sources import google_books
from tests.real import REAL, needs_real_data

LISTS = sorted((REAL / "google_books").glob("list_*.json"))
VOLUMES = sorted((REAL / "google_books").glob("volume_*.json"))


def items_of(file: Path) -> list[dict[str, Any]]:
    recorded = json.loads(file.read_bytes())
    return recorded.get("items", []) if file in LISTS else [recorded]


@needs_real_data
@pytest.mark.parametrize("file", LISTS + VOLUMES, ids=lambda file: file.stem)
def test_each_recorded_volume_with_an_isbn_is_read_as_it_stands_in_the_file(file: Path) -> None:
    for item in items_of(file):
        info = item["volumeInfo"]
        body = json.dumps({"items": [item]}).encode()
        for identifier in info.get("industryIdentifiers", []):
            isbn = find_isbn(identifier["identifier"])
            if isbn is None or not identifier["type"].startswith("ISBN"):
                continue
            outcome = google_books.read(isbn, Response(200, {}, body))
            assert isinstance(outcome, Found)
            book = outcome.book
            assert json.loads(outcome.payload) == item
            assert book.isbn13 == isbn
            assert book.source_id == item.get("id", "")
            assert book.title == " ".join(info["title"].split())
            assert book.authors == tuple(name.strip() for name in info.get("authors", []))
            assert book.categories == tuple(info.get("categories", []))
            assert book.publisher == ((info.get("publisher") or "").strip() or None)
            assert book.published == info.get("publishedDate")
            assert book.language == info.get("language")
            assert book.page_count == (info.get("pageCount") or None)
            assert book.average_rating == info.get("averageRating")
            assert book.ratings_count == info.get("ratingsCount")
            assert str(book.published_year) in (info.get("publishedDate") or "None")
            assert (book.description is None) == (
                info.get("description") in {None, "", "undefined", "?", "No Marketing Blurb"}
            )
            assert (book.thumbnail_url is None) == ("imageLinks" not in info)


@needs_real_data
@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_no_recorded_answer_raises_or_is_taken_for_trouble(file: Path) -> None:
    isbn = find_isbn("9780000000002")
    assert isbn is not None
    outcome = google_books.read(isbn, Response(200, {}, file.read_bytes()))
    assert type(outcome).__name__ in {"Found", "Missing"}
