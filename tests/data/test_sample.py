"""data/README.md says what stands in the sample; here stdnum judges whether it does."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from stdnum import isbn, issn

from crawler.seed import Reason

DATA = Path(__file__).parents[2] / "data"


class BadLine(NamedTuple):
    line: int
    text: str
    reason: str


def table(heading: str) -> list[list[str]]:
    """The cells of the table under `heading` in data/README.md, without its two head rows."""
    section = (DATA / "README.md").read_text(encoding="utf-8").split(f"## {heading}\n")[1]
    rows = [line for line in section.split("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows[2:]]


BAD = [BadLine(int(line), text, reason) for line, text, reason, _ in table("Bad lines")]
REPEATED = [(int(first), int(again)) for first, again, *_ in table("Repeated books")]


@pytest.fixture(scope="module")
def sample() -> dict[int, list[str]]:
    """The rows of the sample by line number; no cell holds a line break."""
    with (DATA / "sample.csv").open(encoding="utf-8", newline="") as file:
        return dict(enumerate(csv.reader(file), start=1))


def isbn13(text: str) -> str:
    number: str = isbn.validate(text, convert=True)
    return number


@pytest.mark.parametrize("bad", BAD, ids=[bad.text for bad in BAD])
def test_a_bad_line_stands_where_the_readme_says_and_is_no_isbn(
    sample: dict[int, list[str]], bad: BadLine
) -> None:
    assert sample[bad.line][0] == bad.text
    assert not isbn.is_valid(bad.text)


def fits_bad_check_digit(text: str) -> bool:
    length_and_prefix = re.fullmatch(r"97[89]\d{10}|\d{9}[\dX]", text)
    bodies = {text[:-1] + digit for digit in "0123456789X"}
    return bool(length_and_prefix) and any(isbn.is_valid(body) for body in bodies)


def fits_wrong_length(text: str) -> bool:
    return text.isdigit() and len(text) not in (10, 13)


def fits_other_identifier(text: str) -> bool:
    return bool(issn.is_valid(text) or re.fullmatch(r"B0[0-9A-Z]{8}", text))


def fits_scientific_notation(text: str) -> bool:
    return bool(re.fullmatch(r"9\.7[89]\d*[eE]\+12", text))


def fits_no_isbn_in_row(text: str) -> bool:
    return not text


FITS: dict[Reason, Callable[[str], bool]] = {
    Reason.BAD_CHECK_DIGIT: fits_bad_check_digit,
    Reason.WRONG_LENGTH: fits_wrong_length,
    Reason.OTHER_IDENTIFIER: fits_other_identifier,
    Reason.SCIENTIFIC_NOTATION: fits_scientific_notation,
    Reason.NOT_AN_ISBN: str.isalpha,
    Reason.NO_ISBN_IN_ROW: fits_no_isbn_in_row,
}


@pytest.mark.parametrize("bad", BAD, ids=[bad.text for bad in BAD])
def test_a_bad_line_has_the_look_of_its_reason_and_of_no_other(bad: BadLine) -> None:
    assert [reason.value for reason in FITS if FITS[reason](bad.text)] == [bad.reason]


def test_every_reason_has_a_bad_line() -> None:
    assert {bad.reason for bad in BAD} == {reason.value for reason in Reason}


def test_each_line_the_readme_does_not_name_is_a_new_book(sample: dict[int, list[str]]) -> None:
    left_out = {1} | {bad.line for bad in BAD} | {again for _, again in REPEATED}
    books = [isbn13(row[0]) for line, row in sample.items() if line not in left_out]
    assert len(books) == len(set(books)) == 486
    assert len(sample) == 501
    assert not any(book.startswith("9790") for book in books)


def test_a_repeated_book_is_the_same_isbn_and_the_same_facts(sample: dict[int, list[str]]) -> None:
    assert REPEATED
    for first, again in REPEATED:
        assert isbn13(sample[first][0]) == isbn13(sample[again][0])
        assert sample[first][1:] == sample[again][1:]


def test_the_sample_mixes_the_ways_in_which_people_write_an_isbn(
    sample: dict[int, list[str]],
) -> None:
    written = [row[0] for row in sample.values() if isbn.is_valid(row[0])]
    hyphened = [text for text in written if "-" in text]
    assert all(isbn.format(text) == text for text in hyphened)
    assert {len(text) for text in hyphened} == {13, 17}
    assert {len(text) for text in written if "-" not in text} == {10, 13}
    assert any(text.endswith("X") for text in written)


def test_each_row_has_a_title_and_a_year(sample: dict[int, list[str]]) -> None:
    rows = [row for line, row in sample.items() if line > 1]
    assert sample[1] == ["isbn", "title", "author", "year"]
    assert all(len(row) == 4 and row[1] and 1 <= int(row[3]) <= 2026 for row in rows)


def test_the_seeds_are_ten_isbns() -> None:
    lines = (DATA / "seed_isbns.txt").read_text(encoding="ascii").splitlines()
    assert [isbn13(line) for line in lines] == lines
    assert len(set(lines)) == 10
