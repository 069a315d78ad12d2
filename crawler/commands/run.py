"""A run for somebody at a terminal: signals, progress on standard error, a summary."""

import asyncio
import os
from collections.abc import Sequence
from random import Random

import msgspec

from crawler.clock import Clock
from crawler.commands.key import find_key
from crawler.commands.program import command_line
from crawler.commands.reading import STANDARD_INPUT
from crawler.commands.say import console, say
from crawler.commands.shortage import leave_out
from crawler.commands.signals import Signals, listening
from crawler.commands.summary import Summary
from crawler.drain import Drain
from crawler.library.assembly import open_run
from crawler.library.mixture import Asked
from crawler.library.run import Crawled, Order, Run
from crawler.progress import open_display, watch
from crawler.sources import SOURCES


async def run(order: Order, clock: Clock, random: Random, given: Sequence[str] = ()) -> Summary:
    """Do it; `random` is for jitter and samples, `given` are the options as typed.

    Raises `CredentialsMissing`, `DatabaseUnusable` and `InputUnreadable`; an early stop is no
    error but stands in the summary.
    """
    key = find_key(order.options, SOURCES["google"], os.environ)
    drain = Drain()
    asyncio.get_running_loop().set_exception_handler(leave_out)
    with listening(drain) as signals:
        async with open_run(order, key, drain, clock, random, say) as opened:
            await _crawl(opened, signals)
            crawled = await opened.end()
    return _summary(order, crawled, signals.first, given)


async def _crawl(run: Run, signals: Signals) -> None:
    """Crawl to the end, or until a second signal, with progress shown."""
    crawling = signals.to_cut = asyncio.create_task(run.crawl())
    with open_display(console) as display:
        watching = asyncio.create_task(watch(run.look, display))
        await asyncio.wait((crawling,))
        watching.cancel()
        await asyncio.wait((watching,))
    if not crawling.cancelled():
        crawling.result()


def _summary(order: Order, crawled: Crawled, signal: int | None, given: Sequence[str]) -> Summary:
    summary = Summary(
        **msgspec.structs.asdict(crawled),
        signal=signal,
        rate=order.options.rate,
        group=order.options.group,
        resume=command_line(["resume", "--db", str(order.db), *given]),
        place=Asked(order.options.sandbox, order.options.base_url).words,
    )
    if crawled.input_lost:
        again = command_line(["crawl", STANDARD_INPUT])
        summary.notes.append(
            f"standard input was not read to its end: give it once more, by `{again}`"
        )
    return summary
