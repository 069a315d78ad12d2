"""The crawl, from top to bottom: read the input, feed what is pending, ask, write.

    input ─▶ ledger ─▶ queue ─▶ workers ─▶ answers ─▶ writer ─▶ ledger and books

The ledger is the truth and the queues are only bounded feeds: what is in flight when the process
dies is still pending.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from msgspec.structs import asdict

from crawler.book import Ask, Failed, Found, Missing, Settled
from crawler.clock import Clock
from crawler.drain import Drain, Draining, Stop
from crawler.fetch.fetcher import Fetcher, GaveUp
from crawler.isbn import ISBN13
from crawler.reader import Batch, Input
from crawler.sources import Source
from crawler.store.base import LedgerCounts, Store

FED_AT_ONCE = 500
"""ISBNs that are taken from the ledger at a time, and the most that wait for a worker."""

LARGEST_COMMIT = 500
"""ISBNs that are settled in one transaction; fewer where answers come more slowly."""

DOUBTS = 5
"""So many ISBNs in a row that could not be asked, with no answer in between, mean a dead source."""


@dataclass
class Crawl:
    """One run: asks `source` for pending ISBNs of `store`: at most `limit`, `only` those named."""

    run: int
    store: Store
    source: Source
    fetcher: Fetcher
    drain: Drain
    clock: Clock
    workers: int
    country: str | None = None
    limit: int | None = None
    only: frozenset[ISBN13] | None = None

    reading: bool = field(default=False, init=False)
    _asks: "asyncio.Queue[Ask | None]" = field(init=False)
    _answers: "asyncio.Queue[Settled | None]" = field(init=False)
    _more: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _doubted: list[Settled] = field(default_factory=list, init=False)
    _ledger: Counter[str] = field(default_factory=Counter, init=False)
    _this_run: Counter[str] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        self._asks = asyncio.Queue(FED_AT_ONCE)
        self._answers = asyncio.Queue(LARGEST_COMMIT)

    @property
    def ledger(self) -> LedgerCounts:
        """The states of all ISBNs in the ledger, now."""
        return LedgerCounts(**self._ledger)

    @property
    def this_run(self) -> LedgerCounts:
        """What this run has settled so far."""
        return LedgerCounts(**self._this_run)

    async def crawl(self, inputs: Sequence[Input] = ()) -> None:
        """Run until all is settled or the drain begins; then all that was answered is stored.

        Raises `InputUnreadable` if `inputs` have no ISBN at all, and `DatabaseUnusable`.
        """
        self._ledger = Counter(asdict(await self.store.counts()))
        self.reading = bool(inputs)
        async with asyncio.TaskGroup() as writing:
            writing.create_task(self._write())
            async with asyncio.TaskGroup() as asking:
                if inputs:
                    asking.create_task(self._read(inputs))
                asking.create_task(self._feed())
                for _ in range(self.workers):
                    asking.create_task(self._work())
            await self._answers.put(None)
        if self._doubted:
            self._stop_as_unreachable()
        if self.limit is not None and self._this_run.total() >= self.limit and self.ledger.pending:
            self.drain.begin(Stop.LIMIT, f"{self.limit:,} ISBNs were asked for, as told")
        await self.store.index_books()
        self._ledger = Counter(asdict(await self.store.counts()))

    async def _read(self, inputs: Sequence[Input]) -> None:
        """Input → ledger, a batch at a time, read in a thread beside the loop."""
        batches = chain.from_iterable(opened.batches() for opened in inputs)
        named = False
        while (batch := await asyncio.to_thread(next, batches, None)) and not self.drain.begun:
            await self._add(batch)
            if named := named or bool(batch.seeds):
                self._more.set()
        if not named and not self.drain.begun:
            for opened in inputs:
                opened.raise_for_trouble()
        self.reading = False
        self._more.set()

    async def _add(self, batch: Batch) -> None:
        self._ledger["pending"] += await self.store.add(
            self.run, self.source.NAME, batch.seeds, batch.rejects
        )
        for file in batch.ended:
            await self.store.end_input(file, at=self.clock.now())

    async def _feed(self) -> None:
        """Ledger → queue, in the order of the input."""
        with suppress(Draining):
            await self._feed_pending()
        for _ in range(self.workers):
            await self._asks.put(None)

    async def _feed_pending(self) -> None:
        after = fed = 0
        if self.reading:
            await self.drain.until(self._more.wait())
        while not self.drain.begun:
            room = FED_AT_ONCE if self.limit is None else min(FED_AT_ONCE, self.limit - fed)
            self._more.clear()
            reading = self.reading  # looked at first: what is read from here on wakes us
            asks = await self.store.pending(
                self.source.NAME, after=after, limit=room, only=self.only
            )
            for ask in asks:
                await self._asks.put(ask)
            if asks:
                fed, after = fed + len(asks), asks[-1].number
            elif reading and room:
                await self.drain.until(self._more.wait())
            else:
                return

    async def _work(self) -> None:
        """Queue → source → answers; what is cut short by the drain stays pending."""
        while ask := await self._asks.get():
            if self.drain.begun:
                continue
            try:
                settled = Settled(ask, await self._ask(ask.isbn))
            except Draining:
                continue
            except GaveUp as gave_up:
                await self._doubt(Settled(ask, Failed(str(gave_up))))
            else:
                await self._believe(settled)

    async def _ask(self, isbn: ISBN13) -> Found | Missing:
        request = self.source.request(isbn, country=self.country)
        return await self.fetcher.get(request, partial(self.source.read, isbn))

    async def _believe(self, settled: Settled) -> None:
        """An answer: so the source lives, and those that could not be asked have failed."""
        doubted, self._doubted = self._doubted, []
        for answer in (*doubted, settled):
            await self._answers.put(answer)

    async def _doubt(self, settled: Settled) -> None:
        """Not to be asked: it may be this ISBN, or the source; the next answers will tell."""
        self._doubted.append(settled)
        if len(self._doubted) >= DOUBTS:
            self._stop_as_unreachable()

    def _stop_as_unreachable(self) -> None:
        last = self._doubted[-1].outcome
        self.drain.begin(Stop.UNREACHABLE, last.reason if isinstance(last, Failed) else "")

    async def _write(self) -> None:
        """Answers → ledger and books: all that have come, in one transaction."""
        unsaved: list[Settled] = []
        try:
            while answer := await self._answers.get():
                unsaved.append(answer)
                if self._answers.empty() or len(unsaved) >= LARGEST_COMMIT:
                    await self._settle(unsaved)
                    unsaved.clear()
        finally:
            # However the run ends, what was answered was paid for.
            while not self._answers.empty():
                if answer := self._answers.get_nowait():
                    unsaved.append(answer)
            await self._settle(unsaved)

    async def _settle(self, batch: Sequence[Settled]) -> None:
        if not batch:
            return
        await self.store.settle(batch, at=self.clock.now())
        states = Counter(type(settled.outcome).__name__.lower() for settled in batch)
        self._this_run.update(states)
        self._ledger.update(states)
        self._ledger["pending"] -= len(batch)
