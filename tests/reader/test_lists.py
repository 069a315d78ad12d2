import pytest

from crawler.seed import Reason
from tests.reader.reading import read

HUNGER, FOX, QUANTUM = 9780439023481, 9780140328721, 9780306406157


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read_and_counted_alike(end: str) -> None:
    result = read(end.join(["9780439023481", "", "0140328726", "9780306406157"]))
    assert result.lines == [(1, HUNGER), (3, FOX), (4, QUANTUM)]
    assert (result.counts.lines, result.counts.blank) == (4, 1)


def test_other_breaks_are_no_line_ends() -> None:
    result = read("9780439023481\v\n9780140328721\f\n9780306406157\u2028\n\x1c9780140328721\n")
    assert result.lines[:3] == [(1, HUNGER), (2, FOX), (3, QUANTUM)]
    assert result.counts.lines == 4


def test_an_isbn_is_asked_for_once_whichever_way_it_is_written() -> None:
    result = read("0439023483\n978-0-439-02348-1\n9780439023481\n0140328726\n")
    assert result.lines == [(1, HUNGER), (4, FOX)]
    assert result.counts.duplicates == 2


def test_a_header_is_no_line_of_data() -> None:
    result = read("ISBN\n9780439023481\nxyz\n")
    assert result.lines == [(2, HUNGER)]
    assert result.counts.lines == 2
    assert result.reasons == [(3, Reason.NOT_AN_ISBN)]


def test_further_isbns_of_a_line_are_counted_beside_the_lines() -> None:
    result = read("9780439023481 9780140328721\n9780306406157, 0439023483\nnothing\n\n")
    assert result.lines == [(1, HUNGER), (1, FOX), (2, QUANTUM)]
    assert result.further == 2
    counts = result.counts
    assert (counts.lines, counts.seeds, counts.duplicates) == (4, 3, 1)
    assert (counts.rejected, counts.blank) == (1, 1)


def test_rows_of_nothing_but_isbns_are_a_list_and_each_of_them_is_read() -> None:
    assert read("9780439023481,9780140328721\n9780306406157,0439023483\n").isbns == [
        HUNGER,
        FOX,
        QUANTUM,
    ]


def test_a_file_of_one_line_is_read() -> None:
    assert read("9780439023481,9780140328721, 9780306406157").isbns == [HUNGER, FOX, QUANTUM]


def test_a_very_long_line_is_read_in_pieces_none_of_which_cuts_an_isbn() -> None:
    result = read("9780439023481," * 200_000 + "9780140328721")
    assert result.isbns == [HUNGER, FOX]
    assert result.counts.duplicates + result.counts.seeds == result.further + result.counts.lines


def test_a_lone_short_number_is_no_isbn_though_a_zero_would_make_it_one() -> None:
    result = read("9780439023481\n439023483\n0140328726\n")
    assert result.reasons == [(2, Reason.WRONG_LENGTH)]
    assert "leading zeros" in result.notes[0]


def test_a_list_that_lost_its_leading_zeros_gets_them_back() -> None:
    result = read("439023483\n439554934\n316015849\n61120081\n1594480001\n812971060\n")
    assert [(seed.line, seed.repaired) for seed in result.seeds] == [
        (1, True),
        (2, True),
        (3, True),
        (4, True),
        (5, False),
    ]
    assert result.reasons == [(6, Reason.WRONG_LENGTH)]
    assert result.counts.repaired == 4


def test_the_text_of_a_rejected_line_is_kept_and_cut_to_a_sane_length() -> None:
    result = read("9780439023481\n" + "long " * 1000 + "\n\tshort\x1f one \n")
    long, short = result.rejects
    assert len(long.text) == 200
    assert long.text.endswith("…")
    assert short.text == "short one"


def test_a_list_of_other_numbers_names_no_book_though_one_in_eleven_looks_like_an_isbn() -> None:
    result = read("".join(f"{number}\n" for number in range(2_767_052_001, 2_767_052_101)))
    assert result.isbns == []
    assert "wrong check digit" in result.notes[0]


def test_a_few_wrong_lines_make_no_list_doubtful() -> None:
    result = read("0439023484\n" * 9 + "0439023483\n0140328726\n")
    assert result.isbns == [HUNGER, FOX]


def test_zero_bytes_and_the_end_mark_of_dos_are_nothing() -> None:
    result = read("9780439023481\0\0\n" + "9780140328721\r\n" * 9 + "\x1a")
    assert result.isbns == [HUNGER, FOX]
    assert result.counts.blank == 1


def test_isbns_in_names_of_files_are_read() -> None:
    assert read("9780439023481_cover.jpg\nbook_9780140328721.epub\n").isbns == [HUNGER, FOX]
