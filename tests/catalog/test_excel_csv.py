import csv
import io

import pytest
from hypothesis import given
from msgspec.structs import replace

from crawler.catalog.formats import EXCEL
from crawler.catalog.formats.excel_csv import LONGEST_CELL
from crawler.catalog.rows import BookRow
from crawler.isbn import parse_isbn
from tests.catalog.written import BARE, FULL, written
from tests.faults.hostile_texts import texts


def rows(*books: BookRow) -> list[dict[str, str]]:
    page = written(books, EXCEL)
    assert page.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(page.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("isbn13", "isbn10", "shown"),
    [
        ("9780140328721", "0140328726", ("978-0-14-032872-1", "0-14-032872-6")),
        ("9780804429573", "080442957X", ("978-0-8044-2957-3", "0-8044-2957-X")),
        ("9791032305690", None, ("979-10-323-0569-0", "")),
        ("9786990000008", "6990000007", ("978-699000000-8", "699000000-7")),
    ],
)
def test_isbns_are_text_of_themselves(
    isbn13: str, isbn10: str | None, shown: tuple[str, str]
) -> None:
    (row,) = rows(replace(FULL, isbn13=isbn13, isbn10=isbn10))
    assert (row["isbn13"], row["isbn10"]) == shown
    assert not row["isbn13"].isdecimal()
    assert str(parse_isbn(row["isbn13"])) == isbn13


@pytest.mark.parametrize(
    "title", ["3/4", "1-2", "007", "10:30 pm", "50%", "May 68", "1 March 1917", "1E5", "TRUE", ".5"]
)
def test_what_excel_would_take_for_another_is_marked_as_text(title: str) -> None:
    assert rows(replace(FULL, title=title))[0]["title"] == f"'{title}"


@pytest.mark.parametrize(
    "title", ["1984", "Fox 8", "Marching on", "Octavia 7", "2001: A Space Odyssey"]
)
def test_what_excel_leaves_alone_is_left_alone(title: str) -> None:
    assert rows(replace(FULL, title=title))[0]["title"] == title


def test_numbers_stay_numbers_and_dates_dates() -> None:
    (row,) = rows(replace(FULL, published="1988-10-01"))
    assert (row["page_count"], row["average_rating"]) == ("96", "4.5")
    assert (row["published"], row["published_year"]) == ("1988-10-01", "1988")


def test_lines_in_a_cell_end_as_excel_ends_them() -> None:
    (row,) = rows(replace(FULL, description="One.\r\nTwo.\rThree.\n\nFour."))
    assert row["description"] == "One.\nTwo.\nThree.\n\nFour."


@pytest.mark.parametrize("sign", ["x", "𝄞", "a;=1+1\n"])
def test_no_cell_is_longer_than_excel_has_room_for(sign: str) -> None:
    (row,) = rows(replace(FULL, description=sign * LONGEST_CELL))
    assert LONGEST_CELL - 1 <= len(row["description"].encode("utf-16-le")) // 2 <= LONGEST_CELL


def test_a_number_that_is_no_isbn_is_left_as_it_is() -> None:
    (row,) = rows(replace(BARE, isbn13="5", isbn10="x"))
    assert (row["isbn13"], row["isbn10"]) == ("5", "x")


@given(text=texts)
def test_no_cell_is_a_formula_whatever_parts_the_cells(text: str) -> None:
    hostile = replace(FULL, title=text, authors=(text, "x"), description=text, published=text)
    page = written([hostile], EXCEL).decode("utf-8-sig")
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(page, newline=""), delimiter=delimiter):
            cells = (cell.lstrip("".join(map(chr, range(33)))) for cell in row)
            assert not [cell for cell in cells if cell.startswith(("=", "@", "\uff1d", "\uff20"))]
