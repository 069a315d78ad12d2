import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum import isbn as oracle
from stdnum.exceptions import ValidationError

from crawler.reader.plain import is_ean, is_issn, plain_isbn

tens = st.from_regex(r"[0-9]{9}[0-9X]", fullmatch=True)
thirteens = st.from_regex(r"(97[89]|[0-9]{3})[0-9]{10}", fullmatch=True)
bodies = st.from_regex(r"[0-9]{9}", fullmatch=True)


def expected(text: str) -> int | None:
    try:
        number = oracle.validate(text)
    except ValidationError:
        return None
    return int(oracle.to_isbn13(number))


@given(st.one_of(tens, thirteens))
@example("9790060115615")
@example("9780140328721")
@example("080442957X")
def test_what_is_plainly_an_isbn_is_what_stdnum_finds_valid(text: str) -> None:
    music, filler = text.startswith("9790"), len(text) == 10 and len(set(text)) == 1
    rounded = len(text) == 13 and text.endswith("000000")
    assert plain_isbn(text) == (None if music or filler or rounded else expected(text))


@given(bodies)
def test_each_body_has_one_right_check_digit_in_both_forms(body: str) -> None:
    old = [plain_isbn(body + check) for check in "0123456789X"]
    assume(not body.endswith("00000"))  # what a spreadsheet has rounded
    new = [plain_isbn("978" + body + check) for check in "0123456789"]
    assert {isbn for isbn in old if isbn} <= {isbn for isbn in new if isbn}
    assert len([isbn for isbn in new if isbn]) <= 1


@given(st.text(max_size=14))
def test_only_ascii_digits_are_plain(text: str) -> None:
    if plain_isbn(text) is not None:
        assert text.isascii()
        assert len(text) in (10, 13)


def test_a_small_x_is_the_check_digit_ten() -> None:
    assert plain_isbn("080442957x") == plain_isbn("080442957X") == 9780804429573


@pytest.mark.parametrize("digit", "0123456789")
def test_one_digit_ten_times_is_a_filler_though_its_check_digit_is_right(digit: str) -> None:
    assert oracle.is_valid(digit * 10)
    assert plain_isbn(digit * 10) is None


def test_eans_and_issns_are_told_by_their_check_digits() -> None:
    assert is_ean("785342303476")
    assert is_ean("1230000923521")
    assert not is_ean("1230000923522")
    assert is_issn("03178471")
    assert is_issn("2434561X")
    assert not is_issn("03178472")
