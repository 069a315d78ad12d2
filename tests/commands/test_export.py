import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.export import command
from crawler.errors import WrongUse
from tests.catalog.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(9780140328721, "Fantastic Mr. Fox", published_year=1970)
    shelf.add(9788437604947, "Cien años de soledad", indexed=False)
    shelf.add(9780142410387, "Fox", published_year=1990)
    shelf.close()
    return shelf


def export(shelf: Shelf, *arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments), "--db", str(shelf.path)])


def test_all_books_are_written_in_the_order_of_the_input(shelf: Shelf, tmp_path: Path) -> None:
    out = tmp_path / "books.csv"
    result = export(shelf, out)
    with out.open(encoding="utf-8", newline="") as file:
        assert [book["id"] for book in csv.DictReader(file)] == ["1", "2", "3"]
    assert result.stdout == ""
    assert result.stderr == f"3 books to {out}\n"


def test_the_books_of_a_search_keep_the_order_of_the_input(shelf: Shelf, tmp_path: Path) -> None:
    out = tmp_path / "foxes.JSONL"
    result = export(shelf, out, "--search", "fox")
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == [1, 3]
    assert result.stderr == f"2 books to {out}\n"


def test_filters_need_no_words(shelf: Shelf) -> None:
    result = export(shelf, "-", "--format", "json", "--year", "..1970")
    assert [book["id"] for book in json.loads(result.stdout)] == [1]
    assert result.stderr == "1 book to standard output\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("books.parquet",), "parquet is no format to export to: choose one of csv, json, jsonl"),
        (("books",), "books is no format"),
        (("-",), "name a --format: csv, json, jsonl"),
        (("-", "--format", "xml"), "xml is no format"),
    ],
)
def test_an_unknown_ending_is_told_with_the_known(
    shelf: Shelf, arguments: tuple[str, ...], sentence: str
) -> None:
    result = export(shelf, *arguments)
    assert isinstance(result.exception, WrongUse)
    assert sentence in str(result.exception)


def test_the_database_is_not_overwritten_even_under_an_ending_that_is_known(
    shelf: Shelf, tmp_path: Path
) -> None:
    odd = tmp_path / "books.csv"
    shelf.path.rename(odd)
    before = odd.read_bytes()
    result = CliRunner().invoke(command, [str(odd), "--db", str(odd)])
    assert isinstance(result.exception, WrongUse)
    assert odd.read_bytes() == before
