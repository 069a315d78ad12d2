"""How many ISBNs go into a call, and whose each volume of the answer is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.book import Found, Group, Match, Missing
from crawler.call import Response
from crawler.grouping import AGAIN_AFTER, FIRST_SIZE, FULL, TRIED, GroupSize
from crawler.isbn import ISBN13, isbn10
from crawler.sources import google_books
from tests.calls.crawling import made_up_isbns

LARGEST = 40


def auto() -> GroupSize:
    return GroupSize(None, LARGEST)


def all_found(size: GroupSize, *, groups: int, records_per_isbn: float = 1.0) -> list[int]:
    """The sizes of so many groups whose every ISBN is mapped."""
    sizes = []
    for _ in range(groups):
        sizes.append(asked := size.size)
        size.learn(asked, mapped=asked, records=min(FULL, round(asked * records_per_isbn)))
    return sizes


def none_found(size: GroupSize, *, groups: int = TRIED) -> None:
    for _ in range(groups):
        size.learn(size.size, mapped=0, records=0)


def test_the_first_group_is_small_and_the_next_are_larger_while_all_is_found() -> None:
    first, *later = all_found(auto(), groups=8)
    assert first == FIRST_SIZE
    assert later == sorted(later)
    # Where each ISBN brings one record, 29 of them keep two deviations away from 40.
    assert 25 <= later[-1] <= 30


def test_a_group_of_isbns_that_bring_many_records_each_stays_small() -> None:
    *_, last = all_found(auto(), groups=50, records_per_isbn=4.0)
    assert last * 4 < FULL
    assert last >= 5


def test_isbns_that_bring_few_records_go_forty_at_a_time() -> None:
    *_, last = all_found(auto(), groups=50, records_per_isbn=0.5)
    assert last == LARGEST


def test_a_crowded_answer_makes_the_next_group_smaller() -> None:
    size = auto()
    all_found(size, groups=8)
    before = size.size
    size.learn(before, mapped=before - 4, records=FULL)
    assert size.size < before


def test_an_api_that_takes_no_groups_is_asked_singly_after_few_calls() -> None:
    size = auto()
    none_found(size, groups=TRIED - 1)
    assert size.size > 1
    none_found(size, groups=1)
    assert size.size == 1
    assert not size.proven
    assert size.calls_per_isbn == 1.0


def test_a_group_that_maps_one_isbn_saves_nothing() -> None:
    size = auto()
    for _ in range(TRIED):
        size.learn(size.size, mapped=1, records=1)
    assert size.size == 1


def test_groups_that_did_not_pay_are_tried_anew_after_ever_longer_whiles() -> None:
    """The top of a list, or a bad hour, tells little of the rest."""
    size = auto()
    none_found(size)
    alone = []
    for _ in range(3):
        alone.append(0)
        while size.size == 1:
            size.learn_alone()
            alone[-1] += 1
        none_found(size)
    assert alone == [AGAIN_AFTER, 2 * AGAIN_AFTER, 4 * AGAIN_AFTER]


def test_groups_that_are_tried_anew_and_pay_grow_as_if_nothing_had_been() -> None:
    size = auto()
    none_found(size)
    for _ in range(AGAIN_AFTER):
        size.learn_alone()
    assert all_found(size, groups=8) == all_found(auto(), groups=8)
    assert size.proven


def test_isbns_alone_say_nothing_of_groups_that_pay() -> None:
    size = auto()
    before = all_found(size, groups=8)[-1]
    for _ in range(AGAIN_AFTER):
        size.learn_alone()
    assert size.size == before


def test_the_halves_of_a_refused_group_do_not_make_it_smaller_still() -> None:
    size = auto()
    all_found(size, groups=8)
    for refused in (20, 10, 10):
        size.refuse(refused)
    assert size.size == 5


def test_groups_grow_more_slowly_once_one_was_refused() -> None:
    size = auto()
    size.refuse(8)
    assert all_found(size, groups=3) == [4, 6, 9]


@given(st.lists(st.one_of(
    st.tuples(st.integers(0, 40), st.integers(0, 40)), st.just("refused"), st.just("alone"),
)))  # fmt: skip
def test_whatever_comes_a_group_has_one_isbn_at_least_and_forty_at_most(
    history: list[tuple[int, int] | str],
) -> None:
    size = auto()
    for event in history:
        asked = size.size
        if event == "refused":
            size.refuse(asked)
        elif event == "alone":
            size.learn_alone()
        else:
            mapped, records = event
            size.learn(asked, mapped=min(int(mapped), asked), records=int(records))
        assert 1 <= size.size <= LARGEST
        assert 0 < size.calls_per_isbn <= 1


@pytest.mark.parametrize("fixed", [1, 7, 40])
def test_a_size_that_was_told_stays(fixed: int) -> None:
    size = GroupSize(fixed, LARGEST)
    size.refuse(fixed)
    none_found(size, groups=2 * TRIED)
    assert (size.size, size.proven) == (fixed, True)


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
