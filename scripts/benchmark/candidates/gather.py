"""The third tutorial: `asyncio.gather` over everything, a row a commit.

What limits it is aiohttp, which opens 100 connections by itself.
"""

import asyncio

import aiohttp
import aiosqlite

from scripts.benchmark.candidates.order import Order, taken
from scripts.benchmark.candidates.volumes import CREATE, INSERT, row_of_first


async def crawl(order: Order) -> None:
    """Ask for all at once; what is refused is passed over."""
    async with aiosqlite.connect(order.database) as db, aiohttp.ClientSession() as session:
        await db.execute(CREATE)

        async def store(isbn: str) -> None:
            async with session.get(order.url(isbn)) as response:
                if not response.ok:
                    return
                answer = await response.json()
            if row := row_of_first(isbn, answer):
                await db.execute(INSERT, row)
                await db.commit()

        await asyncio.gather(*(store(isbn) for isbn in order.isbns))


if __name__ == "__main__":
    asyncio.run(crawl(taken()))
