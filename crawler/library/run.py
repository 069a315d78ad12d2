"""A run that is under way, what was ordered, and what came of it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from crawler.drain import Stop, Stopped
from crawler.fetch.fetcher import CallCounts
from crawler.fetch.quota import DayQuota, QuotaState
from crawler.isbn import ISBN13
from crawler.library.options import AskOptions
from crawler.pipeline import Crawl
from crawler.progress import Snapshot
from crawler.reader import Input
from crawler.reader.source import STDIN
from crawler.seed import InputCounts, total
from crawler.store.base import InputRecord, LedgerCounts, Retry, RunTotals, Store


class Order(Struct, frozen=True):
    """What is to be done.

    `inputs` are read, and with `reread` those that no run has read to the end; `only` are the ISBNs
    to ask for, `None` for all that are pending; `retry` makes settled ones pending first.
    """

    command: str
    db: Path
    options: AskOptions
    inputs: tuple[Input, ...] = ()
    records: tuple[InputRecord, ...] = ()
    reread: bool = False
    only: tuple[ISBN13, ...] | None = None
    retry: Retry | None = None
    retry_older_than: timedelta | None = None


class Crawled(Struct, frozen=True):
    """What a run did and what it leaves.

    `stopped` is None where all is settled, else it says why not; `ledger` counts the ISBNs of the
    whole database by their states, `this_run` those that this run settled; `calls_left` is what the
    pending ones will cost, as far as can be told; `seconds` is how long it took. `notes` are
    sentences for the owner of the input, which is `input_troubled` where a part of it was not to be
    read, and `input_lost` where that was standard input.
    """

    run: int
    db: str
    stopped: Stopped | None
    input: InputCounts
    ledger: LedgerCounts
    this_run: LedgerCounts
    calls: CallCounts
    quota: QuotaState
    calls_left: float
    seconds: float
    notes: list[str]
    input_troubled: bool
    input_lost: bool


class Run:
    """A run with all that it needs around it; made by `assembly.open_run`."""

    def __init__(
        self, order: Order, crawl: Crawl, quota: DayQuota, inputs: Sequence[Input], gone: list[str]
    ) -> None:
        self._order = order
        self._crawl = crawl
        self._quota = quota
        self._inputs = inputs
        self._gone = gone
        self._began = asyncio.get_running_loop().time()

    def look(self) -> Snapshot:
        """How it is going, at this moment."""
        fetcher = self._crawl.inquiry.fetcher
        return Snapshot(
            **msgspec.structs.asdict(self._crawl.ledger),
            calls=fetcher.counts.total,
            calls_left=self._crawl.calls_left,
            reading=self._crawl.reading,
            rate=self._order.options.rate,
            daily_quota=self._order.options.daily_quota,
            quota_left=self._quota.left,
            waits_until=fetcher.waits_until,
        )

    async def crawl(self) -> None:
        """Crawl until all is settled or the drain begins; what was answered is stored.

        Cancelled, the run counts as stopped by a signal. Raises `InputUnreadable` and
        `DatabaseUnusable`, also within groups of exceptions.
        """
        try:
            await self._quota.state()
            await self._crawl.crawl(self._inputs)
        except asyncio.CancelledError:
            self._crawl.drain.begin(Stop.SIGNAL, "cancelled")
            raise
        finally:
            await self._quota.close()

    async def end(self) -> Crawled:
        """Note how it ended, and tell; cancelled, it notes it all the same."""
        ending = asyncio.ensure_future(self._end())
        try:
            return await asyncio.shield(ending)
        except asyncio.CancelledError:
            await ending
            raise

    async def _end(self) -> Crawled:
        crawl, store = self._crawl, self._crawl.store
        calls, this, stopped = crawl.inquiry.fetcher.counts, crawl.this_run, crawl.drain.stopped
        totals = RunTotals(this.found, this.missing, this.failed, calls.total, calls.retried)
        why = stopped.why if stopped else None
        await store.end_run(crawl.run, totals, stopped=why, at=crawl.clock.now())
        lost = await _input_is_lost(store, self._order)
        return Crawled(
            run=crawl.run,
            db=str(self._order.db),
            stopped=stopped,
            input=total([opened.counts for opened in self._inputs]),
            ledger=await store.counts(),  # a crawl that was cut short may have lost count
            this_run=this,
            calls=calls,
            quota=await self._quota.state(),
            calls_left=crawl.calls_left,
            seconds=asyncio.get_running_loop().time() - self._began,
            notes=[note for opened in self._inputs for note in opened.notes] + self._gone,
            input_troubled=bool(self._gone or lost or any(i.troubles for i in self._inputs)),
            input_lost=lost,
        )


async def _input_is_lost(store: Store, order: Order) -> bool:
    """Whether standard input was not read to its end: nobody but its owner has the rest."""
    if not order.reread and not any(record.file == STDIN for record in order.records):
        return False
    return any(record.file == STDIN for record in await store.unread_inputs())
