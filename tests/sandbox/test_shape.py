"""The made-up answers and the recorded ones, held against Google's own description of them."""

import json
from collections.abc import Callable, Iterator

import msgspec
import pytest

from crawler.isbn import ISBN13
from crawler.sandbox.detail import make_detailed
from crawler.sandbox.fields import parse_fields
from crawler.sandbox.shape import JSON, Volume, Volumes
from crawler.sandbox.volumes import make_volume
from crawler.sandbox.world import World
from tests.sandbox.world import REAL, WORLD, some_isbns

DISCOVERY = REAL / "discovery" / "books.v1.json"

pytestmark = pytest.mark.skipif(
    not DISCOVERY.exists(), reason=f"the discovery document is not at {DISCOVERY}"
)

Schema = dict[str, JSON]

TYPES: dict[JSON, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


@pytest.fixture(scope="module")
def schemas() -> dict[str, Schema]:
    schemas: dict[str, Schema] = json.loads(DISCOVERY.read_text())["schemas"]
    return schemas


def mismatches(value: JSON, schema: Schema, schemas: dict[str, Schema], at: str) -> Iterator[str]:
    if "$ref" in schema:
        schema = schemas[str(schema["$ref"])]
    if schema["type"] == "object":
        properties = schema["properties"]
        assert isinstance(value, dict), at
        assert isinstance(properties, dict)
        for name, part in value.items():
            inner = properties.get(name)
            if not isinstance(inner, dict):
                yield f"{at}.{name} is unknown"
            else:
                yield from mismatches(part, inner, schemas, f"{at}.{name}")
    elif schema["type"] == "array":
        inner = schema["items"]
        assert isinstance(value, list), at
        assert isinstance(inner, dict)
        for item in value:
            yield from mismatches(item, inner, schemas, f"{at}[]")
    elif type(value) not in TYPES[schema["type"]]:
        yield f"{at} is {value!r}, not {schema['type']}"


def paths(schema: Schema, schemas: dict[str, Schema]) -> Iterator[str]:
    if "$ref" in schema:
        schema = schemas[str(schema["$ref"])]
    properties = schema.get("properties", {})
    assert isinstance(properties, dict)
    for name, part in properties.items():
        assert isinstance(part, dict)
        inner = part.get("items", part)
        assert isinstance(inner, dict)
        yield name
        yield from (f"{name}/{path}" for path in paths(inner, schemas))


def as_json(volume: Volume) -> JSON:
    value: JSON = json.loads(msgspec.json.encode(volume))
    return value


@pytest.mark.parametrize("make", [make_volume, make_detailed])
def test_every_field_of_a_volume_has_the_name_and_type_that_google_documents(
    make: Callable[[ISBN13, World], Volume], schemas: dict[str, Schema]
) -> None:
    for isbn in some_isbns(400):
        volume = as_json(make(isbn, WORLD))
        assert list(mismatches(volume, schemas["Volume"], schemas, "Volume")) == []


@pytest.mark.parametrize(("name", "shape"), [("Volumes", Volumes), ("Volume", Volume)])
def test_every_documented_field_can_be_selected(
    name: str, shape: type[Volume] | type[Volumes], schemas: dict[str, Schema]
) -> None:
    for path in paths(schemas[name], schemas):
        assert parse_fields(path, shape) is not None


def test_recorded_volumes_have_no_field_that_the_sandbox_does_not_know() -> None:
    for path in sorted((REAL / "google_books").glob("*.json")):
        answer = json.loads(path.read_text())
        for volume in answer.get("items", [answer] if "id" in answer else []):
            for selector in selectors(volume):
                assert parse_fields(selector, Volume) is not None, path


def selectors(value: JSON) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from selectors(item)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from (f"{name}/{rest}" for rest in selectors(part))
