import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from crawler.sandbox.collection import MadeUp
from crawler.sandbox.fields import FieldsInvalid, parse_fields, project
from crawler.sandbox.query import parse_query
from crawler.sandbox.shape import JSON, SearchInfo, Volumes
from tests.sandbox.world import WORLD

ANSWER: JSON = {
    "kind": "books#volumes",
    "totalItems": 2,
    "items": [
        {"id": "a", "volumeInfo": {"title": "One", "imageLinks": {"thumbnail": "t"}}},
        {"id": "b", "volumeInfo": {"title": "Two", "authors": ["X", "Y"]}},
    ],
}


def selected(fields: str) -> JSON:
    return project(ANSWER, parse_fields(fields, Volumes))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("totalItems", {"totalItems": 2}),
        ("kind,totalItems", {"kind": "books#volumes", "totalItems": 2}),
        ("items/id", {"items": [{"id": "a"}, {"id": "b"}]}),
        ("items(id)", {"items": [{"id": "a"}, {"id": "b"}]}),
        (
            "items(id,volumeInfo(title))",
            {
                "items": [
                    {"id": "a", "volumeInfo": {"title": "One"}},
                    {"id": "b", "volumeInfo": {"title": "Two"}},
                ]
            },
        ),
        (
            "items/volumeInfo/imageLinks/thumbnail,items/id",
            {
                "items": [
                    {"id": "a", "volumeInfo": {"imageLinks": {"thumbnail": "t"}}},
                    {"id": "b", "volumeInfo": {}},
                ]
            },
        ),
        ("items/volumeInfo(title),items/volumeInfo/authors,items(id)", {"items": [
            {"id": "a", "volumeInfo": {"title": "One"}},
            {"id": "b", "volumeInfo": {"title": "Two", "authors": ["X", "Y"]}},
        ]}),
        ("items(volumeInfo,volumeInfo/title)", {"items": [
            {"volumeInfo": {"title": "One", "imageLinks": {"thumbnail": "t"}}},
            {"volumeInfo": {"title": "Two", "authors": ["X", "Y"]}},
        ]}),
        ("items/*/title", {"items": [
            {"volumeInfo": {"title": "One"}}, {"volumeInfo": {"title": "Two"}},
        ]}),
    ],
)  # fmt: skip
def test_a_selector_keeps_what_it_names(fields: str, expected: JSON) -> None:
    assert selected(fields) == expected


def test_a_star_keeps_everything() -> None:
    assert selected("*") == ANSWER
    assert selected("items/volumeInfo(*),kind,totalItems,items(id)") == ANSWER


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ("itemz", "itemz"),
        ("items/volumeInfo/colour", "colour"),
        ("items(id,volumeInfo(titel))", "titel"),
        ("totalItems/id", "totalItems/id"),
        ("items/saleInfo/*/colour", "colour"),
        ("items(id", "items(id"),
        ("items(id))", "items(id))"),
        ("items()", "items()"),
        (",kind", ",kind"),
        ("kind,", "kind,"),
        ("items/", "items/"),
        ("items(id)kind", "items(id)kind"),
        ("kind;totalItems", "kind;totalItems"),
    ],
)
def test_a_selector_that_makes_no_sense_is_refused_by_name(fields: str, named: str) -> None:
    with pytest.raises(FieldsInvalid) as caught:
        parse_fields(fields, Volumes)
    assert str(caught.value) == named


@given(st.from_regex(r"[ab*,/() ]{0,5}[ab][ab*,/() ]{0,5}", fullmatch=True))
def test_a_selector_of_unknown_names_is_refused_however_it_is_written(fields: str) -> None:
    with pytest.raises(FieldsInvalid):
        parse_fields(fields, SearchInfo)


@pytest.mark.parametrize("fields", ["*", "kind,totalItems,items"])
def test_a_selection_of_everything_changes_nothing(fields: str) -> None:
    page = MadeUp(WORLD).search(parse_query("the sea"), slice(0, 5), "US")
    for item in page.items:
        whole: JSON = json.decode(item)
        answer: JSON = {"kind": "books#volumes", "totalItems": 1, "items": [whole]}
        assert project(answer, parse_fields(fields, Volumes)) == answer
