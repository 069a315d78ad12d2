"""The crawl, from top to bottom: read the input, feed what is pending, ask, write.

    input ─▶ ledger ─▶ queue ─▶ workers ─▶ answers ─▶ writer ─▶ ledger and books

The ledger is the truth and the queues are only bounded feeds: what is in flight when the process
dies is still pending.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from random import Random

from msgspec.structs import asdict

from crawler.aside import Aside
from crawler.book import Ask, Settled, Unmapped
from crawler.clock import Clock
from crawler.drain import Drain, Draining, Stop
from crawler.fetch.fetcher import GaveUp
from crawler.grouping import GroupSize
from crawler.inquiry import Inquiry
from crawler.isbn import ISBN13
from crawler.reader import Batch, Input, never_issued
from crawler.store.base import Choice, LedgerCounts, Store

FED_AT_ONCE = 500
"""ISBNs that are taken from the ledger at a time."""

LARGEST_COMMIT = 500
"""ISBNs that are settled in one transaction; fewer where answers come more slowly."""

AUDITED = 60
"""ISBNs that are asked for alone before others that no group mapped are taken as missing: where 5 %
of those were to be had after all, 60 would show none of them in one case of 22."""

ASSUMED = f"not in a group's answer, and of {AUDITED} such ISBNs that were asked for alone none was"

Group = tuple[Ask, ...]


@dataclass
class Crawl:
    """One run: asks for pending ISBNs of `store`: at most `limit`, `only` those named.

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

    reading: bool = field(default=False, init=False)
    _asks: "asyncio.Queue[Group | None]" = field(init=False)
    _answers: "asyncio.Queue[Settled | None]" = field(init=False)
    _more: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _aside: Aside = field(default_factory=Aside, init=False)
    _ledger: Counter[str] = field(default_factory=Counter, init=False)
    _this_run: Counter[str] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        self._asks = asyncio.Queue(self.workers)
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
        self._ledger = Counter(asdict(await self.store.counts()))
        if not self._room() and self._ledger["pending"]:
            self.drain.begin(Stop.LIMIT, f"{self.limit:,} ISBNs were asked for, as told")
        await self.store.index_books()

    # input → ledger

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
        unissued = {seed.isbn for seed in batch.seeds if never_issued(seed.isbn)}
        source = self.inquiry.source.NAME
        added = await self.store.add(self.run, source, batch.seeds, batch.rejects, unissued)
        self._ledger["pending"] += added
        for file in batch.ended:
            await self.store.end_input(file, at=self.clock.now())

    # ledger → queue

    async def _feed(self) -> None:
        """First what may well be a book, in groups, so that a day's quota buys the many; then what
        the groups left, one by one. Last the ISBNs of ranges that were never issued.
        """
        with suppress(Draining):
            for unissued in (False, True):
                await self._feed_groups(Choice(None, unissued, self.only))
                if self.audit:
                    await self._feed_audited(Choice("clean", unissued, self.only))
                await self._feed_alone(Choice("any", unissued, self.only))
            await self._feed_aside()
        for _ in range(self.workers):
            await self._asks.put(None)

    async def _feed_groups(self, choice: Choice) -> None:
        group: list[Ask] = []
        async for ask in self._pending(choice, self._room()):
            group.append(ask)
            if len(group) >= self.group_size.size:
                await self._asks.put(tuple(group))
                group.clear()
                if not self.group_size.proven and self.group_size.size > 1:
                    await self._all_settled()  # one at a time, until it is seen that groups pay
        if group:
            await self._asks.put(tuple(group))
        await self._all_settled()

    async def _feed_audited(self, clean: Choice) -> None:
        """A sample; if none of it is to be had, the rest of its kind is taken as missing."""
        source = self.inquiry.source.NAME
        found, missing = await self.store.audited(source, clean)
        if not found and missing < AUDITED:
            seed = self.random.randrange(1, 2**31 - 1)
            for ask in await self.store.sample(source, clean, size=AUDITED - missing, seed=seed):
                await self._asks.put((ask,))
            await self._all_settled()
            found, missing = await self.store.audited(source, clean)
        if not found and missing >= AUDITED:
            assumed = await self.store.assume_missing(source, clean, ASSUMED, at=self.clock.now())
            self._count("missing", assumed)

    async def _feed_alone(self, choice: Choice) -> None:
        async for ask in self._pending(choice, self._room()):
            await self._asks.put((ask,))
        await self._all_settled()

    async def _feed_aside(self) -> None:
        """What was refused again and again, once more; until it is clear that it is the ISBN."""
        while asks := self._aside.take():
            for ask in asks:
                if failed := self._aside.given_up(ask, self.inquiry.fetcher.health):
                    await self._answers.put(Settled(ask, failed))
                else:
                    await self._asks.put((ask,))
            await self._all_settled()

    async def _pending(self, choice: Choice, room: float) -> AsyncIterator[Ask]:
        """Pending ISBNs in the order of the input, `room` of them at most; waits for the reader."""
        after = 0
        if self.reading:
            await self.drain.until(self._more.wait())
        while room and not self.drain.begun:
            self._more.clear()
            reading = self.reading  # looked at first: what is read from here on wakes us
            asks = await self.store.pending(
                self.inquiry.source.NAME, choice, after=after, limit=int(min(FED_AT_ONCE, room))
            )
            for ask in asks:
                yield ask
            if asks:
                room, after = room - len(asks), asks[-1].number
            elif reading:
                await self.drain.until(self._more.wait())
            else:
                return

    async def _all_settled(self) -> None:
        """Wait until all that was fed is settled, or set aside; `Draining` if the run drains."""
        await self._asks.join()
        await self._answers.join()
        if self.drain.begun:
            raise Draining

    def _room(self) -> float:
        """How many ISBNs may still be settled in this run."""
        return float("inf") if self.limit is None else self.limit - self._this_run.total()

    # queue → source → answers

    async def _work(self) -> None:
        """What is cut short by the drain stays pending."""
        while group := await self._asks.get():
            with suppress(Draining):
                await self._answer(group)
            self._asks.task_done()

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
            await self._answers.put(Settled(ask, outcome))

    async def _answer_group(self, group: Group) -> None:
        try:
            answer = await self.inquiry.group([ask.isbn for ask in group])
        except GaveUp:
            self.group_size.refuse()
            await self._answer_halves(group)
            return
        self.group_size.learn(len(group), mapped=len(answer.found), records=answer.records)
        for ask in group:
            if found := answer.found.get(ask.isbn):
                await self._answers.put(Settled(ask, await self.inquiry.detailed(found)))
        rest = tuple(ask for ask in group if ask.isbn not in answer.found)
        if answer.crowded and len(rest) > 1:
            # Among fewer there is room for them: one call more, instead of one for each.
            await (self._answer(rest) if answer.found else self._answer_halves(rest))
            return
        unmapped = Unmapped(clean=not (answer.crowded or answer.nameless))
        for ask in rest:
            await self._answers.put(Settled(ask, unmapped))

    async def _answer_halves(self, group: Group) -> None:
        half = len(group) // 2
        await self._answer(group[:half])
        await self._answer(group[half:])

    # answers → ledger and books

    async def _write(self) -> None:
        """All answers that have come, in one transaction."""
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
        for settled in batch:
            if settled.state != "pending":
                self._count(settled.state, 1)
            self._answers.task_done()

    def _count(self, state: str, isbns: int) -> None:
        self._this_run[state] += isbns
        self._ledger[state] += isbns
        self._ledger["pending"] -= isbns
