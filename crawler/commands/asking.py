"""Runs an order to its end and tells of it: what all commands that ask have in common."""

import asyncio
import sys
from random import Random

from crawler.clock import SystemClock
from crawler.commands.run import Order, run
from crawler.commands.say import say
from crawler.commands.summary import Summary, tell


def ask(order: Order, *, as_json: bool) -> Summary:
    """Run it, tell people on standard error, and scripts by a last line on standard output."""
    summary = _run(order)
    _tell(summary)
    if as_json:
        sys.stdout.buffer.write(summary.as_json() + b"\n")
        sys.stdout.buffer.flush()
    return summary


def ask_in_passing(order: Order) -> Summary:
    """Run it, and tell of it only if it stopped early."""
    summary = _run(order)
    if summary.stopped:
        _tell(summary)
    return summary


def _run(order: Order) -> Summary:
    return asyncio.run(run(order, SystemClock(), Random()))  # noqa: S311 - no secret


def _tell(summary: Summary) -> None:
    for sentence in tell(summary):
        say(sentence)
    if summary.stopped:
        say(f"go on with: {summary.resume}", style="bold", whole=True)
