"""`bookcrawl check`, from outside: what it prints and how it ends."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.check import command
from crawler.errors import InputUnreadable, WrongUse

CONTENT = (
    "title,isbn\nHunger,0439023483\nFox,9780140328721\nFox,0140328726\nX,9.78E+12\nY,97801403\n,\n"
)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    file = tmp_path / "books.csv"
    file.write_text(CONTENT)
    return file


def check(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], input=stdin)


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_is_a_line_for_each_reject_and_the_counts_last(books: Path) -> None:
    result = check(books, "--json")
    assert result.exit_code == 0
    file = str(books)
    assert lines(result) == [
        {"file": file, "line": 5, "text": "9.78E+12", "reason": "scientific_notation"},
        {"file": file, "line": 6, "text": "97801403", "reason": "wrong_length"},
        {
            "input": {
                "lines": 6,
                "seeds": 2,
                "duplicates": 1,
                "rejected": 2,
                "blank": 1,
                "repaired": 0,
                "further": 0,
            }
        },
    ]


def test_with_seeds_json_has_a_line_for_each_of_them(books: Path) -> None:
    seeds = [line for line in lines(check(books, "--json", "--seeds")) if "isbn13" in line]
    file = str(books)
    assert seeds == [
        {"file": file, "line": 2, "isbn13": "9780439023481", "repaired": False},
        {"file": file, "line": 3, "isbn13": "9780140328721", "repaired": False},
    ]


def test_seeds_are_lines_for_other_programs_and_the_summary_goes_to_standard_error(
    books: Path,
) -> None:
    result = check(books, "--seeds")
    assert [line.split("\t")[0] for line in result.stdout.splitlines()] == [
        "9780439023481",
        "9780140328721",
    ]
    assert "Rejected" in result.stderr


def test_the_summary_tells_counts_examples_with_their_lines_and_what_would_repair_them(
    books: Path,
) -> None:
    result = check(books)
    text = " ".join(result.stdout.split())
    assert "a table with commas, column 'isbn'" in text
    assert "6 lines" in text
    assert "2 seeds" in text
    assert "1 scientific_notation 5 9.78E+12" in text
    assert "export the list once more" in text
    assert all(len(line) <= 80 for line in result.stdout.splitlines()[1:])


def test_isbns_in_ranges_never_issued_are_counted() -> None:
    result = check("-", stdin=b"9786769533256\n9780140328721\n")
    assert "1 of them in ranges never issued" in " ".join(result.stdout.split())


def test_a_reject_shows_no_character_that_a_terminal_obeys() -> None:
    assert "\x1b" not in check("-", stdin=b"9780140328721\n\x1b[31mred\x1b[0m\n").stdout


def test_column_and_format_overrule() -> None:
    content = b"isbn,code\n9780140328721,9780439023481\n"
    result = check("-", "--column", "code", "--json", "--seeds", stdin=content)
    assert lines(result)[0]["isbn13"] == "9780439023481"
    assert isinstance(check("-", "--format", "xls", stdin=content).exception, WrongUse)


def test_without_any_isbn_all_is_told_and_then_it_is_unreadable_input() -> None:
    result = check("-", "--json", stdin=b"hello\n")
    assert [line.get("reason") for line in lines(result)] == ["not_an_isbn", None]
    assert isinstance(result.exception, InputUnreadable)
    assert result.exception.exit_code == 2


def test_what_stands_before_a_cut_is_told_and_then_it_is_unreadable_input() -> None:
    packed = gzip.compress(b"9780140328721\n" * 3)[:-6]
    result = check("-", "--json", stdin=packed)
    (last,) = lines(result)
    assert isinstance(last["input"], dict)
    assert last["input"]["seeds"] == 1
    assert isinstance(result.exception, InputUnreadable)
    assert "cut short" in str(result.exception)


def test_notes_go_to_standard_error_with_json(books: Path) -> None:
    books.write_text("1,9780140328721\n2,9780439023481\n")
    result = check(books, "--json")
    assert "no column is named for ISBNs" in result.stderr


def test_of_several_files_each_example_names_its_own(books: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("9780306406157\nhello\n")
    text = check(books, tmp_path / "list.txt").stdout
    assert "books.csv:5" in text
    assert "list.txt:2" in text
