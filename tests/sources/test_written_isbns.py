"""Which ISBN a source has written is told at sight, and the same is told as by reading it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.isbn import (
    ISBN13,
    MUSIC_PREFIX,
    find_isbn,
    find_written,
    hyphenated,
    isbn10,
    written_forms,
)

MATILDA = ISBN13(9780140328721)
NEWER = ISBN13(9791032305690)
KNOWN = [MATILDA, NEWER]


def with_check_digit(body: int) -> ISBN13:
    weighted = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(str(body)))
    return ISBN13(body * 10 + -weighted % 10)


isbns = (
    st.integers(978_000_000_000, 979_999_999_999)
    .map(with_check_digit)
    .filter(lambda isbn: not str(isbn).startswith(MUSIC_PREFIX))
)
written = isbns.flatmap(
    lambda isbn: st.sampled_from(
        [text for text in (str(isbn), isbn10(isbn), hyphenated(isbn)) if text]
    )
)
near_misses = st.builds(
    lambda text, place, sign: f"{text[:place]}{sign}{text[place + 1 :]}",
    written,
    st.integers(0, 13),
    st.sampled_from("0123456789xX -٣²\n") | st.just(""),
)
digits = st.text("0123456789xX- ", min_size=8, max_size=17)


@settings(max_examples=1000)
@given(written | near_misses | digits | st.text(), st.lists(isbns, max_size=3))
def test_a_text_writes_the_isbn_that_reading_it_gives_if_that_is_among_them(
    text: str, others: list[ISBN13]
) -> None:
    read = find_isbn(text)
    assert find_written(text, written_forms(others)) == (read if read in others else None)
    if read:
        assert find_written(text, written_forms([*others, read])) == read


@pytest.mark.parametrize(
    "text",
    ["9780140328721", "0140328726", "978-0-14-032872-1", " 0 14 032872 6", "9780140328721\n"],
)
def test_an_isbn_is_known_in_all_its_forms(text: str) -> None:
    assert find_written(text, written_forms(KNOWN)) == MATILDA


@pytest.mark.parametrize("text", ["9780140328721", "0140328726"])
def test_digits_may_be_of_full_width(text: str) -> None:
    wide = text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert find_written(wide, written_forms(KNOWN)) == MATILDA


@pytest.mark.parametrize("text", ["080442957X", "080442957x", "0-8044-2957-x"])
def test_a_check_digit_may_be_an_x_of_either_case(text: str) -> None:
    assert find_written(text, written_forms([ISBN13(9780804429573)])) == 9780804429573


@pytest.mark.parametrize("text", ["", "None", "9780140328722", "0140328727", "1032305690"])
def test_what_is_no_isbn_or_another_is_none_of_them(text: str) -> None:
    assert find_written(text, written_forms(KNOWN)) is None


def test_a_number_with_979_has_one_form_only() -> None:
    assert written_forms([NEWER]) == {"9791032305690": NEWER}
