import pytest

from crawler.errors import WrongUse
from crawler.seed import Reason
from tests.reader.reading import read

HUNGER, FOX, QUANTUM = 9780439023481, 9780140328721, 9780306406157


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "name",
    [
        "isbn", "ISBN13", "ISBN-13", "isbn_10", "ISBN/UID", "ISBNs", "Print ISBN", "Código ISBN",
        "ISBN-Nummer", "书号", "國際標準書號", "ISBN号", "ردمك", "EAN", "Barcode",
    ],
)  # fmt: skip
def test_the_column_is_found_by_its_name_with_any_delimiter(mark: str, name: str) -> None:
    rows = [["Id", "Title", name, "Year"], ["1", "A", "9780439023481", "2008"]]
    rows += [["2", "B", "9780140328721", "1988"]]
    result = read("\n".join(mark.join(row) for row in rows))
    assert result.lines == [(2, HUNGER), (3, FOX)]
    assert result.counts.lines == 2


def test_without_a_name_the_column_is_found_by_its_cells_and_that_is_said() -> None:
    result = read("1,9780439023481,Foo\n2,0140328726,Bar\n3,9780306406157,Baz\n")
    assert result.lines == [(1, HUNGER), (2, FOX), (3, QUANTUM)]
    assert "column 2" in result.notes[0]


def test_a_header_of_numbers_is_told_by_the_cells_below_it() -> None:
    assert read("0;1\n9780439023481;Foo\n0140328726;Bar\n").lines == [(2, HUNGER), (3, FOX)]


def test_one_telephone_number_in_eleven_is_no_isbn() -> None:
    result = read("name,phone\nBob,0826497527\nAl,2125551212\nEve,3105551234\n")
    assert result.isbns == []
    assert result.counts.rejected == result.counts.lines


def test_a_title_above_the_header_is_no_header() -> None:
    result = read("My library\n\nTitle,ISBN\nFoo,9780439023481\nBar,9780140328721\n")
    assert result.lines == [(4, HUNGER), (5, FOX)]
    assert result.reasons == [(1, Reason.NO_ISBN_IN_ROW)]


def test_the_note_of_the_delimiter_that_excel_writes_is_obeyed() -> None:
    assert read("sep=;\nTitle;ISBN\nX;9780439023481\n").lines == [(3, HUNGER)]


def test_a_header_that_lacks_the_name_of_the_row_numbers_is_set_right() -> None:
    content = "isbn\ttitle\n1\t9780439023481\tFoo\n2\t9780140328721\tBar\n"
    assert read(content).lines == [(2, HUNGER), (3, FOX)]


def test_a_book_a_row_is_taken_by_its_isbn_13_first() -> None:
    result = read("isbn,isbn13\n0439023483,9780439023481\n0140328726,\n,9780306406157\n")
    assert result.lines == [(2, HUNGER), (3, FOX), (4, QUANTUM)]
    assert result.notes == []


def test_a_row_that_names_two_books_is_taken_by_its_isbn_13_and_reported() -> None:
    result = read("isbn,isbn13\n0140328726,9780306406157\n0439023483,9780439023481\n")
    assert result.lines == [(2, QUANTUM), (3, HUNGER)]
    assert "line 2;" in result.notes[0]


def test_an_isbn_10_stands_in_for_an_isbn_13_in_scientific_notation() -> None:
    result = read("isbn,isbn13\n0439023483,9.78043902348e+12\n0140328726,9.78E+12\n")
    assert result.lines == [(2, HUNGER), (3, FOX)]


def test_an_isbn_13_in_scientific_notation_that_was_another_book_rejects_the_row() -> None:
    result = read("isbn,isbn13\n0140328726,9.78043902348e+12\n0439023483,6.45573003012e+11\n")
    assert result.lines == [(3, HUNGER)]
    assert result.reasons == [(2, Reason.SCIENTIFIC_NOTATION)]


def test_scientific_notation_is_never_turned_into_an_isbn() -> None:
    result = read("isbn,t\n9.78043902348e+12,a\n9780439023481,b\n9780440000000,c\n")
    assert result.lines == [(3, HUNGER)]
    assert result.reasons == [(2, Reason.SCIENTIFIC_NOTATION), (4, Reason.SCIENTIFIC_NOTATION)]


PADDED = "isbn,t\n439023483,a\n439554934,b\n316015849,c\n61120081,d\n1594480001,e\n"


def test_leading_zeros_are_restored_where_their_loss_is_the_habit_of_the_column() -> None:
    result = read(PADDED)
    assert [seed.repaired for seed in result.seeds] == [True, True, True, True, False]
    assert result.isbns[0] == HUNGER


@pytest.mark.parametrize(
    "row",
    ["0140328726,f", "123456789,f\n234567891,f\n345678912,f"],
    ids=["a zero was kept", "too many are none"],
)
def test_leading_zeros_are_not_restored_where_the_column_speaks_against_it(row: str) -> None:
    result = read(PADDED + row + "\n")
    assert result.counts.repaired == 0
    assert (2, Reason.WRONG_LENGTH) in result.reasons


def test_a_column_that_goes_on_otherwise_than_it_began_is_reported() -> None:
    result = read(PADDED * 400 + "0140328726,f\n")
    assert result.counts.repaired == 4
    assert "have kept theirs" in result.notes[-1]


def test_cells_as_spreadsheets_and_goodreads_write_them_are_read() -> None:
    content = 'Title,ISBN,ISBN13\nA,"=""0439023483""","=""9780439023481"""\nB,"=""""","="""""\n'
    result = read(content)
    assert result.lines == [(2, HUNGER)]
    assert result.reasons == [(3, Reason.NO_ISBN_IN_ROW)]


def test_all_books_of_a_cell_are_read_and_one_book_in_both_forms_is_one() -> None:
    content = 'title,isbn\nA,"0439023483, 9780439023481"\nB,"0140328726\n9780306406157"\n'
    result = read(content)
    assert result.lines == [(2, HUNGER), (3, FOX), (3, QUANTUM)]


def test_lines_are_counted_physically_through_quoted_cells() -> None:
    content = 'isbn,text\n9780439023481,"one\ntwo\r\nthree"\n9780140328721,"x"\n'
    assert read(content).lines == [(2, HUNGER), (5, FOX)]


def test_a_row_with_a_text_of_many_pages_is_one_row() -> None:
    pages = "It was a dark, stormy night.\n" * 900 + "x" * 200_000
    result = read(f'notes,isbn\n"{pages}",9780439023481\nnone,9780140328721\n')
    assert result.lines == [(2, HUNGER), (903, FOX)]
    assert result.reasons == []


def test_a_quote_that_does_not_close_swallows_no_other_row() -> None:
    content = 'isbn,title,year\n9780439023481,"Foo,1999\n9780140328721,Bar,2000\n'
    content += '9780306406157,"Baz, part 2",2001\n'
    result = read(content)
    assert result.lines == [(2, HUNGER), (3, FOX), (4, QUANTUM)]
    assert result.counts.lines == 3


def test_a_quote_may_stay_open_in_rows_that_are_shorter_than_the_header() -> None:
    assert read('title;author;isbn\n"Fox;\nDahl').reasons == [(2, Reason.NO_ISBN_IN_ROW)]


def test_a_quote_that_never_closes_costs_a_bounded_number_of_lines() -> None:
    rows = "".join(f"{number},plain\n" for number in range(5000))
    result = read('title,isbn\n"Foo,9780439023481\n' + rows + "Bar,9780140328721\n")
    assert (5003, FOX) in result.lines
    assert result.counts.lines == 5002


def test_commas_without_quotes_shift_the_columns_and_the_isbn_is_found() -> None:
    content = "title,author,isbn,year\nFoo,X,9780439023481,1999\n"
    content += "Bar, the second,Y,0140328726,1999\nBaz, a, b,Z,9780306406157,2001\n"
    result = read(content)
    assert result.lines == [(2, HUNGER), (3, FOX), (4, QUANTUM)]


def test_a_shifted_number_of_ten_digits_beside_a_column_of_such_is_no_isbn() -> None:
    content = "title,isbn,key\nFoo,9780439023481,1234567890\nBar, b,9780140328721,2234567891\n"
    content += "Baz,and more,,0826497527\n"
    result = read(content)
    assert result.lines == [(2, HUNGER), (3, FOX)]
    assert result.reasons == [(4, Reason.NO_ISBN_IN_ROW)]


def test_a_short_row_is_read_where_one_cell_is_plainly_the_isbn() -> None:
    content = "title,author,isbn,year\nFoo,X,9780439023481,1999\nBar,9780140328721,1999\n"
    assert read(content).lines == [(2, HUNGER), (3, FOX)]


def test_a_short_row_in_which_two_cells_are_isbns_is_rejected() -> None:
    content = "t,u,v,isbn,w\na,b,c,9780439023481,d\n9780140328721,9780306406157,c\n"
    assert read(content).reasons == [(3, Reason.NO_ISBN_IN_ROW)]


def test_ghost_rows_are_blank() -> None:
    result = read("isbn,title,year\n9780439023481,Foo,1999\n" + ",,\n" * 3000 + ' , ,""\n')
    assert result.counts.blank == 3001
    assert result.counts.rejected == 0


def test_a_row_with_a_title_and_no_isbn_is_no_blank_row() -> None:
    result = read("title,isbn\nFoo,\n,\nBar,9780439023481\n")
    assert result.reasons == [(2, Reason.NO_ISBN_IN_ROW)]
    assert result.rejects[0].text == "Foo,"
    assert result.counts.blank == 1


def test_calibre_identifiers_are_read_where_the_isbn_is_empty() -> None:
    content = 'isbn,identifiers,title\n,"google:nmznAAAA,isbn:9780439023481",Foo\n'
    content += '9780140328721,"goodreads:6689",Bar\n,"amazon:0306406152",Baz\n'
    result = read(content)
    assert result.lines == [(2, HUNGER), (3, FOX)]
    assert result.reasons == [(4, Reason.NO_ISBN_IN_ROW)]


@pytest.mark.parametrize("column", ["code", "CODE", "2"])
def test_a_column_may_be_named_or_numbered(column: str) -> None:
    content = "isbn,code\n9780140328721,9780439023481\n"
    assert read(content, column=column).lines == [(2, HUNGER)]


def test_a_number_of_a_column_makes_no_header_of_a_row_with_that_number() -> None:
    assert read("2,9780439023481\n3,9780140328721\n", column="2").lines == [(1, HUNGER), (2, FOX)]


def test_a_column_that_is_not_there_is_wrong_use_and_those_that_are_are_named() -> None:
    with pytest.raises(WrongUse, match="no column 'ean': name one of 'isbn', 'title'"):
        read("isbn,title\n9780439023481,Foo\n", column="ean")


def test_a_format_that_is_named_overrules_what_is_found() -> None:
    content = "9780439023481,9780140328721\n9780306406157,9780439023481\n"
    assert read(content).isbns == [HUNGER, FOX, QUANTUM]
    assert read(content, format_="csv").isbns == [HUNGER, QUANTUM]


def test_an_unknown_format_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match="choose one of list, csv, tsv, json, jsonl"):
        read("9780439023481\n", format_="xls")
    with pytest.raises(WrongUse, match="leave out --column or --format"):
        read("9780439023481\n", format_="list", column="isbn")
