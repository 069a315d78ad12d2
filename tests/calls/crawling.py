"""Crawls of made-up lists from sandboxes, in one process, with a clock that can be moved."""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from crawler.book import Detail
from crawler.commands.run import run
from crawler.commands.summary import Summary
from crawler.isbn import ISBN13, find_isbn
from crawler.library.options import AskOptions
from crawler.library.run import Order
from crawler.reader import Input, open_inputs
from crawler.sandbox import SandboxOptions, serve

ASKING = AskOptions(
    rate=0.0, daily_quota=0, concurrency=8, group=None, confirm_missing="always", fallback=False,
    detail=Detail.NEVER, wait=False, timeout=30.0, country=None, base_url="", sandbox=False,
    limit=None, key_file=None,
)  # fmt: skip


class MovableClock:
    """Stands still but for what the test, or a sleep, moves it by."""

    def __init__(self, at: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def move(self, by: timedelta) -> None:
        self._at += by


class Hurried(Random):
    """Draws the shortest wait from every span, so that a back-off takes no time."""

    def uniform(self, a: float, b: float) -> float:  # noqa: ARG002
        return a


class Table(Struct, frozen=True):
    """What a crawl left: books without their times, and the states."""

    books: list[tuple[object, ...]]
    states: list[tuple[int, int, str]]


class Crawled(Struct, frozen=True):
    """All runs of a crawl, its tables, and the sandbox's log of the calls."""

    summaries: list[Summary]
    table: Table
    log: list[dict[str, object]]

    @property
    def last(self) -> Summary:
        return self.summaries[-1]


def made_up_isbns(count: int, seed: int = 5) -> list[ISBN13]:
    numbers = Random(seed)  # noqa: S311 - no secret
    isbns: list[ISBN13] = []
    while len(isbns) < count:
        digits = f"978{numbers.randrange(10**9):09}"
        isbns += filter(None, (find_isbn(f"{digits}{check}") for check in range(10)))
    return isbns


def crawl_from_sandbox(
    folder: Path,
    isbns: Sequence[ISBN13],
    sandbox: SandboxOptions,
    asking: AskOptions = ASKING,
    *,
    days: int = 1,
) -> Crawled:
    """Crawl until all is settled, on at most so many days of quota."""
    folder.mkdir(exist_ok=True)
    names, log, db = folder / "isbns.txt", folder / "log", folder / "books.db"
    names.write_text("".join(f"{isbn}\n" for isbn in isbns))
    clock = MovableClock()
    summaries: list[Summary] = []

    async def crawl() -> None:
        options = msgspec.structs.replace(sandbox, log=log)
        async with serve(options, clock=clock) as url:
            asked = msgspec.structs.replace(asking, base_url=url)
            inputs: tuple[Input, ...] = (open_inputs([str(names)], stdin=sys.stdin.buffer),)
            for _ in range(days):
                summaries.append(await run(Order("crawl", db, asked, inputs), clock, Hurried()))
                inputs = ()
                clock.move(timedelta(days=1))
                if summaries[-1].stopped is None:
                    break

    asyncio.run(crawl())
    lines = log.read_text().splitlines() if log.exists() else []
    return Crawled(summaries, table_of(db), [json.loads(line) for line in lines])


def table_of(db: Path) -> Table:
    with sqlite3.connect(db) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM books ORDER BY id")]
        states = connection.execute("SELECT number, isbn13, state FROM ledger ORDER BY number")
        told = [tuple(state) for state in states]
    connection.close()
    books = [tuple(v for name, v in row.items() if name != "retrieved_at") for row in rows]
    return Table(books, told)
