import csv
import gzip
import io
from collections import Counter
from contextlib import closing

import pytest

from crawler.catalog.enrich import Enrichment
from crawler.errors import BookcrawlError, DatabaseUnusable, InputUnreadable, WrongUse
from crawler.reader.originals import Originals
from tests.catalog.enriching import enrich
from tests.catalog.shelf import Shelf

FOX, SOLEDAD, MATILDA = 9780140328721, 9788437604947, 9780142410387
PENDING, FAILED, MISSING, DELETED = 9780439023481, 9780439554930, 9780316015844, 9780743273565


@pytest.fixture
def stocked(shelf: Shelf) -> Shelf:
    shelf.add(FOX, "Fantastic Mr. Fox", authors=("Roald Dahl", "Quentin Blake"), page_count=96)
    shelf.add(SOLEDAD, "Cien años de soledad", match="unconfirmed")
    shelf.note(PENDING, "pending")
    shelf.note(FAILED, "failed", reason="http_503")
    shelf.note(MISSING, "missing")
    shelf.note(DELETED, "found")
    return shelf


def test_each_row_tells_how_its_isbn_stands(stocked: Shelf) -> None:
    isbns = (FOX, SOLEDAD, PENDING, FAILED, MISSING, DELETED, MATILDA)
    data = "isbn,mine\n" + "".join(f"{isbn},{n}\n" for n, isbn in enumerate(isbns))
    after = enrich(stocked.connection, data.encode(), add=("title", "authors", "page_count"))
    header, *rows = after.decode().splitlines()
    assert header.split(",")[2:] == [
        "bookcrawl_title",
        "bookcrawl_authors",
        "bookcrawl_page_count",
        "bookcrawl_isbn13",
        "bookcrawl_status",
    ]
    assert rows == [
        f'{FOX},0,Fantastic Mr. Fox,"Roald Dahl; Quentin Blake",96,{FOX},found',
        f"{SOLEDAD},1,Cien años de soledad,,,{SOLEDAD},unconfirmed",
        f"{PENDING},2,,,,{PENDING},pending",
        f"{FAILED},3,,,,{FAILED},failed",
        f"{MISSING},4,,,,{MISSING},missing",
        f"{DELETED},5,,,,{DELETED},deleted",
        f"{MATILDA},6,,,,{MATILDA},not_asked",
    ]


def test_a_row_without_an_isbn_tells_why(stocked: Shelf) -> None:
    data = f"isbn,mine\n{FOX},a\n9780140328722,b\n9.78014E+12,c\n,d\n".encode()
    assert enrich(stocked.connection, data).decode().splitlines()[2:] == [
        "9780140328722,b,,,bad_check_digit",
        "9.78014E+12,c,,,scientific_notation",
        ",d,,,no_isbn_in_row",
    ]


def test_a_repaired_isbn_is_told_in_full(stocked: Shelf) -> None:
    cells = ["140328726", "439023483", "439554934", "316015849", "843760494X"]
    rows = enrich(stocked.connection, "\n".join(["isbn,n", *(f"{n},1" for n in cells)]).encode())
    assert rows.decode().splitlines()[1] == f"140328726,1,Fantastic Mr. Fox,{FOX},found"


def test_a_row_with_several_isbns_gets_the_book_of_the_first(stocked: Shelf) -> None:
    data = f"isbn,n\n{FOX} {SOLEDAD},1\n{SOLEDAD} {FOX},2\n".encode()
    assert enrich(stocked.connection, data).decode().splitlines()[1:] == [
        f"{FOX} {SOLEDAD},1,Fantastic Mr. Fox,{FOX},found",
        f"{SOLEDAD} {FOX},2,Cien años de soledad,{SOLEDAD},unconfirmed",
    ]


def test_an_isbn_that_comes_again_has_its_book_again(stocked: Shelf) -> None:
    after = enrich(stocked.connection, f"isbn,n\n{FOX},1\n0140328726,2\n".encode())
    assert after.decode().count("Fantastic Mr. Fox") == 2


def test_a_table_without_header_gets_none(stocked: Shelf) -> None:
    after = enrich(stocked.connection, f"a;{FOX}\r\nb;{MATILDA}".encode())
    assert after.decode() == (
        f"a;{FOX};Fantastic Mr. Fox;{FOX};found\r\nb;{MATILDA};;{MATILDA};not_asked"
    )


def test_a_list_becomes_a_table_with_a_delimiter_that_is_not_in_it(stocked: Shelf) -> None:
    assert enrich(stocked.connection, f"{FOX}\n\n{MATILDA}\n".encode()) == (
        f"{FOX},Fantastic Mr. Fox,{FOX},found\n\n{MATILDA},,{MATILDA},not_asked\n".encode()
    )
    assert enrich(stocked.connection, f"{FOX}, a gift\n{MATILDA}\n".encode()) == (
        f"{FOX}, a gift;Fantastic Mr. Fox;{FOX};found\n{MATILDA};;{MATILDA};not_asked\n".encode()
    )


@pytest.mark.parametrize("column", [None, "ISBN"])
def test_the_header_of_a_list_stays_one(stocked: Shelf, column: str | None) -> None:
    after = enrich(stocked.connection, f"ISBN\n{FOX}\n".encode(), column=column)
    assert after.decode() == (
        f"ISBN,bookcrawl_title,bookcrawl_isbn13,bookcrawl_status\n"
        f"{FOX},Fantastic Mr. Fox,{FOX},found\n"
    )


def test_what_stands_above_the_header_stays_alone(stocked: Shelf) -> None:
    data = f"sep=;\nMy books;\n\nisbn;n\n{FOX};1\n".encode()
    assert enrich(stocked.connection, data).decode().splitlines()[:3] == ["sep=;", "My books;", ""]


def test_short_rows_are_filled_up_and_long_ones_counted(stocked: Shelf) -> None:
    data = f"isbn,a,b\n{FOX}\n{FOX},1\n{FOX},1,2,3\n,,\n\n".encode()
    with closing(Originals("-", stdin=io.BytesIO(data))) as originals:
        enrichment = Enrichment(stocked.connection, originals, ["title"])
        lines = b"".join(enrichment.rows()).decode().splitlines()
    assert lines[1:] == [
        f"{FOX},,,Fantastic Mr. Fox,{FOX},found",
        f"{FOX},1,,Fantastic Mr. Fox,{FOX},found",
        f"{FOX},1,2,3,Fantastic Mr. Fox,{FOX},found",
        ",,,,,",
        "",
    ]
    assert enrichment.too_long == 1
    assert enrichment.statuses == Counter(found=3)


def test_names_that_the_file_has_already_are_numbered(stocked: Shelf) -> None:
    once = enrich(stocked.connection, f"ISBN,Bookcrawl_Title\n{FOX},x\n".encode())
    assert once.decode().splitlines()[0] == (
        "ISBN,Bookcrawl_Title,bookcrawl_title_2,bookcrawl_isbn13,bookcrawl_status"
    )
    again = enrich(stocked.connection, once).decode().splitlines()[0].split(",")
    assert len(set(map(str.casefold, again))) == len(again)


def test_an_enriched_file_is_read_as_the_same_books(stocked: Shelf) -> None:
    data = f"isbn,n\n0140328726,1\n9780140328722,2\n{MATILDA},3\n".encode()
    once = enrich(stocked.connection, data)
    isbns = [row[-2] for row in csv.reader(enrich(stocked.connection, once).decode().splitlines())]
    assert isbns[1:] == [str(FOX), "", str(MATILDA)]


def test_cells_are_quoted_where_all_of_theirs_are(stocked: Shelf) -> None:
    after = enrich(stocked.connection, f'"isbn";"n"\n"{FOX}";"1"\n'.encode())
    assert after.decode().splitlines()[1] == f'"{FOX}";"1";"Fantastic Mr. Fox";"{FOX}";"found"'


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ('say "a", b', '"say ""a"", b"'),
        ("two\r\nlines\u2028or\x00 three\x1b[31m", "two lines or  three [31m"),
        ("=1+1", "'=1+1"),
        ("\n@SUM(A1)", "' @SUM(A1)"),
        ("a; =1+1", '"a; \'=1+1"'),
        ("1984", "1984"),
    ],
)
def test_texts_of_strangers_stay_texts(shelf: Shelf, title: str, cell: str) -> None:
    shelf.add(FOX, title)
    after = enrich(shelf.connection, f"isbn,n\n{FOX},1\n".encode()).decode()
    assert after.splitlines()[1] == f"{FOX},1,{cell},{FOX},found"


def test_formulas_are_disarmed_behind_a_comma_in_a_file_with_semicolons(shelf: Shelf) -> None:
    shelf.add(FOX, "a, =1+1")
    after = enrich(shelf.connection, f"isbn;n\n{FOX};1\n".encode()).decode()
    assert after.splitlines()[1] == f'{FOX};1;"a,\' =1+1";{FOX};found'


def test_where_quotes_are_letters_nothing_needs_them(shelf: Shelf) -> None:
    shelf.add(FOX, 'a\t"b"')
    rows = [f'{FOX}\t5" wide', f'{FOX}\t"odd', f'{FOX}\tod"d'] * 3
    after = enrich(shelf.connection, "\n".join(["isbn\tn", *rows]).encode()).decode()
    assert after.splitlines()[2] == f"{FOX}\t\"odd\ta 'b'\t{FOX}\tfound"


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_an_encoding_that_the_file_tells_is_kept(stocked: Shelf, mark: str) -> None:
    after = enrich(stocked.connection, f"isbn,n\n{SOLEDAD},é\n".encode(mark))
    assert after.decode(mark).splitlines()[1] == (
        f"{SOLEDAD},é,Cien años de soledad,{SOLEDAD},unconfirmed"
    )


@pytest.mark.parametrize("rows", [1, 2_000])
def test_another_encoding_has_to_be_named(stocked: Shelf, rows: int) -> None:
    data = "isbn,n\n" + f"{SOLEDAD},{'n' * 200}\n" * rows + f"{SOLEDAD},é\n"
    with pytest.raises(InputUnreadable, match="not in UTF-8: name the encoding"):
        enrich(stocked.connection, data.encode("latin-1"))
    named = enrich(stocked.connection, data.encode("latin-1"), encoding="latin-1")
    assert named.endswith(f"é,Cien años de soledad,{SOLEDAD},unconfirmed\n".encode("latin-1"))


def test_what_an_encoding_does_not_have_is_a_question_mark_and_counted(shelf: Shelf) -> None:
    shelf.add(FOX, "狐 ou renard é")
    data = io.BytesIO(f"isbn,n\n{FOX},1\n".encode())
    with closing(Originals("-", stdin=data)) as originals:
        enrichment = Enrichment(shelf.connection, originals, ["title"], "cp1252")
        after = b"".join(enrichment.rows())
    assert "? ou renard é".encode("cp1252") in after
    assert enrichment.replaced == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "iso2022_jp", "rot13", "idna", "x\0y"])
def test_an_encoding_without_plain_ascii_is_refused(stocked: Shelf, encoding: str) -> None:
    with pytest.raises(WrongUse, match="is no encoding for --encoding"):
        enrich(stocked.connection, f"isbn,n\n{FOX},1\n".encode(), encoding=encoding)


def test_an_encoding_that_contradicts_the_files_own_is_refused(stocked: Shelf) -> None:
    with pytest.raises(WrongUse, match="leave out --encoding"):
        enrich(stocked.connection, f"isbn,n\n{FOX},1\n".encode("utf-8-sig"), encoding="cp1252")


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (b'[{"isbn": "9780140328721"}]', WrongUse, "is JSON"),
        (b"isbn,n\nabc,1\n", InputUnreadable, "has no ISBN in it, but 1 not_an_isbn"),
        (b"isbn,n\n9780140328721,1\n" + b"x" * 1_100_000, InputUnreadable, "million characters"),
    ],
)
def test_what_has_no_rows_to_fill_is_refused(
    shelf: Shelf, data: bytes, error: type[BookcrawlError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        enrich(shelf.connection, data)


def test_a_cut_file_is_refused(stocked: Shelf) -> None:
    packed = gzip.compress(f"isbn,n\n{FOX},1\n".encode() * 1000)
    with pytest.raises(InputUnreadable, match="is cut short: get the file again"):
        enrich(stocked.connection, packed[:-20])


@pytest.mark.parametrize("end", ["\r", "\n"])
def test_a_file_that_ends_in_a_character_is_refused(stocked: Shelf, end: str) -> None:
    data = f"isbn,n\n{FOX},1{end}\n".encode("utf-16")
    with pytest.raises(InputUnreadable, match="is cut short, in a character"):
        enrich(stocked.connection, data[:-1])


def test_an_unknown_column_is_told_with_the_known(stocked: Shelf) -> None:
    with pytest.raises(WrongUse, match="no column 'titel': choose of id, isbn13, isbn10, title"):
        enrich(stocked.connection, f"{FOX}\n".encode(), add=("titel",))


@pytest.mark.parametrize("add", [(), ("isbn13",)])
def test_the_status_alone_can_be_asked_for(stocked: Shelf, add: tuple[str, ...]) -> None:
    after = enrich(stocked.connection, f"{FOX}\n{MISSING}\n".encode(), add=add)
    assert after.decode() == f"{FOX},{FOX},found\n{MISSING},{MISSING},missing\n"


def test_a_row_that_another_program_changed_is_told(shelf: Shelf) -> None:
    shelf.add(FOX, "Fox", authors=())
    shelf.connection.execute("UPDATE books SET authors = 'Dahl'")
    with pytest.raises(DatabaseUnusable, match="changed by another program"):
        enrich(shelf.connection, f"{FOX}\n".encode(), add=("authors",))
