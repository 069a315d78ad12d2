"""Ledger → queue: what is asked for when, so that each call is worth most."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from crawler.aside import Aside
from crawler.book import Ask, Settled
from crawler.clock import Clock
from crawler.drain import Drain, Draining
from crawler.grouping import GroupSize
from crawler.isbn import ISBN13
from crawler.store.base import Choice, Store
from crawler.writer import Writer

FED_AT_ONCE = 500
"""ISBNs that are taken from the ledger at a time."""

AUDITED = 60
"""ISBNs that are asked for alone before others that no group mapped are taken as missing: where 5 %
of those were to be had after all, 60 would show none of them in one case of 22."""

SILENT_S = 0.5
"""How long more input is waited for until what there is goes into a group that is not full."""

ASSUMED = f"not in a group's answer, and of {AUDITED} such ISBNs that were asked for alone none was"

Group = tuple[Ask, ...]


@dataclass
class Feed:
    """Puts groups of pending ISBNs into `queue` until none is left: at most `limit`, `only` those
    named. `audit` takes what no group maps as missing where a sample of it is.
    """

    store: Store
    source: str
    writer: Writer
    group_size: GroupSize
    aside: Aside
    source_answers: Callable[[], Awaitable[bool]]
    drain: Drain
    clock: Clock
    random: Random
    workers: int
    audit: bool
    limit: int | None
    only: frozenset[ISBN13] | None
    queue: "asyncio.Queue[Group | None]" = field(init=False)
    reading: bool = field(default=False, init=False)
    _more: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def __post_init__(self) -> None:
        self.queue = asyncio.Queue(self.workers)

    @property
    def room(self) -> float:
        """How many ISBNs may still be settled in this run."""
        return float("inf") if self.limit is None else self.limit - self.writer.settled

    @property
    def calls_left(self) -> float:
        """What the pending ISBNs will cost in calls, as far as can be told."""
        alone = min(self.writer.unmapped, self.writer.ledger.pending)
        fresh = self.writer.ledger.pending - alone
        if self.audit:
            alone = min(alone, AUDITED)
        return fresh * self.group_size.calls_per_isbn + alone

    def there_is_more(self) -> None:
        """The reader has added ISBNs, or has come to its end."""
        self._more.set()

    async def feed(self) -> None:
        """First what may well be a book, in groups, so that a day's quota buys the many; then what
        the groups left, one by one. Last the ISBNs of ranges that were never issued.
        """
        with suppress(Draining):
            for unissued in (False, True):
                await self._feed_groups(Choice(None, unissued, self.only))
                if self.audit:
                    await self._audit(Choice("clean", unissued, self.only))
                await self._feed_alone(Choice("any", unissued, self.only))
            await self._feed_aside()
        for _ in range(self.workers):
            await self.queue.put(None)

    async def _feed_groups(self, choice: Choice) -> None:
        group: list[Ask] = []
        async for ask in self._pending(choice):
            if ask:
                group.append(ask)
            if len(group) >= self.group_size.size or (group and not ask):
                await self.queue.put(tuple(group))
                group.clear()
                if not self.group_size.proven and self.group_size.size > 1:
                    await self._all_settled()  # one at a time, until it is seen that groups pay
        if group:
            await self.queue.put(tuple(group))
        await self._all_settled()

    async def _audit(self, clean: Choice) -> None:
        """A sample; if none of it is to be had, the rest of its kind is taken as missing.

        The sample is of what is pending now: what an earlier run asked says nothing of it.
        """
        seed = self.random.randrange(1, 2**31 - 1)
        sample = await self.store.sample(self.source, clean, size=AUDITED, seed=seed)
        if len(sample) < AUDITED or self.room < AUDITED:
            return
        missing_before = self.writer.this_run.missing
        for ask in sample:
            await self.queue.put((ask,))
        await self._all_settled()
        if self.writer.this_run.missing - missing_before == AUDITED and self.limit is None:
            at = self.clock.now()
            assumed = await self.store.assume_missing(self.source, clean, ASSUMED, at=at)
            self.writer.assumed_missing(assumed)

    async def _feed_alone(self, choice: Choice) -> None:
        async for ask in self._pending(choice):
            if ask:
                await self.queue.put((ask,))
        await self._all_settled()

    async def _feed_aside(self) -> None:
        """What was refused again and again, once more; until it is clear that it is the ISBN."""
        while asks := self.aside.take():
            if any(map(self.aside.in_doubt, asks)):
                await self.source_answers()
            for ask in asks[: int(min(len(asks), max(0, self.room)))]:
                if failed := self.aside.given_up(ask):
                    await self.writer.put(Settled(ask, failed))
                else:
                    await self.queue.put((ask,))
            await self._all_settled()

    async def _pending(self, choice: Choice) -> AsyncIterator[Ask | None]:
        """Pending ISBNs in the order of the input, as many as there is room for, as they come.

        `None` stands where the input is silent, so that nothing waits for a group to be full.
        """
        after, room = 0, self.room
        if self.reading:
            await self.drain.until(self._more.wait())
        while room > 0 and not self.drain.begun:
            self._more.clear()
            reading = self.reading  # looked at first: what is read from here on wakes us
            at_once = int(min(FED_AT_ONCE, room))
            asks = await self.store.pending(self.source, choice, after=after, limit=at_once)
            for ask in asks:
                yield ask
            if asks:
                room, after = room - len(asks), asks[-1].number
            elif reading:
                if not await self._comes_soon():
                    yield None
                await self.drain.until(self._more.wait())
            else:
                return

    async def _comes_soon(self) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(SILENT_S):
                await self.drain.until(self._more.wait())
        return self._more.is_set()

    async def _all_settled(self) -> None:
        """Wait until all that was fed is settled, or set aside; `Draining` if the run drains."""
        await self.queue.join()
        await self.writer.all_stored()
        if self.drain.begun:
            raise Draining
