"""What was answered is stored, however the run ends: it was paid for."""

from pathlib import Path

from crawler.book import Settled
from crawler.clock import SystemClock
from crawler.fetch.traffic import Traffic
from crawler.store.base import LedgerCounts
from crawler.store.sqlite import open_store
from crawler.writer import Writer
from tests.store.answers import MISSING, SOURCE, ask, seeds


async def test_answers_that_wait_for_a_writer_who_has_ended_are_stored(tmp_path: Path) -> None:
    clock = SystemClock()
    async with open_store(tmp_path / "books.db") as store:
        await store.add(1, SOURCE, seeds(1, 2, 3), [])
        writer = Writer(1, store, SOURCE, Traffic(clock), clock)
        await writer.count()
        for number in (1, 2):
            await writer.put(Settled(ask(number), MISSING))
        await writer.write_rest()
        await writer.all_stored()
        assert await store.counts() == writer.ledger == LedgerCounts(pending=1, missing=2)
