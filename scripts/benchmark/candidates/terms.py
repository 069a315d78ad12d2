"""Several terms a call by httpx: ten ISBNs in a search, as many searches at a time as told.

A volume is stored under its ISBN-13; one that has none is dropped.
"""

import asyncio
import sqlite3
from contextlib import closing

import httpx

from scripts.benchmark.candidates.order import Order, taken
from scripts.benchmark.candidates.volumes import CREATE, INSERT, rows_by_identifier

TERMS = 10


async def crawl(order: Order, db: sqlite3.Connection) -> None:
    """Ask; what is refused is passed over."""
    turns = asyncio.Semaphore(order.concurrency)
    limits = httpx.Limits(max_connections=order.concurrency)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:

        async def store(terms: list[str]) -> None:
            async with turns:
                response = await client.get(f"{order.url(*terms)}&maxResults={TERMS}")
            if response.is_success:
                db.executemany(INSERT, rows_by_identifier(response.json()))
                db.commit()

        starts = range(0, len(order.isbns), TERMS)
        await asyncio.gather(*(store(order.isbns[start : start + TERMS]) for start in starts))


def main() -> None:
    """Run."""
    order = taken()
    with closing(sqlite3.connect(order.database)) as db:
        db.execute(CREATE)
        asyncio.run(crawl(order, db))


if __name__ == "__main__":
    main()
