"""People's own files, and the string cases of three other projects, where they are at hand."""

import csv
import io
import json
from collections import Counter
from dataclasses import dataclass, field

import pytest
from stdnum import isbn as oracle

from crawler.isbn import ISBN13, isbn10
from crawler.reader import open_inputs, registration_group
from crawler.reader.cell import read_text
from tests.reader.reading import Outcome, outcome
from tests.real import REAL, needs_real_data

pytestmark = needs_real_data

INPUTS = REAL / "isbn_inputs"
GOODBOOKS = "goodbooks10k_books.csv"


@dataclass(frozen=True)
class Expected:
    lines: int
    seeds: int
    duplicates: int = 0
    blank: int = 0
    repaired: int = 0
    further: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


EXPECTED = {
    "bookwyrm_export.csv": Expected(3, 2, reasons={"no_isbn_in_row": 1}),
    "bx_books_semicolon_sample.csv": Expected(15780, 15779, reasons={"other_identifier": 1}),
    "calibre_catalog_fixture.csv": Expected(1, 1),
    "generic_isbn13.csv": Expected(4, 2, reasons={"no_isbn_in_row": 2}),
    GOODBOOKS: Expected(
        10000,
        9264,
        repaired=6579,
        reasons={
            "no_isbn_in_row": 565,
            "scientific_notation": 169,
            "wrong_length": 1,
            "bad_check_digit": 1,
        },
    ),
    "goodreads_export_bookwyrm_fixture.csv": Expected(3, 2, reasons={"no_isbn_in_row": 1}),
    "librarything_bookwyrm_fixture.tsv": Expected(3, 3),
    "librarything_one_book.json": Expected(1, 1),
    "list_bad_isbn13s.txt": Expected(
        5, 1, reasons={"bad_check_digit": 2, "wrong_length": 1, "not_an_isbn": 1}
    ),
    "list_bad_isbns.txt": Expected(
        23, 0, reasons={"bad_check_digit": 15, "wrong_length": 6, "not_an_isbn": 2}
    ),
    "list_business_isbn_106k.txt": Expected(106615, 105845, duplicates=770),
    "list_good_isbn13s.txt": Expected(11, 11),
    "list_hadley.txt": Expected(1694, 1694),
    "list_illiad_crlf.txt": Expected(223, 222, reasons={"other_identifier": 1}),
    "list_kobo_mixed.txt": Expected(
        198, 187, reasons={"other_identifier": 9, "bad_check_digit": 2}
    ),
    "list_nprapps_mixed.txt": Expected(
        11311,
        5771,
        duplicates=5525,
        further=13,
        reasons={
            "bad_check_digit": 15,
            "wrong_length": 11,
            "other_identifier": 1,
            "not_an_isbn": 1,
        },
    ),
    "list_springer_hyphenated.txt": Expected(410, 409, blank=1),
    "nbinet_zh_bom.csv": Expected(112, 108, duplicates=3, reasons={"other_identifier": 1}),
    "openreads_export.csv": Expected(4, 3, reasons={"no_isbn_in_row": 1}),
    "storygraph_bookwyrm_fixture.csv": Expected(2, 2),
}


def read_file(name: str) -> Outcome:
    return outcome(open_inputs([str(INPUTS / name)], stdin=io.BytesIO()))


@pytest.mark.parametrize("name", EXPECTED)
def test_every_row_of_a_real_file_comes_out_as_a_person_would_have_it(name: str) -> None:
    result, expected = read_file(name), EXPECTED[name]
    counts = result.counts
    assert (
        Expected(
            counts.lines,
            counts.seeds,
            counts.duplicates,
            counts.blank,
            counts.repaired,
            result.further,
            dict(Counter(str(reject.reason) for reject in result.rejects)),
        )
        == expected
    )


def test_all_real_files_are_expected() -> None:
    assert {path.name for path in INPUTS.iterdir()} == set(EXPECTED)


def test_no_book_of_goodbooks_is_wrong_and_none_is_lost_that_its_row_does_not_dispute() -> None:
    with (INPUTS / GOODBOOKS).open(encoding="utf-8", newline="") as file:
        rows = dict(enumerate(csv.DictReader(file), start=2))
    seeds = {seed.line: seed.isbn for seed in read_file(GOODBOOKS).seeds}
    disputed = 0
    for line, row in rows.items():
        written = row["isbn"].zfill(10)
        right = row["isbn"] and oracle.is_valid(written)
        truth = int(oracle.to_isbn13(written)) if right else None
        leading = row["isbn13"]
        if truth and leading.startswith(("9.78", "9.79")) and _is_other(leading, truth):
            disputed += 1
            assert line not in seeds
        else:
            assert seeds.get(line) == truth
    assert disputed == 13


def _is_other(notation: str, isbn: int) -> bool:
    """The file keeps twelve digits of thirteen."""
    return abs(float(notation) - isbn) > 10


FORMAT_ONLY = {"184115186x", "184115186X", "ISBN 9789720404427"}
"""These are expected by functions that do not look at the check digit, which is wrong."""

CASES = (
    json.loads((REAL / "peer_cases" / "isbn_cases.json").read_text())["cases"]
    if REAL.is_dir()
    else []
)


def cases(*functions: str) -> list[tuple[str, str]]:
    return [
        (case["input"], case["expect"])
        for case in CASES
        if case["function"].startswith(functions) and case["input"] is not None
    ]


@pytest.mark.parametrize(("text", "expected"), cases("to_isbn10"))
def test_isbn_10s_are_those_of_the_other_projects(text: str, expected: str | None) -> None:
    isbns = read_text(text).isbns
    assert (isbn10(isbns[0]) if isbns else None) == (expected or None)


@pytest.mark.parametrize(
    ("text", "expected"), cases("to_isbn13", "ean13", "canonical", "get_canonical", "normalize")
)
def test_isbns_in_text_are_those_of_the_other_projects(text: str, expected: str | None) -> None:
    isbns = read_text(text).isbns
    wanted = oracle.to_isbn13(expected) if expected and text not in FORMAT_ONLY else None
    if wanted is not None and not oracle.is_valid(expected or ""):
        wanted = None
    assert (str(isbns[0]) if isbns else None) == wanted


@pytest.mark.parametrize(("text", "expected"), cases("is_isbn"))
def test_validity_is_that_of_the_other_projects(text: str, expected: bool) -> None:
    assert bool(read_text(text).isbns) is expected


@pytest.mark.parametrize(("text", "expected"), cases("registration group"))
def test_groups_are_those_of_the_other_projects(text: str, expected: str) -> None:
    assert registration_group(ISBN13(read_text(text).isbns[0])) == expected


def test_isbns_in_free_text_are_found_but_for_those_whose_check_digit_is_wrong() -> None:
    lines = (REAL / "peer_cases" / "isbnlib_free_text.txt").read_text().splitlines()
    without = [line for line in lines if not read_text(line).isbns]
    assert without == ["ISBN 93-8011-236-7", "ISBN 94-414-0063-3", "ISBN 969-031-02-2"]
    assert sum(len(read_text(line).isbns) for line in lines) == 78
