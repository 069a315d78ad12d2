import json

import pytest

from crawler.seed import Reason
from tests.reader.reading import read

HUNGER, FOX, QUANTUM = 9780439023481, 9780140328721, 9780306406157


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_books_is_read(indent: int | None) -> None:
    books = [{"title": "A", "isbn": "0439023483"}, {"isbn13": FOX}, {"title": "no"}]
    result = read(json.dumps(books, indent=indent))
    assert result.isbns == [HUNGER, FOX]
    assert [reject.reason for reject in result.rejects] == [Reason.NO_ISBN_IN_ROW]


def test_a_record_is_told_by_the_line_where_it_starts() -> None:
    content = '[\n  {\n    "isbn": "9780439023481"\n  },\n  {"isbn": "9780140328721"}\n]\n'
    assert read(content).lines == [(2, HUNGER), (5, FOX)]


def test_an_array_of_bare_isbns_is_read() -> None:
    assert read('["9780439023481", "0140328726", 9780306406157]').isbns == [HUNGER, FOX, QUANTUM]


def test_json_lines_are_read_and_a_broken_line_costs_only_itself() -> None:
    content = '{"isbn": "9780439023481"}\n{"isbn": "97801\n\n{"isbn_13": ["9780140328721"]}\n'
    result = read(content)
    assert result.lines == [(1, HUNGER), (4, FOX)]
    assert result.reasons == [(2, Reason.NOT_AN_ISBN)]
    assert result.counts.blank == 1


def test_a_map_of_books_as_librarything_exports_it_is_read() -> None:
    books = {
        "1": {"title": "A", "isbn": {"0": "0439023483", "2": "9780439023481"}},
        "2": {"title": "B", "isbn": [], "originalisbn": "0140328726"},
        "3": {"title": "C", "asin": "B0000BLD7X"},
    }
    result = read(json.dumps(books))
    assert result.isbns == [HUNGER, FOX]
    assert [reject.reason for reject in result.rejects] == [Reason.NO_ISBN_IN_ROW]


def test_a_single_book_is_one_row() -> None:
    book = {"title": "A", "authors": [{"lf": "X, Y"}], "isbn": {"0": "0439023483"}, "pages": "7"}
    result = read(json.dumps(book, indent=4))
    assert result.lines == [(1, HUNGER)]
    assert result.counts.lines == 1


def test_books_wrapped_in_an_answer_are_read() -> None:
    assert read(json.dumps({"total": 1, "books": [{"isbn": "9780439023481"}]})).isbns == [HUNGER]


def test_the_identifiers_of_google_books_are_read() -> None:
    identifiers = [
        {"type": "ISBN_10", "identifier": "0439023483"},
        {"type": "ISBN_13", "identifier": "9780439023481"},
    ]
    answer = {"items": [{"volumeInfo": {"title": "A", "industryIdentifiers": identifiers}}]}
    assert read(json.dumps(answer)).isbns == [HUNGER]


def test_numbers_that_json_rounds_are_scientific_notation() -> None:
    result = read('[{"isbn": 9.78043902348e+12}, {"isbn": 9780140328721}]')
    assert result.isbns == [FOX]
    assert [reject.reason for reject in result.rejects] == [Reason.SCIENTIFIC_NOTATION]


def test_books_before_the_cut_of_a_document_are_kept_and_the_cut_is_told() -> None:
    content = json.dumps([{"isbn": "9780439023481"}, {"isbn": "9780140328721"}])
    result = read(content[:-10])
    assert result.isbns == [HUNGER]
    assert "cut short" in result.troubles[0]


def test_a_document_larger_than_the_sample_is_read_to_its_end() -> None:
    filler = [{"isbn": "9780439023481", "text": "x" * 1000} for _ in range(1000)]
    result = read(json.dumps([*filler, {"isbn": "9780140328721"}]))
    assert result.isbns == [HUNGER, FOX]
    assert result.counts.lines == 1001


def test_a_list_of_isbns_in_brackets_is_a_list() -> None:
    assert read("[0439023483]\n[0140328726]\n").isbns == [HUNGER, FOX]


def test_nesting_too_deep_to_be_read_is_told() -> None:
    assert read("[" * 100_000).troubles
