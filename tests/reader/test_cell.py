"""The ways in which a line or cell writes ISBNs, and why it's rejected where it writes none."""

# ruff: noqa: RUF001 - dashes and digits of many scripts are what is tested

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as stdnum_isbn

from crawler.reader.cell import read_text
from crawler.reader.plain import plain_isbn
from crawler.seed import Reason
from tests.reader.reading import read_one

HUNGER, FOX = 9780439023481, 9780140328721


@pytest.mark.parametrize(
    "text",
    [
        "9780439023481",
        "0439023483",
        "978-0-439-02348-1",
        "0-439-02348-3",
        "978 0 439 02348 1",
        "978.0.439.02348.1",
        "978-0439023481",
        "978 0439023481",
        "978 0439 02348 1",
        "978- 0-439-02348-1",
        "978–0–439–02348–1",
        "978‑0‑439‑02348‑1",
        "978−0−439−02348−1",
        "\u200e978-0439023481",
        "978\u00a00439023481",
        "９７８０４３９０２３４８１",
        "٩٧٨٠٤٣٩٠٢٣٤٨١",
        "  9780439023481\t",
        "9780439023481\ufeff",
        "'9780439023481",
        '"9780439023481"',
        '="9780439023481"',
        '="0439023483"',
        "[0439023483]",
        "(0439023483)",
        "9780439023481.0",
        "ISBN 9780439023481",
        "ISBN:0439023483",
        "ISBN-13: 978-0-439-02348-1",
        "ISBN-10 0439023483",
        "ISBN13:9780439023481",
        "ISBN (13): 9780439023481",
        "isbn9780439023481",
        "ISBN-9780439023481",
        "urn:isbn:9780439023481",
        "ISBN：9780439023481",
        "0439023483 (pbk.)",
        "0439023483 : $8.99",
        "0439023483 (pbk. : alk. paper)",
        "(pbk.) 0439023483",
        "0439023483 hardcover",
        "9780439023481 ---",
        "1. 0439023483",
        "OSX 9780439023481.pdf",
        "the book 9780439023481 is here",
        "the book isbn 0439023483 is here",
        "the book 0-439-02348-3 is here",
        "0439023483, 9780439023481",
        "0439023483 9780439023481",
        "0439023483/9780439023481",
        "0439023483\t9780439023481",
        "9780439023481, 97804390",
        "google:nmznAAAAQBAJ,isbn:9780439023481",
    ],
)
def test_an_isbn_is_read_in_all_the_ways_people_write_it(text: str) -> None:
    assert read_one(text) == ([HUNGER], None)


@pytest.mark.parametrize("check", ["X", "x", "Ｘ", "Х", "х"])
def test_a_check_digit_of_ten_is_an_x_of_any_keyboard(check: str) -> None:
    assert read_one("080442957" + check) == ([9780804429573], None)


@pytest.mark.parametrize(
    "text",
    [
        "9780439023481, 9780140328721",
        "9780439023481 9780140328721",
        "0439023483 0140328726",
        "0439023483;0140328726",
        "978 0 439 02348 1 978 0 14 032872 1",
        "0439023483 (pbk.), 0140328726 (hbk.)",
        "0439023483 pbk, 0140328726 hbk",
        "ISBN 0439023483 ISBN 0140328726",
        "9780439023481 and 9780140328721",
        "9780439023481+9780140328721",
    ],
)
def test_all_isbns_of_a_line_are_read(text: str) -> None:
    assert read_one(text) == ([HUNGER, FOX], None)


def test_an_isbn_10_behind_a_lone_978_is_read_as_the_isbn_10_it_is() -> None:
    assert read_one("978- 5-9516-0142-8") == ([9785951601421], None)
    assert read_one("978-5951601428") == ([], Reason.BAD_CHECK_DIGIT)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9780439023482", Reason.BAD_CHECK_DIGIT),
        ("978-0-439-02348-2", Reason.BAD_CHECK_DIGIT),
        ("0439023484", Reason.BAD_CHECK_DIGIT),
        ("978 0439023482", Reason.BAD_CHECK_DIGIT),
        ("978043902348", Reason.WRONG_LENGTH),
        ("97804390234811", Reason.WRONG_LENGTH),
        ("439023483", Reason.WRONG_LENGTH),
        ("6009127", Reason.WRONG_LENGTH),
        ("00 2308 9", Reason.WRONG_LENGTH),
        ("04390234839780439023481", Reason.WRONG_LENGTH),
        ("9.78043902348e+12", Reason.SCIENTIFIC_NOTATION),
        ("9.78E+12", Reason.SCIENTIFIC_NOTATION),
        ("9,78044E+12", Reason.SCIENTIFIC_NOTATION),
        ("9.78044E12", Reason.SCIENTIFIC_NOTATION),
        ("978E10", Reason.SCIENTIFIC_NOTATION),
        ("9780440000000", Reason.SCIENTIFIC_NOTATION),
        ("9780440000000.0", Reason.SCIENTIFIC_NOTATION),
        ("1230000923521", Reason.OTHER_IDENTIFIER),
        ("9770317847001", Reason.OTHER_IDENTIFIER),
        ("9790060115615", Reason.OTHER_IDENTIFIER),
        ("979-0-060-11561-5", Reason.OTHER_IDENTIFIER),
        ("0785342303476", Reason.OTHER_IDENTIFIER),
        ("785342303476", Reason.OTHER_IDENTIFIER),
        ("B0000BLD7X", Reason.OTHER_IDENTIFIER),
        ("0317-8471", Reason.OTHER_IDENTIFIER),
        ("ISSN 0317-8471", Reason.OTHER_IDENTIFIER),
        ("ASIN: 0439023483", Reason.OTHER_IDENTIFIER),
        ("10.1007/978-0-387-22592-0", Reason.OTHER_IDENTIFIER),
        ("5b0a1cb7-54c7-4b0f-9a3e-978043902348", Reason.OTHER_IDENTIFIER),
        ("O439023483", Reason.NOT_AN_ISBN),
        ("978O439023481", Reason.NOT_AN_ISBN),
        ("978059652724T", Reason.NOT_AN_ISBN),
        ("97808264975X3", Reason.NOT_AN_ISBN),
        ("0000000000", Reason.NOT_AN_ISBN),
        ("https://example.org/dp/0439023483", Reason.NOT_AN_ISBN),
        ("https://example.org/9780439023481", Reason.NOT_AN_ISBN),
        ("9780439023481@example.org", Reason.NOT_AN_ISBN),
        ("The voyage of the Dawn Treader", Reason.NOT_AN_ISBN),
        ("my phone is 0826497527", Reason.NOT_AN_ISBN),
        ("Title, 0826497527", Reason.NOT_AN_ISBN),
        ("tel:0826497527", Reason.NOT_AN_ISBN),
        ("null", Reason.NO_ISBN_IN_ROW),
    ],
)
def test_what_is_no_isbn_is_rejected_with_its_reason(text: str, reason: Reason) -> None:
    assert read_one(text) == ([], reason)


@pytest.mark.parametrize("text", ["", "   ", '""', '=""', "[]", "\u00a0", "\u200e"])
def test_what_has_nothing_in_it_is_blank(text: str) -> None:
    assert read_text(text).reason is None
    assert not read_text(text).isbns


def test_digits_of_neighbouring_numbers_are_not_joined_into_an_isbn_10() -> None:
    valid = [first for first in range(10, 100) if plain_isbn(f"{first}82649752") is not None]
    assert valid
    for first in valid:
        assert read_one(f"{first} 82649752")[0] == []


def test_an_isbn_cut_off_after_ten_digits_is_not_read_beside_a_whole_one() -> None:
    cut = next(f"97804390{n:02}" for n in range(100) if plain_isbn(f"97804390{n:02}") is not None)
    assert read_one(f"9780439023481, {cut}") == ([HUNGER], None)


@given(st.integers(min_value=0, max_value=10**9 - 1), st.sampled_from(["978", "979"]))
def test_every_hyphenated_isbn_is_read_as_the_one_that_it_is(body: int, prefix: str) -> None:
    digits = next(
        f"{prefix}{body:09}{check}"
        for check in range(10)
        if stdnum_isbn.is_valid(f"{prefix}{body:09}{check}")
    )
    isbns = read_text(stdnum_isbn.format(digits)).isbns
    assert isbns == read_text(digits).isbns
    assert isbns in ((), (int(digits),))


@given(st.text(alphabet="0123456789Xx -–.,;/()[]ISBNisbneE+:\t", max_size=60))
def test_every_isbn_that_is_read_stands_in_the_text(text: str) -> None:
    digits = "".join(char for char in text.upper() if char.isdigit() or char == "X")
    for isbn in read_text(text).isbns:
        old = stdnum_isbn.to_isbn10(str(isbn)) if str(isbn).startswith("978") else str(isbn)
        assert str(isbn) in digits or old in digits
