"""A list that is handed over is read as a file would be that has one ISBN a line."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.library.inputs import open_list
from crawler.seed import InputCounts
from tests.acceptance.books import isbns

ITEMS = st.one_of(st.sampled_from(isbns(20)), st.integers(), st.text(max_size=20))


def counted(items: list[str | int]) -> InputCounts:
    opened, _ = open_list(items)
    with opened:
        for _batch in opened.batches():
            pass
        return opened.counts


@given(st.lists(st.sampled_from(isbns(20)), max_size=30))
def test_each_isbn_is_a_seed_once(items: list[str | int]) -> None:
    counts = counted(items)
    assert (counts.lines, counts.seeds) == (len(items), len(set(items)))


@given(st.lists(ITEMS, min_size=1, max_size=30))
def test_whatever_the_list_holds_each_item_is_a_line(items: list[str | int]) -> None:
    counts = counted(items)
    assert len(items) - 1 <= counts.lines <= len(items)  # the first may be a header
    of_all = counts.seeds + counts.duplicates + counts.rejected + counts.blank
    assert of_all == counts.lines + counts.further


def test_an_empty_list_is_nothing_to_read() -> None:
    opened, records = open_list([])
    assert (opened.descriptions, records) == ({}, ())
