"""One run after another into one database, and what the other end saw of them."""

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from crawler.clock import Clock
from crawler.commands.run import run
from crawler.commands.summary import Summary
from crawler.isbn import ISBN13
from crawler.library.options import AskOptions
from crawler.library.run import Order
from crawler.reader import Input, open_inputs
from crawler.sandbox.calllog import Call
from tests.calls.crawling import ASKING
from tests.calls.jumping import LoopClock

NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")


def asking(url: str, **options: Any) -> AskOptions:
    """For each ISBN alone, without a limit and one call at a time, unless told otherwise."""
    usual = {"base_url": url, "group": 1, "concurrency": 1, "timeout": 1000.0}
    return msgspec.structs.replace(ASKING, **{**usual, **options})


async def crawl(
    db: Path, asked: AskOptions, isbns: Sequence[ISBN13] = (), clock: Clock | None = None
) -> Summary:
    """Add the ISBNs, and ask for all that are pending."""
    inputs: tuple[Input, ...] = ()
    if isbns:
        names = db.with_suffix(".txt")
        names.write_text("".join(f"{isbn}\n" for isbn in isbns))
        inputs = (open_inputs([str(names)], stdin=sys.stdin.buffer),)
    order = Order("crawl", db, asked, inputs)
    return await run(order, clock or LoopClock(NOON), Random(1))  # noqa: S311 - no secret


def rows(db: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return list(connection.execute(query))


def calls_in(log: Path) -> list[Call]:
    return [msgspec.json.decode(line, type=Call) for line in log.read_bytes().splitlines()]


def called_at(call: Call) -> datetime:
    return datetime.fromisoformat(call.time)
