"""`scripts/bench database`: the speed of a filled database.

Its texts are the sandbox's, which has few words: each stands in many books, so that a search has
more to rank than it would have in a library. Most of the memory of the filling is the sandbox's.
"""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

from crawler.catalog.formats import FORMATS
from scripts.benchmark.exporting import export
from scripts.benchmark.filling import Filled, fill, index
from scripts.benchmark.readme_queries import Timed, run_queries
from scripts.benchmark.searching import Kind, search
from scripts.benchmark.steps import Step, run_alone
from scripts.benchmark.tables import table

BOOKS = 10**5
FULL_BOOKS = 10**6


class DatabaseReport(Struct, frozen=True):
    """What a database of so many books takes, before and after its books were indexed."""

    books: int
    plain_mb: float
    indexed_mb: float
    filled: Step[Filled]
    indexed: Step[None]
    searched: Step[list[Kind]]
    queried: Step[list[Timed]]
    exported: dict[str, Step[int]]


def measure(books: int, say: Callable[[str], None]) -> DatabaseReport:
    """Make it, ask it, export it."""
    with tempfile.TemporaryDirectory(prefix="bookcrawl-bench-") as folder:
        database = Path(folder) / "books.db"
        say(f"filling a database with {books:,} books")
        filled = run_alone(partial(fill, database, books))
        plain_mb = database.stat().st_size / 1e6
        say("indexing")
        indexed = run_alone(partial(index, database))
        say("searching")
        searched = run_alone(partial(search, database))
        say("the queries of the README")
        queried = run_alone(partial(run_queries, database))
        say("exporting")
        return DatabaseReport(
            books=books,
            plain_mb=plain_mb,
            indexed_mb=database.stat().st_size / 1e6,
            filled=filled,
            indexed=indexed,
            searched=searched,
            queried=queried,
            exported={each: run_alone(partial(export, database, each)) for each in FORMATS},
        )


def tell(report: DatabaseReport) -> Iterator[str]:
    """Tables of Markdown."""
    yield from _tell_making(report)
    yield ""
    yield f"Searches, 20 books each, {report.searched.peak_mb:.0f} MB of memory:"
    yield ""
    kinds = report.searched.result
    yield from table(
        ("searches for", "number", "p50 ms", "p95 ms", "longest ms"),
        [
            (kind.name, str(kind.searches), *map(_ms, (kind.p50_ms, kind.p95_ms, kind.most_ms)))
            for kind in kinds
        ],
    )
    yield ""
    yield f"The queries of the README, {report.queried.peak_mb:.0f} MB of memory:"
    yield ""
    yield from table(
        ("query", "ms", "rows"),
        [(timed.query.title, _ms(timed.ms), f"{timed.rows:,}") for timed in report.queried.result],
    )
    yield ""
    for timed in report.queried.result:
        yield f"- {timed.query.title}: {'; '.join(timed.plan)}"
    yield ""
    yield from table(
        ("export", "rows a second", "MB of memory"),
        [
            (ending, f"{step.result / step.seconds:,.0f}", f"{step.peak_mb:.0f}")
            for ending, step in report.exported.items()
        ],
    )


def _tell_making(report: DatabaseReport) -> Iterator[str]:
    filled, indexed = report.filled.result, report.indexed
    yield from table(
        (f"{report.books:,} books", "seconds", "a second", "MB of memory", "MB of database"),
        [
            ("into the ledger", f"{filled.add_s:.2f}", _per_s(report.books, filled.add_s), "", ""),
            (
                "settled, batches of 500", f"{filled.settle_s:.2f}",
                _per_s(report.books, filled.settle_s), f"{report.filled.peak_mb:.0f}",
                f"{report.plain_mb:.0f}",
            ),
            (
                "indexed", f"{indexed.seconds:.2f}", _per_s(report.books, indexed.seconds),
                f"{indexed.peak_mb:.0f}", f"{report.indexed_mb:.0f}",
            ),
        ],
    )  # fmt: skip


def _per_s(books: int, seconds: float) -> str:
    return f"{books / seconds:,.0f}"


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:,.1f}"
