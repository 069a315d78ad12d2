"""A database of many books, made through the store as a crawl makes it."""

import asyncio
import os
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from crawler.book import Ask, Found, Match, Settled
from crawler.call import Response
from crawler.clock import SystemClock
from crawler.seed import Reason, Rejected, Seed
from crawler.sources import google_books
from crawler.store.base import Choice
from crawler.store.sqlite import SqliteStore, open_store
from scripts.benchmark.answers import Answer, make_answers

BATCH = 500

ONE_UNCONFIRMED_IN = 50
ONE_REJECTED_FOR = 100
"""So that there is something for the queries that look for these."""

ONE_HAN_IN = 20
HAN_TITLES = ("百年孤独", "红楼梦", "西游记", "三国演义", "水浒传", "围城", "边城", "活着")
"""Titles that some books get, as the sandbox has none among the ISBNs of the benchmark."""

_SOURCE = google_books.NAME
_FILE = "made up"


class Filled(Struct, frozen=True):
    """Seconds within the store: adding to the ledger, settling; the rest was making answers up."""

    books: int
    add_s: float
    settle_s: float


def fill(database: Path, books: int) -> Filled:
    """Add and settle so many books, a batch at a time; the index is left for later."""
    return asyncio.run(_fill(database, books))


async def _fill(database: Path, books: int) -> Filled:
    clock = SystemClock()
    add_s = settle_s = 0.0
    last = 0
    async with open_store(database) as store:
        run = await store.begin_run("crawl", "{}", pid=os.getpid(), at=clock.now())
        for batch in _batches(books):
            seeds = [Seed(answer.isbn, _FILE, 1) for answer in batch]
            rejects = [Rejected(_FILE, 1, "not one", Reason.NOT_AN_ISBN)] * (
                BATCH // ONE_REJECTED_FOR
            )
            began = time.perf_counter()
            await store.add(run, _SOURCE, seeds, rejects)
            add_s += time.perf_counter() - began
            settled = await _settled(store, batch, last)
            last = settled[-1].ask.number
            began = time.perf_counter()
            await store.settle(settled, at=clock.now())
            settle_s += time.perf_counter() - began
    return Filled(books, add_s, settle_s)


def _batches(books: int) -> Iterator[list[Answer]]:
    answers = make_answers(books)
    while batch := list(islice(answers, BATCH)):
        yield batch


async def _settled(store: SqliteStore, batch: list[Answer], after: int) -> list[Settled]:
    asks = await store.pending(_SOURCE, Choice(), after=after, limit=BATCH)
    return [Settled(ask, _found(ask, answer)) for ask, answer in zip(asks, batch, strict=True)]


def _found(ask: Ask, answer: Answer) -> Found:
    found = google_books.read(answer.isbn, Response(200, {}, answer.body))
    if not isinstance(found, Found):
        raise TypeError(f"the answer for {answer.isbn} has no book in it")
    book = found.book
    if ask.number % ONE_UNCONFIRMED_IN == 0:
        book = replace(book, match=Match.UNCONFIRMED)
    if ask.number % ONE_HAN_IN == 1:
        book = replace(book, title=HAN_TITLES[ask.number // ONE_HAN_IN % len(HAN_TITLES)])
    return replace(found, book=book)


def index(database: Path) -> None:
    """What the end of a crawl does: make the books findable."""
    asyncio.run(_index(database))


async def _index(database: Path) -> None:
    async with open_store(database) as store:
        await store.index_books()
