"""The ten queries of the README, as they stand there, with the indexes that SQLite takes."""

import re
import shlex
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from crawler.catalog.database import open_catalog
from crawler.catalog.limits import TimeLimit
from crawler.catalog.sql import run_query

README = Path(__file__).parents[2] / "README.md"
TIME_LIMIT_S = 600.0

_SECTION = re.compile(r"^### Ten queries\n(.*?)(?=^#{1,3} |\Z)", re.MULTILINE | re.DOTALL)
_EXAMPLE = re.compile(
    r"^(?P<title>\S.*):\n\n```console\n\$ (?P<command>bookcrawl sql .*\n(?:> .*\n)*)", re.MULTILINE
)


class Query(Struct, frozen=True):
    """A query with its arguments; `title` is the sentence above it."""

    title: str
    sql: str
    arguments: tuple[str, ...]


class Timed(Struct, frozen=True):
    """A query, how long it took, how many rows it gave, and its plan in SQLite's words."""

    query: Query
    ms: float
    rows: int
    plan: tuple[str, ...]


def read_queries() -> list[Query]:
    """The examples of the section, in their order."""
    section = _SECTION.search(README.read_text("utf-8"))
    if section is None:
        raise LookupError(f"{README.name} has no section of ten queries")
    return [
        _query(example["title"], example["command"]) for example in _EXAMPLE.finditer(section[1])
    ]


def _query(title: str, command: str) -> Query:
    _, _, sql, *arguments = shlex.split(command.replace("\n> ", "\n"))
    return Query(title, " ".join(sql.split()), tuple(arguments))


def run_queries(database: Path) -> list[Timed]:
    """Each as `bookcrawl sql` runs it, from the opening of the database to the last row."""
    return [_timed(database, query) for query in read_queries()]


def _timed(database: Path, query: Query) -> Timed:
    limit = TimeLimit(TIME_LIMIT_S, time.monotonic)
    began = time.perf_counter()
    with open_catalog(database) as catalog:
        answer = run_query(catalog, query.sql, query.arguments, path=database, limit=limit)
        rows = sum(1 for _ in answer.rows)
    ms = (time.perf_counter() - began) * 1000
    return Timed(query, ms, rows, _plan(database, query))


def _plan(database: Path, query: Query) -> tuple[str, ...]:
    with closing(sqlite3.connect(database)) as db:
        steps = db.execute(f"EXPLAIN QUERY PLAN {query.sql}", query.arguments)
        return tuple(detail for *_, detail in steps)
