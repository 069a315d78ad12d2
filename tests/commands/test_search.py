import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.catalog.rows import COLUMNS
from crawler.commands.found import PASSAGE
from crawler.commands.search import command
from crawler.errors import DatabaseUnusable, WrongUse
from tests.catalog.shelf import Shelf

FOX = 9780140328721
SOLITUDE = 9788437604947


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(FOX, "Fantastic\tMr. \x1bFox", authors=("Roald Dahl", "Quentin Blake"))
    shelf.add(
        SOLITUDE, "Cien años de soledad", authors=("Gabriel García Márquez",),
        published_year=1984, publisher="Cátedra", language="es", indexed=False,
        description=f"{'uno ' * 99}los caminos {'tres ' * 99}",
    )  # fmt: skip
    shelf.close()
    return shelf


def search(shelf: Shelf, *words: str) -> Result:
    return CliRunner().invoke(command, [*words, "--db", str(shelf.path)])


def test_off_a_terminal_a_book_is_a_line_of_columns_parted_by_tabs(shelf: Shelf) -> None:
    result = search(shelf)
    assert result.exit_code == 0
    assert result.stdout == (
        "9780140328721\tFantastic Mr. \N{REPLACEMENT CHARACTER}Fox\t"
        "Roald Dahl; Quentin Blake\t\t\n"
        "9788437604947\tCien años de soledad\tGabriel García Márquez\t1984\tCátedra\n"
    )


def test_json_is_an_array_of_whole_books(shelf: Shelf) -> None:
    (book,) = json.loads(search(shelf, "garcia", "--json").stdout)
    assert tuple(book) == COLUMNS
    assert book["isbn13"] == "9788437604947"
    assert book["authors"] == ["Gabriel García Márquez"]


def test_jsonl_is_a_book_a_line(shelf: Shelf) -> None:
    lines = search(shelf, "--jsonl").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [1, 2]


def test_csv_keeps_what_the_books_hold(shelf: Shelf) -> None:
    result = search(shelf, "fox", "--csv")
    (book,) = csv.DictReader(io.StringIO(result.stdout_bytes.decode(), newline=""))
    assert book["title"] == "Fantastic\tMr. \x1bFox"
    assert book["authors"] == "Roald Dahl; Quentin Blake"


def test_filters_narrow_the_words(shelf: Shelf) -> None:
    filters = ("--author", "marquez", "--publisher", "catedra", "--year", "..1984")
    result = search(shelf, "anos", *filters, "--language", "es")
    assert result.stdout.startswith("9788437604947\t")
    assert search(shelf, "anos", "--year", "1985..").stdout == ""


def test_words_of_several_arguments_make_one_search(shelf: Shelf) -> None:
    assert search(shelf, "dahl", "fantastic").stdout.startswith("9780140328721\t")
    assert search(shelf, '"mr fantastic"').stdout == ""


def test_finding_nothing_is_no_error(shelf: Shelf) -> None:
    result = search(shelf, "zebra")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing found\n")
    assert search(shelf, "zebra", "--json").stdout == "[]\n"


def test_a_book_is_found_by_its_isbn_however_it_is_written(shelf: Shelf) -> None:
    for written in (["0-14-032872-6"], ["978 0 14 032872 1"], ["isbn:9780140328721"]):
        assert search(shelf, *written).stdout.startswith("9780140328721\t")


def test_who_searches_for_an_isbn_without_a_book_is_led_to_show(shelf: Shelf) -> None:
    result = search(shelf, "978-0-439-02348-1")
    assert f"show 9780439023481 --db {shelf.path}`" in result.stderr


def test_who_finds_nothing_by_many_words_is_told_what_to_try(shelf: Shelf) -> None:
    assert "try fewer" in search(shelf, "fox", "zebra").stderr


def test_words_that_are_not_understood_are_wrong_use(shelf: Shelf) -> None:
    result = search(shelf, "fox year:soon")
    assert isinstance(result.exception, WrongUse)
    assert "names no years" in str(result.exception)


def test_passages_are_a_column_more_off_a_terminal(shelf: Shelf) -> None:
    lines = search(shelf, "--passages", "caminos").stdout.splitlines()
    (passage,) = (line.split("\t")[5] for line in lines)
    assert passage.startswith("…uno uno")
    assert "uno los caminos tres" in passage
    assert len(passage) <= PASSAGE


def test_it_is_told_that_there_are_more(shelf: Shelf) -> None:
    result = search(shelf, "--limit", "1")
    assert result.stdout.count("\n") == 1
    assert "the first 1; --limit shows more" in result.stderr
    assert search(shelf, "--limit", "2").stderr == ""


@pytest.mark.parametrize(
    "arguments", [("--year", "1990-2000"), ("--limit", "0"), ("caf\udce9",), ("--author", "\udce9")]
)
def test_wrong_use_is_refused(shelf: Shelf, arguments: tuple[str, ...]) -> None:
    assert search(shelf, *arguments).exit_code == 2


def test_the_database_can_come_from_the_environment(shelf: Shelf) -> None:
    result = CliRunner().invoke(command, ["fox"], env={"BOOKCRAWL_DB": str(shelf.path)})
    assert result.stdout.startswith("9780140328721\t")


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["fox", "--db", str(tmp_path / "none.db")])
    assert isinstance(result.exception, DatabaseUnusable)
