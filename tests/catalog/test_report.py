import re
from collections.abc import Iterator

import pytest

from crawler.catalog.database import open_catalog
from crawler.catalog.report import calls
from crawler.errors import DatabaseUnusable
from tests.catalog.reporting import EVIL, FIRST, fill, report, tables, tags
from tests.catalog.shelf import Shelf


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    shelf = Shelf(tmp_path_factory.mktemp("report") / "books.db")
    fill(shelf)
    yield report(shelf)
    shelf.close()


def test_the_first_sentence_says_how_much_was_found(page: str) -> None:
    assert "<h1>40 of 44 ISBNs found: 90.9 %.</h1>" in page


def test_each_isbn_that_was_not_found_and_each_rejected_line_has_its_reason(page: str) -> None:
    assert tables(page)["Why not the rest"] == [
        ["State", "Reason", "Number"],
        ["missing", "no such book", "2"],
        ["failed", "HTTP 503", "1"],
        ["pending", "not asked yet", "1"],
        ["rejected", "bad check digit", "2"],
        ["rejected", "not an isbn", "1"],
    ]


def test_books_are_counted_by_what_they_are(page: str) -> None:
    numbers = tables(page)
    assert numbers["By language"][1:] == [["en", "40", "100.0"]]
    assert numbers["By category"][1:] == [
        ["Fiction", "26", "65.0"],
        [EVIL.replace("\u202e", "\ufffd").replace("\x1b", "\ufffd"), "13", "32.5"],
    ]
    assert {row[0]: row[1] for row in numbers["By publisher"]}["Harbour & Stone"] == "10"
    assert numbers["By year of publication"][1] == ["1950", "1"]
    assert sum(int(row[1]) for row in numbers["By number of pages"][1:]) == 40
    known = {row[0]: row[1:] for row in numbers["How much is known of them"]}
    assert known["publisher"] == ["30", "75.0"]
    assert known["authors"] == ["40", "100.0"]
    assert known["categories"] == ["26", "65.0"]
    assert known["subtitle"] == ["0", "0.0"]


def test_calls_are_counted_by_day_answer_and_minute(page: str) -> None:
    numbers = tables(page)
    assert numbers["Calls by day"][1:] == [["2026-11-19", "10"], ["2026-11-20", "4"]]
    assert numbers["How they were answered"][1:] == [
        ["200", "90", "15.6", "0.36", "0.9"],
        ["503", "2", "10.0", "4.5", "5.0"],
    ]
    assert numbers["Calls a minute"][1:] == [
        ["2026-11-20T10:00", "50.0"],
        ["2026-11-20T10:01", "42.0"],
    ]
    assert numbers["Seconds until the answer"][2] == ["2026-11-20T10:01", "0.5", "5.0"]
    assert numbers["ISBNs a call"][1] == ["2026-11-20T10:00", "20.0"]
    assert numbers["Runs"][1][:4] == ["2", "resume", "2026-11-20 10:00", "not yet, or killed"]


def test_each_picture_stands_above_its_numbers(page: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    drawn = [figure for figure in figures if "<svg" in figure]
    assert len(drawn) == 14
    assert all(re.search(r"</svg>.*<details>.*<td", figure, re.DOTALL) for figure in drawn)


def test_texts_of_strangers_are_neither_markup_nor_turn_what_follows(page: str) -> None:
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page
    assert not {"script", "img", "a", "iframe", "link", "object"} & tags(page)
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_a_page_lets_nothing_be_run_or_loaded(page: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert re.fullmatch(
        r"default-src &#39;none&#39;; style-src &#39;sha256-[\w+/]{43}=&#39;; "
        r"base-uri &#39;none&#39;; form-action &#39;none&#39;",
        policy,
    )


@pytest.mark.parametrize("books", [0, 1, 3])
def test_a_database_of_few_books_has_a_report(shelf: Shelf, books: int) -> None:
    for number in range(books):
        shelf.add(FIRST + number, None)
    page = report(shelf)
    assert ("There are no books yet." in page) == (books == 0)
    assert "No minutes of calls are kept" in page
    assert "There was none yet." in page


def test_years_long_before_the_others_are_counted_but_not_drawn(shelf: Shelf) -> None:
    for number, year in enumerate([1, 1788, 1990, 2020]):
        shelf.add(FIRST + number, "Old", published_year=year)
    assert tables(report(shelf))["By year of publication"][1:] == [
        ["before 1990", "2"],
        ["1990", "1"],
        ["2020", "1"],
    ]


@pytest.mark.parametrize(
    ("apart", "how_many", "points", "first"),
    [
        (1, 180, 180, ("2026-11-01T00:00", 1)),
        (5, 240, 20, ("2026-11-01T00", 12)),
        (60, 216, 9, ("2026-11-01", 24)),
    ],
)
def test_a_long_run_is_told_by_hours_or_days(
    shelf: Shelf, apart: int, how_many: int, points: int, first: tuple[str, int]
) -> None:
    times = range(0, how_many * apart, apart)
    shelf.connection.executemany(
        "INSERT INTO call_minutes VALUES (1, ?, '200', 60, 600, 1, 1)",
        [(f"2026-11-{1 + m // 1440:02d}T{m // 60 % 24:02d}:{m % 60:02d}Z",) for m in times],
    )
    with open_catalog(shelf.path) as catalog:
        moments = calls.count_moments(catalog, 1)
    assert len(moments) == points
    assert (moments[0].at, moments[0].minutes) == first
    assert moments[0].calls / moments[0].minutes == 60


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quota SET day = 'never\U0001f600' WHERE key = 'a'",
        "UPDATE books SET categories = '[1, null'",
        "UPDATE books SET published_year = 'long ago'",
        "UPDATE books SET publisher = x'00ff'",
        "UPDATE books SET language = CAST(x'ff' AS TEXT)",
        "UPDATE ledger_counts SET reason = x'ff' WHERE state = 'failed'",
    ],
)
def test_what_bookcrawl_never_writes_is_told_in_a_sentence(shelf: Shelf, change: str) -> None:
    fill(shelf)
    shelf.connection.execute(change)
    with pytest.raises(DatabaseUnusable):
        report(shelf)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE books SET published_year = 9223372036854775807 WHERE id < 9",
        "UPDATE books SET published_year = -5 WHERE id < 9",
        "UPDATE books SET page_count = 9223372036854775807",
        "UPDATE books SET publisher = hex(zeroblob(5000000)) WHERE id = 1",
        "UPDATE OR REPLACE call_minutes SET minute = 'x\U0001f600', calls = 0, isbns = -3",
        "UPDATE quota SET used = -5",
        "UPDATE runs SET command = '<b>' || char(27), started_at = ''",
    ],
)
def test_odd_numbers_and_texts_are_drawn_as_they_are(shelf: Shelf, change: str) -> None:
    fill(shelf)
    shelf.connection.execute(change)
    assert not {"script", "b"} & tags(report(shelf))
