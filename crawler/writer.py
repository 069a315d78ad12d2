"""Answers → ledger and books: one writer, all answers that have come in one transaction."""

import asyncio
from collections import Counter

from msgspec.structs import asdict

from crawler.book import Settled, Unmapped
from crawler.clock import Clock
from crawler.fetch.traffic import Traffic
from crawler.store.base import LedgerCounts, Store

LARGEST_COMMIT = 500
"""ISBNs that are settled in one transaction; fewer where answers come more slowly."""

NOTED_AFTER_S = 10.0
"""How old what is told of the calls of a run may be in the database."""


class Writer:
    """Settles what is put to it, and knows how the ledger stands meanwhile.

    `unmapped` are the pending ISBNs that groups were asked for in vain.
    """

    def __init__(self, run: int, store: Store, source: str, traffic: Traffic, clock: Clock) -> None:
        self._run = run
        self._traffic = traffic
        self._store = store
        self._source = source
        self._clock = clock
        self._answers: asyncio.Queue[Settled | None] = asyncio.Queue(LARGEST_COMMIT)
        self._unsaved: list[Settled] = []
        self._ledger: Counter[str] = Counter()
        self._this_run: Counter[str] = Counter()
        self.unmapped = 0

    @property
    def ledger(self) -> LedgerCounts:
        """The states of all ISBNs in the ledger."""
        return LedgerCounts(**self._ledger)

    @property
    def this_run(self) -> LedgerCounts:
        """What this run has settled."""
        return LedgerCounts(**self._this_run)

    @property
    def settled(self) -> int:
        """How many ISBNs this run has settled."""
        return self._this_run.total()

    async def count(self) -> None:
        """Count the ledger."""
        self._ledger = Counter(asdict(await self._store.counts()))
        self.unmapped = await self._store.count_unmapped(self._source)

    def added(self, isbns: int) -> None:
        """So many ISBNs have become pending."""
        self._ledger["pending"] += isbns

    def assumed_missing(self, isbns: int) -> None:
        """So many ISBNs that no group mapped are missing without a call."""
        self._move("missing", isbns)
        self.unmapped -= isbns

    async def put(self, settled: Settled) -> None:
        """Have an answer stored."""
        await self._answers.put(settled)

    async def all_stored(self) -> None:
        """Wait until all that was put is stored."""
        await self._answers.join()

    async def end(self) -> None:
        """No more answers will come."""
        await self._answers.put(None)

    async def write(self) -> None:
        """Store answers until the end, or until cancelled."""
        while answer := await self._answers.get():
            self._unsaved.append(answer)
            if self._answers.empty() or len(self._unsaved) >= LARGEST_COMMIT:
                await self._settle()
                if self._traffic.waiting_s >= NOTED_AFTER_S:
                    await self._note_calls()

    async def write_rest(self) -> None:
        """Store what `write` has left: however the run ends, what was answered was paid for.

        Where a commit has failed it is tried once more. That is safe after a failed sync as well:
        SQLite writes each page of it to the log again, so that the second sync is of all of them.
        """
        while not self._answers.empty():
            if answer := self._answers.get_nowait():
                self._unsaved.append(answer)
        await self._settle()
        await self._note_calls()

    async def _note_calls(self) -> None:
        if minutes := self._traffic.take():
            await self._store.note_calls(self._run, minutes)

    async def _settle(self) -> None:
        if not self._unsaved:
            return
        await self._store.settle(self._unsaved, at=self._clock.now())
        for settled in self._unsaved:
            if isinstance(settled.outcome, Unmapped):
                self.unmapped += 1
            else:
                self._move(settled.state, 1)
                self.unmapped -= settled.ask.unmapped
            self._answers.task_done()
        self._unsaved.clear()

    def _move(self, state: str, isbns: int) -> None:
        self._this_run[state] += isbns
        self._ledger[state] += isbns
        self._ledger["pending"] -= isbns
