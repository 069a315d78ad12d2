import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from crawler.commands.show import command
from crawler.errors import WrongUse
from crawler.store import payloads
from tests.catalog.shelf import Shelf

FOX = 9780140328721
PENDING = 9780306406157
MISSING = 9780590353427
FAILED = 9781861972712
UNKNOWN = 9780141439518
NEW_PREFIX = 9791090636071
INFO_LINK = "https://books.google.com/books?id=mh0XcDg2oTAC&dq=isbn:9780140328721&source=gbs_api"
PAYLOAD = {
    "id": "mh0XcDg2oTAC",
    "volumeInfo": {
        "title": "Fantastic Mr. Fox",
        "authors": ["Roald Dahl", "Quentin Blake"],
        "description": "<p>Boggis &amp; \x1b[2J</p>",
        "categories": ["Animals"],
        "publishedDate": "1988-10-01",
        "imageLinks": {"thumbnail": "http://books.google.com/cover?edge=curl"},
        "infoLink": INFO_LINK.replace("https", "http"),
    },
}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(
        FOX, "Fantastic Mr. Fox", isbn10="0140328726", subtitle="A [bold] story",
        authors=("Roald Dahl", "Quentin Blake"), publisher="Puffin", published="1988-10-01",
        published_year=1988, page_count=96,
        description="Boggis and Bunce and Bean. " * 10 + "\n\nOne \x1b[31mshort.",
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


@pytest.fixture
def crawled(shelf: Shelf) -> Shelf:
    """The fox as a crawl leaves it: in the ledger, with its payload, run and file."""
    connection = sqlite3.connect(shelf.path, isolation_level=None)
    body = payloads.dictionary().as_bytes()
    number = payloads.dictionary().dict_id()
    connection.execute("INSERT INTO dictionaries VALUES (?, ?)", (number, body))
    (fox,) = connection.execute("SELECT id FROM books WHERE isbn13 = ?", (FOX,)).fetchone()
    connection.execute(
        "INSERT INTO payloads VALUES (?, ?, ?)",
        (fox, number, payloads.compress(json.dumps(PAYLOAD).encode())),
    )
    connection.execute(
        "INSERT INTO ledger (number, isbn13, source, state, attempts, run, settled_at) "
        "VALUES (12, ?, 'google', 'found', 2, 1, '2026-11-20T10:00:00Z')",
        (FOX,),
    )
    connection.execute(
        "INSERT INTO runs (command, options, pid, started_at) "
        "VALUES ('crawl', '{}', 1, '2026-11-20T09:00:00Z')"
    )
    connection.execute("INSERT INTO inputs VALUES ('/home/a/list.txt', 1, '{}', NULL)")
    connection.close()
    return shelf


def origin(shelf: Shelf) -> str:
    *_, last = show(shelf, FOX).stdout.split("\n\n")
    return last


def test_where_a_book_comes_from_and_what_was_sent_otherwise_stands_below_it(
    crawled: Shelf,
) -> None:
    assert origin(crawled) == (
        "Asked for   as number 12 of the input, /home/a/list.txt (run 1, crawl of\n"
        "            2026-11-20T09:00:00Z)\n"
        "Settled     2026-11-20T10:00:00Z, settled 2 times so far\n"
        "As sent     description: <p>Boggis &amp; \N{REPLACEMENT CHARACTER}[2J</p>\n"
        "            categories: Animals\n"
        "            thumbnail_url: http://books.google.com/cover?edge=curl\n"
    )


def test_an_isbn_that_was_looked_up_has_no_place_in_an_input(crawled: Shelf) -> None:
    with sqlite3.connect(crawled.path) as connection:
        connection.execute("UPDATE runs SET command = 'lookup'")
    connection.close()
    assert origin(crawled).startswith("Asked for   by run 1, lookup of 2026-11-20T09:00:00Z\n")


def test_of_several_files_none_is_named(crawled: Shelf) -> None:
    with sqlite3.connect(crawled.path) as connection:
        connection.execute("INSERT INTO inputs VALUES ('/home/a/other.txt', 1, '{}', NULL)")
    connection.close()
    assert "as number 12 of the input (run 1" in origin(crawled)


@pytest.mark.parametrize("body", [b"", b"no zstd", payloads.compress(b"[" * 99_999), "text", 3])
def test_a_payload_that_cannot_be_read_leaves_the_book_to_be_shown(
    crawled: Shelf, body: object
) -> None:
    with sqlite3.connect(crawled.path) as connection:
        connection.execute("UPDATE payloads SET body = ?", (body,))
    connection.close()
    assert origin(crawled).endswith("so far\n")
    result = show(crawled, FOX, "--raw")
    assert json.loads(result.stdout) == []
    assert "978-0-14-032872-1: no record is kept of it that can be read" in result.stderr


def test_raw_is_an_array_of_the_records_as_they_were_sent(crawled: Shelf) -> None:
    result = show(crawled, FOX, NEW_PREFIX, "--raw")
    assert json.loads(result.stdout) == [PAYLOAD]
    assert "979-10-90636-07-1: no record is kept" in result.stderr


def test_raw_and_json_are_two_wishes(crawled: Shelf) -> None:
    assert isinstance(show(crawled, FOX, "--raw", "--json").exception, WrongUse)


def test_a_text_that_is_no_isbn_is_refused_before_anything_is_shown(shelf: Shelf) -> None:
    result = show(shelf, FOX, "978-0-14-032872-2")
    assert isinstance(result.exception, WrongUse)
    assert "'978-0-14-032872-2' is no ISBN" in str(result.exception)
    assert result.stdout == ""
