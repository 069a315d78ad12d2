"""A run with all that it needs around it: key, database, API, signals, progress, summary."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from crawler.clock import Clock
from crawler.commands.key import find_key
from crawler.commands.mixture import Asked, refuse_mixture
from crawler.commands.options import AskOptions
from crawler.commands.program import command_line
from crawler.commands.reading import STANDARD_INPUT, reopen
from crawler.commands.say import console, say
from crawler.commands.shortage import leave_out
from crawler.commands.signals import Signals, listening
from crawler.commands.summary import Summary
from crawler.drain import Drain
from crawler.errors import DatabaseBusy, DatabaseUnusable
from crawler.fetch.client import Client, open_client
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.fingerprint import fingerprint
from crawler.fetch.pace import Pace
from crawler.fetch.quota import DayQuota, QuotaBook
from crawler.fetch.room import Room
from crawler.grouping import GroupSize
from crawler.inquiry import Inquiry
from crawler.isbn import ISBN13
from crawler.names import shown
from crawler.pipeline import Crawl
from crawler.progress import Snapshot, open_display, watch
from crawler.reader import Input
from crawler.seed import Seed, total
from crawler.sources import SOURCES, Source
from crawler.store.base import InputRecord, Retry, RunTotals, Store
from crawler.store.quota import find_user_file, open_shared
from crawler.store.sqlite import open_store

BLOCK_S = 0.2
"""Calls of so many seconds are counted at a time, and may be lost from the quota by a kill."""

UNLIMITED_BLOCK = 100
"""Calls that are counted at a time where no rate says how many a second are."""


class Order(Struct, frozen=True):
    """What a command wants done.

    `given` are the options as typed, for the command that goes on after an early stop; `inputs`
    are read, and with `reread` those that no run has read to the end; `only` are the ISBNs to ask
    for, `None` for all that are pending; `retry` makes settled ones pending first.
    """

    command: str
    db: Path
    options: AskOptions
    given: list[str]
    inputs: tuple[Input, ...] = ()
    records: tuple[InputRecord, ...] = ()
    reread: bool = False
    only: tuple[ISBN13, ...] | None = None
    retry: Retry | None = None
    retry_older_than: timedelta | None = None


async def run(order: Order, clock: Clock, random: Random) -> Summary:
    """Do it, showing progress on standard error; `random` is for jitter and samples.

    Raises `CredentialsMissing`, `DatabaseUnusable` and `InputUnreadable`; an early stop is no
    error but stands in the summary.
    """
    options = order.options
    source = SOURCES["google"]
    key = find_key(options, source, os.environ)
    drain = Drain()
    asyncio.get_running_loop().set_exception_handler(leave_out)
    async with AsyncExitStack() as stack:
        signals = stack.enter_context(listening(drain))
        store = await stack.enter_async_context(open_store(order.db))
        client = await stack.enter_async_context(_open_api(options, source, key))
        account = "sandbox" if options.sandbox else fingerprint(options.base_url, key)
        book = await _quota_book(stack, store, key)
        block = max(1, round(options.rate * BLOCK_S)) if options.rate else UNLIMITED_BLOCK
        quota = DayQuota(book, account, clock, limit=options.daily_quota, block=block)
        fetcher = Fetcher(
            client,
            quota=quota,
            pace=Pace(options.rate, drain),
            room=Room(options.concurrency),
            drain=drain,
            clock=clock,
            random=random,
            wait=options.wait,
        )
        await refuse_mixture(store, options, order.db)
        number, reopened, gone = await _begin_run(store, source.NAME, order, clock)
        inputs = [*order.inputs, *map(stack.enter_context, reopened)]
        crawl = Crawl(
            number, store,
            Inquiry(source, fetcher, options.country, options.fallback, options.detail),
            GroupSize(options.group, source.LARGEST_GROUP),
            drain, clock, random,
            workers=options.concurrency, audit=options.confirm_missing == "audit",
            limit=options.limit, only=None if order.only is None else frozenset(order.only),
        )  # fmt: skip
        began = asyncio.get_running_loop().time()
        try:
            await _crawl(crawl, inputs, options, quota, signals)
        finally:
            await quota.close()
        await _end_run(crawl)
        lost = gone + await _lost_input(store, order)
        return Summary(
            run=number,
            db=str(order.db),
            stopped=drain.stopped,
            signal=signals.first,
            input=total([opened.counts for opened in inputs]),
            ledger=await store.counts(),  # a crawl that was cut short may have lost count
            this_run=crawl.this_run,
            calls=fetcher.counts,
            quota=await quota.state(),
            rate=options.rate,
            group=options.group,
            calls_left=crawl.calls_left,
            seconds=asyncio.get_running_loop().time() - began,
            resume=command_line(["resume", "--db", str(order.db), *order.given]),
            place=Asked(options.sandbox, options.base_url).words,
            notes=[note for opened in inputs for note in opened.notes] + lost,
            input_troubled=bool(lost) or any(opened.troubles for opened in inputs),
        )


async def _quota_book(stack: AsyncExitStack, store: Store, key: str | None) -> QuotaBook:
    """Where calls are counted: for a key, over all databases of the user."""
    if key is None:
        return store
    try:
        return await stack.enter_async_context(open_shared(store, _user_file()))
    except DatabaseBusy:
        raise  # what it has counted is needed, and will be had
    except DatabaseUnusable as trouble:
        say(f"calls that are made for other databases are not counted here ({trouble})")
        return store


def _user_file() -> Path:
    path = find_user_file()
    if path is None:
        raise DatabaseUnusable("you have no home folder to count them in: set HOME")
    return path


async def _begin_run(
    store: Store, source: str, order: Order, clock: Clock
) -> tuple[int, list[Input], list[str]]:
    """Note the run, what it reads, and what it asks for again; and tell of files that are gone."""
    unread = await store.unread_inputs() if order.reread else []
    unread = [record for record in unread if record.file != STANDARD_INPUT]
    reopened, gone = reopen(unread)
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
        say(f"{again:,} ISBNs are to be asked for again")
    return number, list(reopened.values()), gone


def _path_as_text(path: object) -> str:
    return shown(str(path))


async def _lost_input(store: Store, order: Order) -> list[str]:
    """A note where standard input was not read to its end: nobody but its owner has the rest."""
    if not order.reread and not any(record.file == STANDARD_INPUT for record in order.records):
        return []
    if not any(record.file == STANDARD_INPUT for record in await store.unread_inputs()):
        return []
    again = command_line(["crawl", STANDARD_INPUT])
    return [f"standard input was not read to its end: give it once more, by `{again}`"]


@asynccontextmanager
async def _open_api(options: AskOptions, source: Source, key: str | None) -> AsyncIterator[Client]:
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


async def _crawl(
    crawl: Crawl, inputs: Sequence[Input], options: AskOptions, quota: DayQuota, signals: Signals
) -> None:
    """Crawl to the end, or until a second signal, with progress shown."""

    def look() -> Snapshot:
        return Snapshot(
            **msgspec.structs.asdict(crawl.ledger),
            calls=crawl.inquiry.fetcher.counts.total,
            calls_left=crawl.calls_left,
            reading=crawl.reading,
            rate=options.rate,
            daily_quota=options.daily_quota,
            quota_left=quota.left,
            waits_until=crawl.inquiry.fetcher.waits_until,
        )

    await quota.state()
    crawling = signals.to_cut = asyncio.create_task(crawl.crawl(inputs))
    with open_display(console) as display:
        watching = asyncio.create_task(watch(look, display))
        await asyncio.wait((crawling,))
        watching.cancel()
        await asyncio.wait((watching,))
    if not crawling.cancelled():
        crawling.result()


async def _end_run(crawl: Crawl) -> None:
    calls = crawl.inquiry.fetcher.counts
    this = crawl.this_run
    await crawl.store.end_run(
        crawl.run,
        RunTotals(this.found, this.missing, this.failed, calls.total, calls.retried),
        stopped=crawl.drain.stopped.why if crawl.drain.stopped else None,
        at=crawl.clock.now(),
    )
