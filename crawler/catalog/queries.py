"""The queries that come with the program: those of the README, by name."""

import re
from collections.abc import Mapping
from importlib.resources import files

from msgspec import Struct


class Query(Struct, frozen=True):
    """A question in words, and in SQL; its arguments are named, as in `:name`."""

    title: str
    sql: str


_QUERY = re.compile(r"^-- (?P<name>\w+): (?P<title>.+)\n(?P<sql>select[^;]+);$", re.MULTILINE)


def read_queries() -> Mapping[str, Query]:
    """The queries of queries.sql, in its order."""
    text = files("crawler.catalog").joinpath("queries.sql").read_text("utf-8")
    return {found["name"]: Query(found["title"], found["sql"]) for found in _QUERY.finditer(text)}
