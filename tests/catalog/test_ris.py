import io
import re

import rispy  # type: ignore[import-untyped]
from hypothesis import given
from msgspec.structs import replace

from crawler.catalog.formats.plain import on_one_line
from tests.catalog.written import BARE, FULL, written
from tests.faults.hostile_texts import obeyed, texts

LINE = re.compile(r"([A-Z][A-Z0-9])  - (.*)")
"""RIS Format Specifications (Research Information Systems): two characters, two blanks, a hyphen, a
blank; a record begins with TY and ends with ER."""


def records(page: bytes) -> list[list[tuple[str, str]]]:
    """Tags and values by the letter of the specification, which no library had a hand in."""
    assert page.count(b"\n") == page.count(b"\r\n")
    read: list[list[tuple[str, str]]] = []
    for line in filter(None, page.decode().split("\r\n")):
        parts = LINE.fullmatch(line)
        assert parts, line
        if parts[1] == "TY":
            read.append([])
        read[-1].append((parts[1], parts[2]))
    assert all(record[-1] == ("ER", "") for record in read)
    assert sum(tag == "ER" for record in read for tag, _ in record) == len(read)
    return read


def test_every_field_that_ris_can_hold_is_read_back() -> None:
    assert records(written([FULL], "ris")) == [
        [
            ("TY", "MGZN"),
            ("AU", "Roald Dahl"),
            ("AU", "Quentin Blake"),
            ("AU", "Penguin Books"),
            ("TI", "Fantastic Mr. Fox: A Tale of Boggis, Bunce & Bean"),
            ("ST", "Fantastic Mr. Fox"),
            ("PB", "Puffin & Sons"),
            ("PY", "1988"),
            ("DA", "1988/10//"),
            ("SN", "9780140328721"),
            ("SP", "96"),
            ("LA", "pt-BR"),
            ("KW", "Juvenile Fiction"),
            ("KW", "Foxes"),
            ("AB", "Three farmers. One fox: 100% cunning."),
            ("UR", "https://books.google.com/books?id=mh0X_Dg2oTAC&hl="),
            ("L4", "https://books.google.com/books/content?id=mh0X_Dg2oTAC&img=1"),
            ("DB", "google"),
            ("AN", "mh0X_Dg2oTAC"),
            ("Y2", "2026/11/20/"),
            ("ER", ""),
        ]
    ]


def test_rispy_reads_records_with_and_without_what_is_unknown() -> None:
    full, bare = rispy.load(io.StringIO(written([FULL, BARE], "ris").decode()))
    assert full["authors"] == ["Roald Dahl", "Quentin Blake", "Penguin Books"]
    assert full["urls"] == ["https://books.google.com/books?id=mh0X_Dg2oTAC&hl="]
    assert bare == {
        "type_of_reference": "BOOK",
        "issn": "9788437604947",
        "name_of_database": "google",
        "accession_number": "x",
        "access_date": "2026/11/20/",
    }


def test_an_empty_line_parts_two_records() -> None:
    assert written([BARE, FULL], "ris").count(b"ER  - \r\n\r\nTY  - ") == 1


def test_a_date_that_is_not_certain_is_other_information() -> None:
    book = replace(FULL, published="19??", published_year=None, published_precision=None)
    (record,) = records(written([book], "ris"))
    assert ("DA", "///19??") in record


def test_only_links_of_the_web_are_links() -> None:
    book = replace(FULL, info_link="javascript:alert(1)", thumbnail_url="file:///etc/passwd")
    (record,) = records(written([book], "ris"))
    assert not {"UR", "L4"} & {tag for tag, _ in record}


@given(text=texts)
def test_no_text_begins_a_line_or_a_record_of_its_own(text: str) -> None:
    text = f"{text}\r\nER  - \r\n\r\nTY  - BOOK\nAU  - Nobody"
    hostile = replace(
        FULL, title=text, subtitle=None, authors=(text,), description=text, categories=(text,),
        publisher=text, published=text, language=text, source=text, source_id=text,
        print_type=text, info_link=text, thumbnail_url=text, retrieved_at=text,
    )  # fmt: skip
    page = written([hostile, BARE], "ris")
    first, _second = records(page)
    kept = on_one_line(text)
    assert [value for tag, value in first if tag in {"AU", "TI", "KW", "AB", "PB"}] == [kept] * 5
    assert not obeyed(page.decode())
