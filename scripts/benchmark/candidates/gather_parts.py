"""In the manner of google_books_crawler: forty ISBNs a call, all calls gathered, a file a call.

That program writes each answer to a CSV file by pandas and puts the files together at the end; here
an answer is a transaction. As there, no limit is put on the calls at a time (its semaphore is made
anew for each), writing is not awaited, and a volume without an ISBN-13 is dropped.
"""

import asyncio
import sqlite3
from contextlib import closing

import aiohttp

from scripts.benchmark.candidates.order import Order, taken
from scripts.benchmark.candidates.volumes import CREATE, INSERT, rows_by_identifier

PART = 40


async def crawl(order: Order, db: sqlite3.Connection) -> None:
    """Ask for all parts at once; a part that is refused is passed over."""
    parts = [order.isbns[start : start + PART] for start in range(0, len(order.isbns), PART)]
    async with aiohttp.ClientSession() as session:

        async def store(part: list[str]) -> None:
            async with session.get(f"{order.url(*part)}&maxResults={PART}") as response:
                if not response.ok:
                    return
                answer = await response.json()
            db.executemany(INSERT, rows_by_identifier(answer))
            db.commit()

        await asyncio.gather(*(store(part) for part in parts))


def main() -> None:
    """Run."""
    order = taken()
    with closing(sqlite3.connect(order.database)) as db:
        db.execute(CREATE)
        asyncio.run(crawl(order, db))


if __name__ == "__main__":
    main()
