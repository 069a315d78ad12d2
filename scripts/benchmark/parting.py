"""The parts of a crawl one by one, and the whole of it, in this process: … URL ISBNS FOLDER.

Prints the CPU time that each took, in microseconds an ISBN, as JSON.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import msgspec

import crawler
from crawler.book import Found, Missing, Settled
from crawler.call import Response
from crawler.fetch.client import open_client
from crawler.isbn import ISBN13
from crawler.reader import open_inputs
from crawler.sources import google_books
from crawler.store.base import Choice
from crawler.store.sqlite import open_store
from scripts.benchmark.loop import loop_factory

CONCURRENCY = 64
COMMITTED = 100
"""ISBNs in a transaction; so many are settled at a time while the workers are busy."""

US = 1_000_000

costs: dict[str, float] = {}
"""By part, in the order in which they are measured."""


@asynccontextmanager
async def measured(part: str, isbns: int) -> AsyncIterator[None]:
    """Note what the process spends inside, threads included."""
    begun = process_time()
    yield
    costs[part] = (process_time() - begun) * US / isbns


async def main(base_url: str, listed: str, folder: str, isbns: Sequence[ISBN13]) -> None:
    """Measure, and tell."""
    async with measured("http", len(isbns)):
        responses = await fetch_all(base_url, isbns)
    async with measured("read", len(isbns)):
        outcomes = [google_books.read(i, r) for i, r in zip(isbns, responses, strict=True)]
    await store_all(listed, Path(folder) / "parts.db", outcomes)
    async with measured("whole", len(isbns)):
        await crawler.crawl(
            files=[listed], db=Path(folder) / "whole.db", base_url=base_url, group=1,
            concurrency=CONCURRENCY, rate=0, daily_quota=0,
        )  # fmt: skip
    sys.stdout.write(msgspec.json.encode(costs).decode())


async def fetch_all(base_url: str, isbns: Sequence[ISBN13]) -> list[Response]:
    """The answers, by the crawl's own client and nothing around it."""
    found: dict[ISBN13, Response] = {}
    left = iter(isbns)

    async def work() -> None:
        for isbn in left:
            found[isbn] = await client.get(google_books.request([isbn], country=None))

    async with (
        open_client(base_url, {}, timeout_s=30, connections=CONCURRENCY) as client,
        asyncio.TaskGroup() as workers,
    ):
        for _ in range(CONCURRENCY):
            workers.create_task(work())
    return [found[isbn] for isbn in isbns]


async def store_all(listed: str, database: Path, outcomes: Sequence[object]) -> None:
    """Through the ledger, the books and the index, as a crawl that no answer is awaited in."""
    now = datetime.now(UTC)
    async with open_store(database) as store:
        run = await store.begin_run("crawl", "{}", pid=1, at=now)
        async with measured("ledger", len(outcomes)):
            with open_inputs([listed], stdin=sys.stdin.buffer) as opened:
                for batch in opened.batches():
                    await store.add(run, google_books.NAME, batch.seeds, batch.rejects)
            asks = await store.pending(
                google_books.NAME, Choice(None, False, None), after=0, limit=len(outcomes)
            )
        settled = [
            Settled(ask, outcome)
            for ask, outcome in zip(asks, outcomes, strict=True)
            if isinstance(outcome, Found | Missing)
        ]
        async with measured("store", len(outcomes)):
            for at in range(0, len(settled), COMMITTED):
                await store.settle(settled[at : at + COMMITTED], at=now)
        async with measured("index", len(outcomes)):
            await store.index_books()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        lines = Path(sys.argv[2]).read_text().split()
        runner.run(main(*sys.argv[1:], [ISBN13(int(line)) for line in lines]))
