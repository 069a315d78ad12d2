from xml.etree import ElementTree

import pytest
from hypothesis import given
from marcalyx import Collection, Record  # type: ignore[import-untyped]
from msgspec.structs import replace

from crawler.catalog.formats.marcxml import marc_language
from crawler.catalog.formats.plain import on_one_line
from tests.catalog.written import BARE, FULL, written
from tests.faults.hostile_texts import obeyed, texts

Field = tuple[str, str, dict[str, str]]


def records(page: bytes) -> list[Record]:
    read: list[Record] = Collection(ElementTree.fromstring(page)).records()  # noqa: S314 - ours
    return read


def data_fields(record: Record) -> list[Field]:
    """Tag, indicators, subfields by their codes."""
    return [
        (
            field.tag,
            field.ind1 + field.ind2,
            {subfield.code: subfield.value for subfield in field.subfields},
        )
        for field in record.fields
        if not field.tag.startswith("00")
    ]


def control_field(record: Record, tag: str) -> str:
    (field,) = record.field(tag)
    value: str = field.value
    return value


def test_every_field_that_marc_can_hold_is_read_back() -> None:
    (record,) = records(written([FULL], "marcxml"))
    assert data_fields(record) == [
        ("020", "  ", {"a": "9780140328721"}),
        ("020", "  ", {"a": "0140328726"}),
        ("035", "  ", {"a": "(google)mh0X_Dg2oTAC"}),
        ("041", " 7", {"a": "pt-BR", "2": "rfc5646"}),
        ("100", "0 ", {"a": "Roald Dahl"}),
        ("245", "10", {"a": "Fantastic Mr. Fox", "b": "A Tale of Boggis, Bunce & Bean"}),
        ("264", " 1", {"b": "Puffin & Sons", "c": "1988-10"}),
        ("300", "  ", {"a": "96 pages"}),
        ("520", "  ", {"a": "Three farmers. One fox: 100% cunning."}),
        ("653", "  ", {"a": "Juvenile Fiction"}),
        ("653", "  ", {"a": "Foxes"}),
        ("700", "0 ", {"a": "Quentin Blake"}),
        ("700", "0 ", {"a": "Penguin Books"}),
        ("856", "42", {"3": "Page at the source", "u": FULL.info_link}),
        ("856", "42", {"3": "Cover image", "u": FULL.thumbnail_url}),
    ]


def test_the_leader_and_the_fixed_fields_have_their_lengths_and_codes() -> None:
    full, bare = records(written([FULL, BARE], "marcxml"))
    assert full.leader == "     nas a22     uu 4500"
    assert bare.leader == "     nam a22     uu 4500"
    assert control_field(full, "001") == "9780140328721"
    assert control_field(full, "005") == "20261120100203.0"
    assert control_field(full, "008") == f"261120s1988    xx {'|' * 17}por d"
    assert control_field(bare, "008") == f"261120nuuuuuuuuxx {'|' * 17}und d"
    assert len(full.leader) == 24
    assert len(control_field(bare, "008")) == 40


def test_what_is_unknown_is_left_out() -> None:
    (record,) = records(written([BARE], "marcxml"))
    assert data_fields(record) == [
        ("020", "  ", {"a": "9788437604947"}),
        ("035", "  ", {"a": "(google)x"}),
    ]


def test_a_title_without_author_makes_no_added_entry() -> None:
    (record,) = records(written([replace(BARE, title="Anonymous")], "marcxml"))
    assert ("245", "00", {"a": "Anonymous"}) in data_fields(record)


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en", "eng"), ("de", "ger"), ("fr", "fre"), ("zh-CN", "chi"), ("nl", "dut"), ("iw", "heb"),
        ("cs", "cze"), ("xx", "und"), ("", "und"), ("\x00", "und"), ("no language", "und"),
    ],
)  # fmt: skip
def test_languages_have_the_codes_of_marc(tag: str, code: str) -> None:
    assert marc_language(tag) == code


def test_no_books_are_an_empty_collection() -> None:
    assert records(written([], "marcxml")) == []


@given(text=texts)
def test_any_text_makes_well_formed_xml_with_nothing_in_it_to_obey(text: str) -> None:
    hostile = replace(
        FULL, title=text, authors=(text, text), description=text, categories=(text,),
        publisher=text, language=text, source=text, source_id=text, print_type=text,
        info_link=text, thumbnail_url=text, retrieved_at=text, published=text, isbn10=text,
    )  # fmt: skip
    page = written([hostile, BARE], "marcxml")
    first, _second = records(page)
    kept = [on_one_line(text)] if on_one_line(text) else []
    for tag in ("100", "520", "653", "700"):
        assert [held["a"] for name, _, held in data_fields(first) if name == tag] == kept
    assert len(control_field(first, "008")) == 40
    assert not obeyed(page.decode())
