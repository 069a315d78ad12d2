"""How many ISBNs go into a call."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.grouping import AGAIN_AFTER, FIRST_SIZE, FULL, TRIED, GroupSize

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
    history: list[tuple[int, int] | Literal["refused", "alone"]],
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
            size.learn(asked, mapped=min(mapped, asked), records=records)
        assert 1 <= size.size <= LARGEST
        assert 0 < size.calls_per_isbn <= 1


@pytest.mark.parametrize("fixed", [1, 7, 40])
def test_a_size_that_was_told_stays(fixed: int) -> None:
    size = GroupSize(fixed, LARGEST)
    size.refuse(fixed)
    none_found(size, groups=2 * TRIED)
    assert (size.size, size.proven) == (fixed, True)
