"""The crawl, from top to bottom: read the input, feed what is pending, ask, write.

    input ─▶ ledger ─▶ feed ─▶ queue ─▶ workers ─▶ writer ─▶ ledger and books

The ledger is the truth and the queues are only bounded feeds: what is in flight when the process
dies is still pending.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from random import Random

from crawler.aside import Aside
from crawler.book import Settled, Unmapped
from crawler.clock import Clock
from crawler.drain import Drain, Draining, Stop
from crawler.feed import Feed, Group
from crawler.fetch.fetcher import GaveUp
from crawler.grouping import GroupSize
from crawler.inquiry import Inquiry
from crawler.isbn import ISBN13
from crawler.reader import Batch, Input, never_issued
from crawler.store.base import LedgerCounts, Store
from crawler.threads import ThreadBeside
from crawler.words import counted
from crawler.writer import Writer

WELL_KNOWN = ISBN13(9780140328721)
"""Roald Dahl, Matilda. Those of the list say less of a source: what is pending may be what it does
not answer, and what is settled is never asked for again.
"""


@dataclass
class Crawl:
    """One run: asks for pending ISBNs of `store`, at most `limit`, and `only` those named.

    `audit` takes what no group maps as missing where a sample of it is.
    """

    run: int
    store: Store
    inquiry: Inquiry
    group_size: GroupSize
    drain: Drain
    clock: Clock
    random: Random
    workers: int
    audit: bool = False
    limit: int | None = None
    only: frozenset[ISBN13] | None = None
    _aside: Aside = field(init=False)
    _writer: Writer = field(init=False)
    _feed: Feed = field(init=False)

    def __post_init__(self) -> None:
        source = self.inquiry.source.NAME
        self._writer = Writer(
            self.run, self.store, source, self.inquiry.fetcher.traffic, self.clock
        )
        self._aside = Aside(self.inquiry.fetcher.health)
        self._feed = Feed(
            self.store, source, self._writer, self.group_size, self._aside,
            self._source_answers, self.drain, self.clock, self.random,
            workers=self.workers, audit=self.audit, limit=self.limit, only=self.only,
        )  # fmt: skip

    @property
    def ledger(self) -> LedgerCounts:
        """The states of all ISBNs in the ledger, now."""
        return self._writer.ledger

    @property
    def this_run(self) -> LedgerCounts:
        """What this run has settled so far."""
        return self._writer.this_run

    @property
    def reading(self) -> bool:
        """Whether the input has not been read to its end."""
        return self._feed.reading

    @property
    def calls_left(self) -> float:
        """What the pending ISBNs will cost in calls, as far as can be told."""
        return self._feed.calls_left

    async def crawl(self, inputs: Sequence[Input] = ()) -> None:
        """Run until all is settled or the drain begins; then all that was answered is stored.

        Raises `InputUnreadable` if `inputs` have no ISBN at all, and `DatabaseUnusable`.
        """
        await self._writer.count()
        self.inquiry.fetcher.probe = self._source_answers
        self._feed.reading = bool(inputs)
        try:
            await self._ask_and_write(inputs)
        finally:
            await self._writer.write_rest()  # nobody asks any more
        await self._writer.count()
        if self._feed.room <= 0 and self.ledger.pending:
            asked = counted(self.limit or 0, "ISBN was", "ISBNs were")
            self.drain.begin(Stop.LIMIT, f"{asked} asked for, as told")
        await self.store.index_books()

    async def _ask_and_write(self, inputs: Sequence[Input]) -> None:
        """Both end when all is done; where one fails, the other ends at once."""
        async with asyncio.TaskGroup() as writing:
            writing.create_task(self._writer.write())
            async with asyncio.TaskGroup() as asking:
                if inputs:
                    asking.create_task(self._read(inputs))
                asking.create_task(self._feed.feed())
                for _ in range(self.workers):
                    asking.create_task(self._work())
            await self._writer.end()

    async def _read(self, inputs: Sequence[Input]) -> None:
        """Input → ledger, a batch at a time, read in a thread beside the loop.

        Reading costs no call: only a signal ends it before the input's end.
        """
        next_batch = partial(next, chain.from_iterable(opened.batches() for opened in inputs), None)
        named = False
        with closing(ThreadBeside()) as beside, suppress(Draining):
            while batch := await self.drain.until(beside.do(next_batch), signalled=True):
                await self._add(batch)
                if named := named or bool(batch.seeds):
                    self._feed.there_is_more()
        if not named and not self.drain.begun:
            for opened in inputs:
                opened.raise_for_trouble()
        self._feed.reading = False
        self._feed.there_is_more()

    async def _add(self, batch: Batch) -> None:
        unissued = {seed.isbn for seed in batch.seeds if never_issued(seed.isbn)}
        source = self.inquiry.source.NAME
        added = await self.store.add(self.run, source, batch.seeds, batch.rejects, unissued)
        self._writer.added(added)
        for file in batch.ended:
            await self.store.end_input(file, at=self.clock.now())

    async def _source_answers(self) -> bool:
        """Whether the source answers for a book that each of them has."""
        return await self.inquiry.is_answered(WELL_KNOWN)

    async def _work(self) -> None:
        """Queue → source → writer; what is cut short by the drain stays pending."""
        while group := await self._feed.queue.get():
            with suppress(Draining):
                await self._answer(group)
            self._feed.queue.task_done()

    async def _answer(self, group: Group) -> None:
        if self.drain.begun:
            return
        if len(group) > 1:
            await self._answer_group(group)
            return
        (ask,) = group
        try:
            outcome = await self.inquiry.one(ask.isbn)
        except GaveUp as gave_up:
            self._aside.put(ask, gave_up)
        else:
            self._aside.forget(ask)
            self.group_size.learn_alone()
            await self._writer.put(Settled(ask, outcome))

    async def _answer_group(self, group: Group) -> None:
        try:
            answer = await self.inquiry.group([ask.isbn for ask in group])
        except GaveUp:
            self.group_size.refuse(len(group))
            await self._answer_halves(group)
            return
        self.group_size.learn(len(group), mapped=len(answer.found), records=answer.records)
        for ask in group:
            if found := answer.found.get(ask.isbn):
                await self._writer.put(Settled(ask, await self.inquiry.detailed(found)))
        rest = tuple(ask for ask in group if ask.isbn not in answer.found)
        if answer.crowded and len(rest) > 1:
            # Among fewer there is room for them: one call more, instead of one for each.
            await (self._answer(rest) if answer.found else self._answer_halves(rest))
            return
        unmapped = Unmapped(clean=not (answer.crowded or answer.nameless))
        for ask in rest:
            await self._writer.put(Settled(ask, unmapped))

    async def _answer_halves(self, group: Group) -> None:
        half = len(group) // 2
        await self._answer(group[:half])
        await self._answer(group[half:])
