import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from crawler.book import Match
from crawler.catalog.passages import hits_of
from crawler.catalog.query import Search
from crawler.catalog.rows import BookRow
from crawler.commands.found import FoundBooks
from crawler.commands.terminal import book_table, printable, render, result_table

FOX = ("9780140328721", "Fantastic Mr. Fox", ("Roald Dahl",), 1988, "Puffin")
LONG = (
    "9780141439518",
    "An Inquiry into the Nature and Causes of the Wealth of Nations, in Five Books",
    ("Adam Smith", "Edwin Cannan", "Max Lerner", "Somebody Else Altogether"),
    1776,
    "W. Strahan and T. Cadell, in the Strand, London",
)
WIDE = ("9787506365437", "百年孤独" * 20, ("加西亚·马尔克斯",) * 4, 2012, "作家出版社" * 5)


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[31mb\x9b2J\x00\x7f") == "a\N{REPLACEMENT CHARACTER}[31mb" + (
        "\N{REPLACEMENT CHARACTER}2J" + "\N{REPLACEMENT CHARACTER}" * 2
    )


def test_a_text_stays_on_its_line() -> None:
    assert printable("one\ttwo\r\nthree") == "one two  three"


def test_overrides_of_the_direction_are_left_out_and_marks_kept() -> None:
    assert printable("\u202eabc\u2066") == "abc"
    assert printable("\u200fאב") == "\u200fאב"


@given(st.text())
def test_nothing_that_is_printed_is_a_control(text: str) -> None:
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in printable(text))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_a_table_of_books_fits_and_never_cuts_an_isbn(width: int) -> None:
    lines = render(book_table([FOX, LONG, WIDE], width), width).splitlines()
    assert len(lines) == 4
    assert all(cell_len(line) <= width for line in lines)
    for line, book in zip(lines[1:], (FOX, LONG, WIDE), strict=True):
        assert line.startswith(book[0])
        assert str(book[3]) in line


def test_a_table_of_books_cuts_nothing_where_there_is_room() -> None:
    (_, line) = render(book_table([LONG], 300), 300).splitlines()
    assert str(LONG[1]) in line
    assert str(LONG[4]) in line


def test_brackets_are_text_and_no_markup() -> None:
    book = (FOX[0], "[bold]Type[/bold] [link=x]", (), 1988, None)
    assert "[bold]Type[/bold] [link=x]" in render(book_table([book], 120), 120)
    assert "[red]x" in render(result_table(["[b]"], [("[red]x",)], 80), 80)


def test_numbers_stand_on_the_right() -> None:
    lines = render(result_table(["year", "n"], [(1999, 7), (850, None)], 80), 80).splitlines()
    assert lines == ["year  n", "1999  7", " 850"]


def test_rows_with_more_columns_than_fit_are_set_one_below_the_other() -> None:
    columns = [f"column{n}" for n in range(20)]
    lines = render(result_table(columns, [range(20), range(20, 40)], 80), 80).splitlines()
    assert lines[0] == "column0   0"
    assert lines[20] == ""
    assert lines[40] == "column19  39"


@given(
    st.lists(st.lists(st.text(max_size=30) | st.integers() | st.none(), min_size=3, max_size=3)),
    st.integers(40, 200),
)
def test_a_result_of_any_cells_fits(rows: list[list[str | int | None]], width: int) -> None:
    lines = render(result_table(["a", "b", "c"], rows, width), width).splitlines()
    assert all(cell_len(line) <= width for line in lines)


def test_hits_are_marked_in_the_cells_and_a_passage_stands_below_its_book() -> None:
    book = BookRow(
        id=1, isbn13="9780140328721", isbn10=None, title="Fantastic\x1b Fox", subtitle=None,
        authors=("Roald Dahl",), publisher=None, published=None, published_year=1970,
        published_precision=None, description="A fox\x1b[31m and a badger dig.", categories=(),
        page_count=None, language=None, print_type=None, average_rating=None, ratings_count=None,
        thumbnail_url=None, info_link=None, source="google", source_id="x",
        match=Match.CONFIRMED, retrieved_at="2026-11-21T07:00:00Z",
    )  # fmt: skip
    found = FoundBooks([book, book], hits=hits_of(Search("fox badger")), width=80, passages=True)
    page = io.StringIO()
    Console(file=page, width=80, force_terminal=True, color_system="standard", no_color=True).print(
        found
    )
    _, line, below, *_ = page.getvalue().splitlines()
    assert "\x1b[1;4mFox\x1b[0m" in line
    assert "\x1b[1;2;4mbadger\x1b[0m" in below
    assert "\x1b[31m" not in page.getvalue()
    (plain, *_) = render(
        FoundBooks([book], hits=hits_of(Search("fox")), width=80, passages=True), 80
    ).splitlines()[1:]
    assert "Fantastic\N{REPLACEMENT CHARACTER} Fox" in plain
