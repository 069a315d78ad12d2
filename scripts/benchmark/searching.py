"""Searches of all kinds over a filled database, by the catalog's own functions."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from statistics import quantiles

from msgspec import Struct, json

from crawler.catalog.database import open_catalog
from crawler.catalog.query import Search, Years
from crawler.catalog.search import find_best
from scripts.benchmark.filling import HAN_TITLES

QUERIES = 200
LIMIT = 20
"""As many as `search` shows unless it is told otherwise."""


class Sample(Struct, frozen=True):
    """What stands in a book, to make a search of that finds it."""

    title: str
    author: str
    publisher: str
    year: int


class Kind(Struct, frozen=True):
    """Searches of one kind: in milliseconds, with the opening of the database."""

    name: str
    searches: int
    p50_ms: float
    p95_ms: float
    most_ms: float


_KINDS: dict[str, Callable[[Sample], Search]] = {
    "a word of a quarter of the books": lambda _: Search("weather"),
    "a word of the title": lambda sample: Search(_longest_word(sample)),
    "two words of the title": lambda sample: Search(" ".join(sample.title.split()[:2])),
    "the title as a phrase": lambda sample: Search(f'"{sample.title}"'),
    "the beginning of a word": lambda sample: Search(_longest_word(sample)[:4]),
    "author:": lambda sample: Search(f'author:"{sample.author}"'),
    "a word, by an author": lambda s: Search(_longest_word(s), author=s.author.split()[-1]),
    "a word, in ten years": lambda sample: Search(
        _longest_word(sample), years=Years(sample.year - 5, sample.year + 4)
    ),
    "two Han characters": lambda sample: Search(HAN_TITLES[sample.year % len(HAN_TITLES)][:2]),
    "a Han title": lambda sample: Search(HAN_TITLES[sample.year % len(HAN_TITLES)]),
}


def search(database: Path) -> list[Kind]:
    """`QUERIES` searches in all, each kind as often as the other, and all of them together."""
    samples = _samples(database)
    took: dict[str, list[float]] = {name: [] for name in _KINDS}
    for number, sample in enumerate(samples):
        name = list(_KINDS)[number % len(_KINDS)]
        began = time.perf_counter()
        with open_catalog(database) as catalog:
            list(find_best(catalog, _KINDS[name](sample), LIMIT))
        took[name].append((time.perf_counter() - began) * 1000)
    everything = [ms for times in took.values() for ms in times]
    return [_kind("all", everything), *(_kind(name, times) for name, times in took.items())]


def _kind(name: str, times: list[float]) -> Kind:
    hundredths = quantiles(times, n=100, method="inclusive")
    return Kind(name, len(times), hundredths[49], hundredths[94], max(times))


def _samples(database: Path) -> list[Sample]:
    """Books drawn at random, the same in every run."""
    draw = Random(2026)  # noqa: S311 - chance, not secrecy
    found: list[Sample] = []
    with closing(sqlite3.connect(database)) as db:
        (books,) = db.execute("SELECT max(id) FROM books").fetchone()
        while len(found) < QUERIES:
            row = db.execute(
                "SELECT title, authors, publisher, published_year FROM books WHERE id = ?",
                (draw.randint(1, books),),
            ).fetchone()
            if row and all(row) and (authors := json.decode(row[1], type=list[str])):
                found.append(Sample(row[0], authors[0], row[2], row[3]))
    return found


def _longest_word(sample: Sample) -> str:
    return max(sample.title.split(), key=len)
