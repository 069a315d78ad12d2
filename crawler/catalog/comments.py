"""What schema.sql says of its tables, views and columns: each has its comment beside it."""

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files

from msgspec import Struct


class Relation(Struct, frozen=True):
    """A table or a view, and its columns by name; those of views stand with their tables."""

    name: str
    comment: str
    columns: Mapping[str, str]


_CREATED = re.compile(
    r"^CREATE (?:VIRTUAL TABLE|TABLE|VIEW) (?P<name>\w+)(?P<rest>.*?);$", re.DOTALL | re.MULTILINE
)
_COLUMN = re.compile(r"^    (?P<name>[a-z]\w*) .*?-- (?P<comment>.+)$", re.MULTILINE)
_COMMENT_BESIDE = re.compile(r"-- (.+)$", re.MULTILINE)
_COMMENT_ABOVE = re.compile(r"(?:^-- .+\n)+\Z", re.MULTILINE)
_MARK = re.compile(r"^-- ", re.MULTILINE)


def read_relations() -> Mapping[str, Relation]:
    """The tables and views of schema.sql by name, in its order; "" where a comment is wanting."""
    return {relation.name: relation for relation in _parse(_read("schema.sql"))}


def _parse(schema: str) -> Iterator[Relation]:
    for created in _CREATED.finditer(schema):
        first_line, _, body = created["rest"].partition("\n")
        beside = _COMMENT_BESIDE.search(first_line)
        yield Relation(
            created["name"],
            beside[1] if beside else _above(schema[: created.start()]),
            {column["name"]: column["comment"] for column in _COLUMN.finditer(body)},
        )


def _above(before: str) -> str:
    comment = _COMMENT_ABOVE.search(before)
    return " ".join(_MARK.sub("", comment[0]).split()) if comment else ""


def _read(name: str) -> str:
    return files("crawler.store").joinpath(name).read_text("utf-8")
