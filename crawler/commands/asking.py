"""Runs an order to its end and tells of it: what all commands that ask have in common."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from random import Random

import click

from crawler.clock import SystemClock
from crawler.commands.loop import new_loop
from crawler.commands.output import standard_output
from crawler.commands.run import run
from crawler.commands.say import say
from crawler.commands.shortage import claim_files
from crawler.commands.summary import Summary, tell
from crawler.library.run import Order


def ask(order: Order, given: Sequence[str], *, as_json: bool) -> Summary:
    """Run it, tell people on standard error, and scripts by a last line on standard output.

    `given` are the options as typed, for the command that goes on after an early stop.
    """
    summary = _run(order, given)
    _tell(summary)
    if as_json:
        # Who reads no more of it still learns by the exit code how the run ended.
        with suppress(click.exceptions.Exit), standard_output() as out:
            out.write(summary.as_json() + b"\n")
    return summary


def ask_in_passing(order: Order, given: Sequence[str]) -> Summary:
    """Run it, and tell of it only if it stopped early."""
    summary = _run(order, given)
    if summary.stopped:
        _tell(summary)
    return summary


def _run(order: Order, given: Sequence[str]) -> Summary:
    ends = 2 if order.options.sandbox else 1  # of each connection are ours
    claim_files(order.options.concurrency * ends)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(run(order, SystemClock(), Random(), given))  # noqa: S311 - no secret


def _tell(summary: Summary) -> None:
    for sentence in tell(summary):
        say(sentence)
    if summary.stopped:
        say(f"go on with: {summary.resume}", style="bold", whole=True)
