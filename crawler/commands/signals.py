"""Signals that end a run: in good order at first, at once when they come again."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from crawler.commands.interrupt import ENDING, Interrupted
from crawler.commands.say import say
from crawler.drain import Drain, Stop


class Signals:
    """Hears them for a run: the first begins the drain, the second cuts `to_cut` short.

    Where there is nothing to cut short yet, the second interrupts.
    """

    def __init__(self, drain: Drain) -> None:
        self._drain = drain
        self.first: int | None = None
        self.to_cut: asyncio.Task[None] | None = None

    def hear(self, number: int) -> None:
        """A signal has come."""
        if self.first is None:
            self.first = number
            self._drain.begin(Stop.SIGNAL, f"by {signal.Signals(number).name}")
            say("finishing the calls in flight; once more to stop at once", style="yellow")
        elif self.to_cut:
            self.to_cut.cancel()
        else:
            raise Interrupted(number)


@contextmanager
def listening(drain: Drain) -> Iterator[Signals]:
    """Signals go to the running loop, and again to whom they went before when that is left.

    `loop.add_signal_handler` would leave them to the system for a moment when it is taken back, and
    one that comes in that moment would end a run that is about to tell what it did.
    """
    loop = asyncio.get_running_loop()
    signals = Signals(drain)

    def hand_over(number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(signals.hear, number)

    before = {number: signal.getsignal(number) for number in ENDING}
    if before[signal.SIGHUP] is signal.SIG_IGN:  # the run is to outlive its terminal
        del before[signal.SIGHUP]
    for number in before:
        signal.signal(number, hand_over)
    try:
        yield signals
    finally:
        for number, then in before.items():
            signal.signal(number, then)
