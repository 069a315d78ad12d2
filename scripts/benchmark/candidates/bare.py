"""The limit: aiohttp reading bodies and nothing else, on uvloop where it is installed.

With a fifth argument, `gzip`, it asks for packed answers as bookcrawl does, and leaves them packed.
"""

import asyncio
import sys

import aiohttp

from scripts.benchmark.candidates.order import Order, taken
from scripts.benchmark.loop import loop_factory


async def crawl(order: Order, headers: dict[str, str]) -> None:
    """Let each worker take the next ISBN until none is left."""
    left = iter(order.isbns)
    connector = aiohttp.TCPConnector(limit=order.concurrency)
    async with aiohttp.ClientSession(
        connector=connector, headers=headers, auto_decompress=False
    ) as session:

        async def work() -> None:
            for isbn in left:
                async with session.get(order.url(isbn)) as response:
                    await response.read()

        async with asyncio.TaskGroup() as workers:
            for _ in range(order.concurrency):
                workers.create_task(work())


def main() -> None:
    """Run."""
    headers = {}
    if sys.argv[-1] == "gzip":
        sys.argv.pop()
        headers = {"User-Agent": "bare (gzip)", "Accept-Encoding": "gzip"}
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(crawl(taken(), headers))


if __name__ == "__main__":
    main()
