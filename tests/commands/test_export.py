import csv
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.catalog.formats import FORMATS
from crawler.commands.export import command
from crawler.errors import WrongUse
from tests.catalog.shelf import Shelf
from tests.faults.screen import on_a_terminal


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
        (("books.xlsx",), ".xlsx tells no format to export to: end the name of the file with one"),
        (("books",), "one of .csv, .json, .jsonl, .parquet, .bib, .ris, .xml, or name a --format"),
        (("-",), "name a --format: csv, json, jsonl, parquet, bibtex, ris, marcxml"),
        (("-", "--format", "xml"), "xml is no format"),
        (("books.bib", "--excel"), "--excel is a form of CSV"),
    ],
)
def test_an_unknown_ending_is_told_with_the_known(
    shelf: Shelf, arguments: tuple[str, ...], sentence: str
) -> None:
    result = export(shelf, *arguments)
    assert isinstance(result.exception, WrongUse)
    assert sentence in str(result.exception)


BEGINNINGS = {
    "csv": b"id,isbn13", "json": b'[{"id":1', "jsonl": b'{"id":1', "parquet": b"PAR1",
    "bibtex": b"@book{isbn9780140328721,", "ris": b"TY  - BOOK\r\n", "marcxml": b"<?xml ",
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_told_by_its_name_or_by_the_end_of_the_file(
    shelf: Shelf, tmp_path: Path, name: str
) -> None:
    by_ending = tmp_path / f"books{FORMATS[name].ending}"
    by_name = tmp_path / "books.txt"
    assert export(shelf, by_ending).exit_code == 0
    assert export(shelf, by_name, "--format", name.upper()).exit_code == 0
    assert by_ending.read_bytes() == by_name.read_bytes()
    assert by_ending.read_bytes().startswith(BEGINNINGS[name])
    assert export(shelf, "-", "--format", name).stdout_bytes == by_name.read_bytes()


def test_excel_is_another_form_of_csv(shelf: Shelf, tmp_path: Path) -> None:
    out = tmp_path / "books.csv"
    assert export(shelf, out, "--excel").stderr == f"3 books to {out}\n"
    header, fox, *_ = out.read_text("utf-8-sig").splitlines()
    assert header.startswith("id,isbn13,")
    assert fox.startswith("1,978-0-14-032872-1,")
    assert export(shelf, "-", "--excel", "--format", "csv").stdout_bytes == out.read_bytes()


@pytest.mark.parametrize("form", [("--format", "parquet"), ("--format", "csv", "--excel")])
def test_what_is_no_text_is_not_printed_on_a_terminal(shelf: Shelf, form: tuple[str, ...]) -> None:
    seen = on_a_terminal(["export", "-", *form, "--db", str(shelf.path)])
    assert (seen.code, seen.out) == (2, "")
    assert "a terminal can't show this format" in seen.err


def test_parquet_without_its_package_says_what_to_install(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    result = export(shelf, tmp_path / "books.parquet")
    assert isinstance(result.exception, WrongUse)
    assert "pip install '.[parquet]'" in str(result.exception)
    assert not (tmp_path / "books.parquet").exists()


def test_the_database_is_not_overwritten_even_under_an_ending_that_is_known(
    shelf: Shelf, tmp_path: Path
) -> None:
    odd = tmp_path / "books.csv"
    shelf.path.rename(odd)
    before = odd.read_bytes()
    result = CliRunner().invoke(command, [str(odd), "--db", str(odd)])
    assert isinstance(result.exception, WrongUse)
    assert odd.read_bytes() == before
