"""Time that jumps over waits, for whole crawls: with threads that store, and sockets.

Where `tests/virtual_time.py` jumps as soon as no file is ready, this one first gives threads a
while: a crawl also waits for its database.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar
from unittest.mock import patch

T = TypeVar("T")

TURN_S = 1e-7
"""What a turn of the loop takes; if it took nothing, a timer that is due a rounding error from now
would be set for now without end."""

PATIENCE_S = 0.02
"""How long nothing has to happen until the clock jumps. Where a disk is slower than this, time has
passed meanwhile, as it does elsewhere."""


class _Selector(selectors.DefaultSelector):
    def __init__(self, patience_s: float) -> None:
        super().__init__()
        self.now = 0.0
        self._patience_s = patience_s

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += TURN_S
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(min(timeout, self._patience_s))
        if not ready:
            self.now += timeout
        return ready


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self, patience_s: float) -> None:
        self._clock = _Selector(patience_s)
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


class LoopClock:
    """The time of day, from `begins` on, as the loop's clock runs; crawler and sandbox share it."""

    def __init__(self, begins: datetime) -> None:
        self._begins = begins

    def now(self) -> datetime:
        return self._begins + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run_jumping(coroutine: Coroutine[Any, Any, T], *, patience_s: float = PATIENCE_S) -> T:
    # aiohttp tells the age of idle connections by the machine's clock: a day would pass in steps of
    # the 15 seconds after which it looks again.
    with (
        asyncio.Runner(loop_factory=lambda: _JumpingLoop(patience_s)) as runner,
        patch("aiohttp.connector.monotonic", runner.get_loop().time),
    ):
        return runner.run(coroutine)
