import csv
import io
import json
from xml.etree import ElementTree

import pyarrow.parquet  # type: ignore[import-untyped]
import pytest
from bibtexparser.entrypoint import parse_string
from marcalyx import Collection  # type: ignore[import-untyped]
from msgspec.structs import replace

from crawler.book import Match, Precision
from crawler.catalog.comments import read_relations
from crawler.catalog.formats import EXCEL, FORMATS, Format
from crawler.catalog.formats.fields import PLACES
from crawler.catalog.rows import COLUMNS, BookRow
from tests.catalog.test_ris import records as ris_records
from tests.catalog.written import FULL, written

OTHER: dict[str, object] = {
    "id": 9, "isbn13": "9780142410387", "isbn10": "0142410381", "title": "Other",
    "subtitle": "Other", "authors": ("Other", "Others"), "publisher": "Other",
    "published": "1988-11", "published_year": 1989, "published_precision": Precision.YEAR,
    "description": "Other", "categories": ("Other",), "page_count": 97, "language": "en",
    "print_type": "BOOK", "average_rating": 2.5, "ratings_count": 13,
    "thumbnail_url": "https://other.example/", "info_link": "https://other.example/",
    "source": "other", "source_id": "other", "match": Match.UNCONFIRMED,
    "retrieved_at": "2026-11-21T11:00:00Z",
}  # fmt: skip
"""Of each field another value than in FULL."""

Places = dict[str, list[str]]


def bibtex_places(book: BookRow) -> Places:
    (entry,) = parse_string(written([book], "bibtex").decode()).entries
    return {"entry type": [entry.entry_type]} | {key: [text] for key, text in entry.items()}


def ris_places(book: BookRow) -> Places:
    places: Places = {}
    for tag, value in ris_records(written([book], "ris"))[0]:
        places.setdefault(tag, []).append(value)
    return places


def marc_places(book: BookRow) -> Places:
    page = ElementTree.fromstring(written([book], "marcxml"))  # noqa: S314 - ours
    (record,) = Collection(page).records()
    places: Places = {"leader/07": [record.leader[7]]}
    for field in record.controlFields():
        if field.tag == "008":
            for first, last in ((0, 5), (6, 6), (7, 10), (11, 34), (35, 37), (38, 39)):
                places[f"008/{first:02}-{last:02}"] = [field.value[first : last + 1]]
        else:
            places[field.tag] = [field.value]
    for field in record.fields:
        for subfield in getattr(field, "subfields", ()):
            places.setdefault(f"{field.tag} ${subfield.code}", []).append(subfield.value)
    return places


PLACES_OF = {"bibtex": bibtex_places, "ris": ris_places, "marcxml": marc_places}


def test_every_field_is_documented_once_and_only_fields_are() -> None:
    assert tuple(PLACES) == COLUMNS == tuple(read_relations()["books"].columns)


@pytest.mark.parametrize("form", PLACES_OF)
@pytest.mark.parametrize("field", COLUMNS)
def test_a_field_stands_where_the_table_says_and_nowhere_else(field: str, form: str) -> None:
    before = PLACES_OF[form](FULL)
    after = PLACES_OF[form](replace(FULL, **{field: OTHER[field]}))
    changed = {place for place in before | after if before.get(place) != after.get(place)}
    stated: tuple[str, ...] = getattr(PLACES[field], form)
    assert changed - {"ID", "ENTRYTYPE"} == set(stated)


@pytest.mark.parametrize("form", [FORMATS["csv"], EXCEL])
def test_csv_has_all_fields(form: Format) -> None:
    page = written([FULL], form).decode("utf-8-sig")
    assert tuple(next(csv.reader(io.StringIO(page)))) == COLUMNS


def test_json_has_all_fields() -> None:
    assert tuple(json.loads(written([FULL], "jsonl"))) == COLUMNS
    assert tuple(json.loads(written([FULL], "json"))[0]) == COLUMNS


def test_parquet_has_all_fields_with_the_types_of_the_table() -> None:
    schema = pyarrow.parquet.read_schema(io.BytesIO(written([FULL], "parquet")))
    types = {field.name: str(field.type).replace("element: ", "") for field in schema}
    assert types == {field: places.parquet for field, places in PLACES.items()}
