"""Whose each volume of a group's answer is, whatever the order in which they come."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.book import Found, Group, Match, Missing
from crawler.call import Response
from crawler.grouping import FULL
from crawler.isbn import ISBN13, isbn10
from crawler.sources import google_books
from tests.calls.crawling import made_up_isbns

ISBNS = made_up_isbns(6)
STRANGERS = made_up_isbns(3, seed=99)


def written(isbn: ISBN13) -> list[tuple[str, str]]:
    """The ways in which a volume may write its ISBN."""
    ways = [("ISBN_13", str(isbn))]
    return [*ways, ("ISBN_10", old)] if (old := isbn10(isbn)) else ways


IDENTIFIERS = st.sampled_from(
    [way for isbn in ISBNS + STRANGERS for way in written(isbn)]
    + [("OTHER", "UOM:39015004307750"), ("ISSN", "03178471"), ("ISBN_13", "978014032872X")]
)


@st.composite
def volumes(draw: st.DrawFn) -> dict[str, Any]:
    pairs = draw(st.lists(IDENTIFIERS, max_size=3))
    info: dict[str, Any] = {
        "industryIdentifiers": [{"type": kind, "identifier": text} for kind, text in pairs]
    }
    info |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "title": st.sampled_from(["A", "B"]),
                "pageCount": st.integers(0, 2),
                "description": st.sampled_from(["", "x", "yy"]),
            },
        )
    )
    return {"id": draw(st.sampled_from("abc")), "volumeInfo": info}


def answer(items: list[dict[str, Any]]) -> Response:
    return Response(200, {}, json.dumps({"totalItems": len(items), "items": items}).encode())


def read_group(items: list[dict[str, Any]]) -> Group:
    group = google_books.read_group(ISBNS, answer(items))
    assert isinstance(group, Group)
    return group


def names(item: dict[str, Any], isbn: ISBN13) -> bool:
    identifiers = item["volumeInfo"]["industryIdentifiers"]
    return any((i["type"], i["identifier"]) in written(isbn) for i in identifiers)


@given(st.data())
def test_the_order_of_an_answer_changes_nothing(data: st.DataObject) -> None:
    items = data.draw(st.lists(volumes(), max_size=8))
    shuffled = data.draw(st.permutations(items))
    assert read_group(shuffled) == read_group(items)
    for isbn in ISBNS:
        alone = google_books.read(isbn, answer(items))
        assert google_books.read(isbn, answer(shuffled)) == alone


@given(st.lists(volumes(), max_size=8))
def test_a_group_gives_each_isbn_a_book_that_names_it_and_only_such(
    items: list[dict[str, Any]],
) -> None:
    group = read_group(items)
    assert set(group.found) == {i for i in ISBNS if any(names(item, i) for item in items)}
    for isbn, found in group.found.items():
        assert (found.book.isbn13, found.book.match) == (isbn, Match.CONFIRMED)
        assert names(json.loads(found.payload), isbn)


@given(st.lists(volumes(), max_size=8))
def test_what_a_group_finds_is_what_asking_for_it_alone_would_have_found(
    items: list[dict[str, Any]],
) -> None:
    for isbn, found in read_group(items).found.items():
        assert google_books.read(isbn, answer(items)) == found


@given(st.lists(volumes(), max_size=8), st.integers(0, 2))
def test_an_answer_is_crowded_at_forty_records_and_nameless_with_one_that_carries_no_isbn(
    items: list[dict[str, Any]], more: int
) -> None:
    filled = items + [{"id": "z", "volumeInfo": {}}] * (FULL - len(items) - 1 + more)
    group = read_group(filled)
    assert (group.records, group.crowded) == (len(filled), len(filled) >= FULL)
    assert group.nameless
    assert not read_group([]).nameless


def test_a_volume_that_names_two_isbns_is_the_book_of_both() -> None:
    identifiers = [{"type": "ISBN_13", "identifier": str(isbn)} for isbn in ISBNS[:2]]
    both = [{"id": "set", "volumeInfo": {"industryIdentifiers": identifiers}}]
    assert set(read_group(both).found) == set(ISBNS[:2])


def test_a_volume_without_isbn_is_nobodys_in_a_group_and_the_books_of_one_who_asks_alone() -> None:
    nameless = [{"id": "old", "volumeInfo": {"title": "Old"}}]
    assert read_group(nameless).found == {}
    alone = google_books.read(ISBNS[0], answer(nameless))
    assert isinstance(alone, Found)
    assert alone.book.match is Match.UNCONFIRMED
    assert google_books.read_plainly(ISBNS[0], answer(nameless)) == Missing()
