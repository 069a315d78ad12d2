from hypothesis import given
from hypothesis import strategies as st

from crawler.isbn import ISBN13
from crawler.sandbox.volume_id import find_isbn_of, is_well_formed, volume_id
from tests.sandbox.world import isbns

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(isbns)
def test_an_id_is_twelve_url_safe_characters_that_hold_the_isbn(isbn: ISBN13) -> None:
    name = volume_id(isbn)
    assert is_well_formed(name)
    assert find_isbn_of(name) == isbn


@given(isbns, isbns)
def test_two_isbns_never_have_the_same_id(one: ISBN13, other: ISBN13) -> None:
    assert (volume_id(one) == volume_id(other)) == (one == other)


@given(st.text(CHARACTERS, min_size=12, max_size=12))
def test_an_id_that_somebody_made_up_holds_no_isbn(name: str) -> None:
    assert is_well_formed(name)
    isbn = find_isbn_of(name)
    assert isbn is None or volume_id(isbn) == name


@given(st.text().filter(lambda text: len(text) != 12))
def test_an_id_of_another_length_is_malformed(name: str) -> None:
    assert not is_well_formed(name)
