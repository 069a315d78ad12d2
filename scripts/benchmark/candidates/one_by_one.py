"""The second tutorial: one session of aiohttp, each call awaited by itself, a row a commit."""

import asyncio

import aiohttp
import aiosqlite

from scripts.benchmark.candidates.order import Order, taken
from scripts.benchmark.candidates.volumes import CREATE, INSERT, row_of_first


async def crawl(order: Order) -> None:
    """Ask, store, and go to the next; what is refused is passed over."""
    async with aiosqlite.connect(order.database) as db, aiohttp.ClientSession() as session:
        await db.execute(CREATE)
        for isbn in order.isbns:
            async with session.get(order.url(isbn)) as response:
                if not response.ok:
                    continue
                answer = await response.json()
            if row := row_of_first(isbn, answer):
                await db.execute(INSERT, row)
                await db.commit()


if __name__ == "__main__":
    asyncio.run(crawl(taken()))
