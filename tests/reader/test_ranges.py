import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as oracle

from crawler.isbn import ISBN13
from crawler.reader import never_issued, publisher_prefix, registration_group


def complete(body: int) -> ISBN13:
    """Twelve digits with their check digit."""
    return next(
        ISBN13(body * 10 + check) for check in range(10) if oracle.is_valid(f"{body}{check}")
    )


@given(st.integers(min_value=978_000_000_000, max_value=979_999_999_999))
def test_an_isbn_was_never_issued_where_stdnum_finds_no_registrant(body: int) -> None:
    isbn = complete(body)
    _, _, registrant, _, _ = oracle.split(str(isbn))
    assert never_issued(isbn) == (registrant == "")


@pytest.mark.parametrize(
    ("isbn", "group"),
    [
        (9789727576807, "Portugal"),
        (9789524712941, "Finland"),
        (9780330284981, "English language"),
        (9791090636071, "France"),
        (9786131796364, "Mauritius"),
        (9789992158104, "Qatar"),
    ],
)
def test_the_registration_group_is_named(isbn: int, group: str) -> None:
    assert registration_group(ISBN13(isbn)) == group


def test_a_publisher_has_a_prefix_only_in_a_range_that_was_issued() -> None:
    assert publisher_prefix(ISBN13(9780140328721)) == "978-0-14"
    assert publisher_prefix(ISBN13(9786769533256)) is None
    assert registration_group(ISBN13(9786769533256)) is None
