"""A crawl with a heart beside it in the same loop: … URL ISBNS DATABASE CONCURRENCY RATE.

Prints by how much each beat was late, in seconds, as JSON.
"""

import asyncio
import sys
from pathlib import Path
from time import perf_counter

import msgspec

import crawler
from scripts.benchmark.loop import loop_factory

PERIOD_S = 0.001


async def beat(late_s: list[float]) -> None:
    """Sleep for a moment, again and again, and note how much longer each took."""
    while True:
        due = perf_counter() + PERIOD_S
        await asyncio.sleep(PERIOD_S)
        late_s.append(max(0.0, perf_counter() - due))


async def main(base_url: str, isbns: str, database: str, concurrency: str, rate: str) -> None:
    """Crawl, and tell."""
    late_s: list[float] = []
    heart = asyncio.create_task(beat(late_s))
    await crawler.crawl(
        files=[Path(isbns)], db=database, base_url=base_url, group=1,
        concurrency=int(concurrency), rate=float(rate), daily_quota=0,
    )  # fmt: skip
    heart.cancel()
    sys.stdout.write(msgspec.json.encode(late_s).decode())


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main(*sys.argv[1:]))
