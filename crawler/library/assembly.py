"""A run put together: store, client, quota, pace and crawl, for the commands and for Python."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random

import msgspec

from crawler.clock import Clock
from crawler.drain import Drain, Stop
from crawler.errors import DatabaseBusy, DatabaseUnusable
from crawler.fetch.client import Client, open_client
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.fingerprint import fingerprint
from crawler.fetch.pace import Pace
from crawler.fetch.quota import DayQuota, QuotaBook
from crawler.fetch.room import Room
from crawler.grouping import GroupSize
from crawler.inquiry import Inquiry
from crawler.library.inputs import GIVEN_ONCE, reopen
from crawler.library.key import Key
from crawler.library.mixture import refuse_mixture
from crawler.library.options import AskOptions
from crawler.library.run import Order, Run
from crawler.names import shown
from crawler.pipeline import Crawl
from crawler.reader import Input
from crawler.seed import Seed
from crawler.sources import SOURCES, Source
from crawler.store.base import RunTotals, Store
from crawler.store.quota import open_shared
from crawler.store.sqlite import open_store
from crawler.store.user_file import find_user_file
from crawler.words import counted

Tell = Callable[[str], None]
"""Takes a sentence for people."""


@asynccontextmanager
async def open_run(
    order: Order, key: Key | None, drain: Drain, clock: Clock, random: Random, tell: Tell
) -> AsyncIterator[Run]:
    """Put a run together, under the lock of its database; `random` is for jitter and samples.

    Raises `DatabaseUnusable`.
    """
    options, source = order.options, SOURCES["google"]
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(order.db))
        client = await stack.enter_async_context(_open_api(options, source, key))
        account = "sandbox" if options.sandbox else fingerprint(options.base_url, key)
        book = await _quota_book(stack, store, key, tell)
        quota = DayQuota(book, account, clock, limit=options.daily_quota, rate=options.rate)
        fetcher = Fetcher(
            client, quota=quota, pace=Pace(options.rate, drain), room=Room(options.concurrency),
            drain=drain, clock=clock, random=random, wait=options.wait,
        )  # fmt: skip
        await refuse_mixture(store, source, options, order.db)
        beginning = _begin_run(store, source.NAME, order, clock, tell)
        number, reopened, gone = await _begun(beginning, store, clock)
        crawl = Crawl(
            number, store,
            Inquiry(source, fetcher, options.country, options.fallback, options.detail),
            GroupSize(options.group, source.LARGEST_GROUP),
            drain, clock, random,
            workers=options.concurrency, audit=options.confirm_missing == "audit",
            limit=options.limit, only=None if order.only is None else frozenset(order.only),
        )  # fmt: skip
        inputs = [*order.inputs, *map(stack.enter_context, reopened)]
        yield Run(order, crawl, quota, inputs, gone)


async def _quota_book(
    stack: AsyncExitStack, store: Store, key: Key | None, tell: Tell
) -> QuotaBook:
    """Where calls are counted: for a key, over all databases of the user."""
    if key is None:
        return store
    try:
        return await stack.enter_async_context(open_shared(store, _user_file()))
    except DatabaseBusy:
        raise  # what it has counted is needed, and will be had
    except DatabaseUnusable as trouble:
        tell(f"calls that are made for other databases are not counted here ({trouble})")
        return store


def _user_file() -> Path:
    path = find_user_file()
    if path is None:
        raise DatabaseUnusable("you have no home folder to count them in: set HOME")
    return path


Begun = tuple[int, list[Input], list[str]]
"""A run's number, what it reads besides what was ordered, and sentences on files that are gone."""


async def _begun(beginning: Coroutine[None, None, Begun], store: Store, clock: Clock) -> Begun:
    """What it tells; where that is cancelled, the run that has begun is ended."""
    task = asyncio.ensure_future(beginning)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        number, _, _ = await task
        await store.end_run(number, RunTotals(), stopped=Stop.SIGNAL, at=clock.now())
        raise


async def _begin_run(store: Store, source: str, order: Order, clock: Clock, tell: Tell) -> Begun:
    """Note the run, what it reads, and what it asks for again."""
    unread = await store.unread_inputs() if order.reread else []
    reopened, gone = reopen([record for record in unread if record.file not in GIVEN_ONCE])
    options = msgspec.json.encode(order.options, enc_hook=_path_as_text).decode()
    number = await store.begin_run(order.command, options, pid=os.getpid(), at=clock.now())
    for record in (*order.records, *reopened):
        await store.begin_input(number, record)
    if order.only:
        wanted = [Seed(isbn, order.command, line) for line, isbn in enumerate(order.only, start=1)]
        await store.add(number, source, wanted, [])
    if order.retry:
        before = clock.now() - order.retry_older_than if order.retry_older_than else None
        again = await store.retry(order.retry, before=before)
        tell(f"{counted(again, 'ISBN is', 'ISBNs are')} to be asked for again")
    return number, list(reopened.values()), gone


def _path_as_text(path: object) -> str:
    return shown(str(path))


@asynccontextmanager
async def _open_api(options: AskOptions, source: Source, key: Key | None) -> AsyncIterator[Client]:
    async with AsyncExitStack() as stack:
        base_url = options.base_url
        if options.sandbox:
            from crawler.sandbox import SandboxOptions, serve

            base_url = await stack.enter_async_context(serve(SandboxOptions()))
        client = open_client(
            base_url,
            source.credentials(key) if key else {},
            timeout_s=options.timeout,
            connections=options.concurrency,
        )
        yield await stack.enter_async_context(client)
