import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from crawler.commands.show import command
from crawler.errors import WrongUse
from tests.catalog.shelf import Shelf

FOX = 9780140328721
PENDING = 9780306406157
MISSING = 9780590353427
FAILED = 9781861972712
UNKNOWN = 9780141439518
NEW_PREFIX = 9791090636071
INFO_LINK = "https://books.google.com/books?id=mh0XcDg2oTAC&dq=isbn:9780140328721&source=gbs_api"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(
        FOX, "Fantastic Mr. Fox", isbn10="0140328726", subtitle="A [bold] story",
        authors=("Roald Dahl", "Quentin Blake"), publisher="Puffin", published="1988-10-01",
        description="Boggis and Bunce and Bean. " * 10 + "\n\nOne \x1b[31mshort.", page_count=96,
        categories=("Animals", "Fiction"), language="en", average_rating=4, ratings_count=1278,
        info_link=INFO_LINK,
    )  # fmt: skip
    shelf.add(NEW_PREFIX, None, match="unconfirmed")
    shelf.note(PENDING, "pending")
    shelf.note(MISSING, "missing")
    shelf.note(FAILED, "failed", reason="503 after 5 \x1btries")
    shelf.close()
    return shelf


def show(shelf: Shelf, *arguments: str | int) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments), "--db", str(shelf.path)])


def test_a_book_is_shown_in_full(shelf: Shelf) -> None:
    result = show(shelf, FOX)
    assert result.exit_code == 0
    heading, facts, *_ = result.stdout.split("\n\n")
    assert heading == "Fantastic Mr. Fox\nA [bold] story"
    assert facts == (
        "Authors     Roald Dahl; Quentin Blake\n"
        "Publisher   Puffin, 1988-10-01\n"
        "Pages       96\n"
        "Language    en\n"
        "Categories  Animals; Fiction\n"
        "Rating      4.0 of 5 (1,278 ratings)\n"
        "ISBN        978-0-14-032872-1, 0-14-032872-6\n"
        "Match       confirmed: the record carries this ISBN\n"
        "Source      google mh0XcDg2oTAC, retrieved 2026-11-20T10:00:00Z\n"
        f"Page        {INFO_LINK}"
    )


def test_a_page_fits_80_columns_and_keeps_paragraphs_apart_and_links_whole(shelf: Shelf) -> None:
    lines = show(shelf, FOX).stdout.splitlines()
    assert all(cell_len(line) <= 80 or line.endswith(INFO_LINK) for line in lines)
    assert lines[-2:] == ["", "  One \N{REPLACEMENT CHARACTER}[31mshort."]


def test_a_book_of_which_little_is_known_is_shown_without_gaps(shelf: Shelf) -> None:
    assert show(shelf, NEW_PREFIX).stdout == (
        "(no title)\n\n"
        "ISBN        979-10-90636-07-1\n"
        "Match       unconfirmed: the record carries no ISBN, so this may be another book\n"
        "Source      google mh0XcDg2oTAC, retrieved 2026-11-20T10:00:00Z\n"
    )


@pytest.mark.parametrize(
    "text", ["0140328726", "0-14-032872-6", "978 0 14 032872 1", "ISBN-13: 978-0-14-032872-1"]
)
def test_an_isbn_may_be_written_in_any_way(shelf: Shelf, text: str) -> None:
    assert show(shelf, text).stdout.startswith("Fantastic Mr. Fox\n")


def test_json_is_an_array_in_the_order_asked(shelf: Shelf) -> None:
    books = json.loads(show(shelf, NEW_PREFIX, FOX, "--json").stdout)
    assert [book["isbn13"] for book in books] == [str(NEW_PREFIX), str(FOX)]


@pytest.mark.parametrize(
    ("isbn", "sentence"),
    [
        (PENDING, "978-0-306-40615-7 is pending at google: `"),
        (MISSING, "978-0-590-35342-7 is missing: google was asked on 2026-11-20T10:00:00Z and"),
        (FAILED, "503 after 5 \N{REPLACEMENT CHARACTER}tries; `"),
        (UNKNOWN, "lookup 9780141439518 --db"),
    ],
)
def test_of_an_isbn_without_a_book_it_is_told_what_to_do(
    shelf: Shelf, isbn: int, sentence: str
) -> None:
    result = show(shelf, isbn)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert sentence in result.stderr


def test_books_are_shown_though_others_have_none(shelf: Shelf) -> None:
    result = show(shelf, MISSING, FOX, "--json")
    assert [book["isbn13"] for book in json.loads(result.stdout)] == [str(FOX)]
    assert result.exit_code == 3


def test_a_text_that_is_no_isbn_is_refused_before_anything_is_shown(shelf: Shelf) -> None:
    result = show(shelf, FOX, "978-0-14-032872-2")
    assert isinstance(result.exception, WrongUse)
    assert "'978-0-14-032872-2' is no ISBN" in str(result.exception)
    assert result.stdout == ""
