"""An event loop whose clock jumps: waiting takes no time, and every timer fires when it is due."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

TURN_S = 1e-7
"""What a turn of the loop takes; if it took nothing, a timer that is due a rounding error from now
would be set for now without end."""


class _Selector(selectors.DefaultSelector):
    """Waits for files as long as none is to be waited for, and lets the clock jump else."""

    def __init__(self, late_s: float) -> None:
        super().__init__()
        self.now = 0.0
        self._late_s = late_s

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += TURN_S
        ready = super().select(0)
        if not ready and timeout is None:
            return super().select(None)
        if not ready and timeout:
            self.now += timeout + self._late_s
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Timers fire up to `late_s` seconds late, as they do on a real machine."""

    def __init__(self, late_s: float = 0.0) -> None:
        self._clock = _Selector(late_s)
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def run_in_virtual_time(coroutine: Coroutine[Any, Any, T], *, late_s: float = 0.0) -> T:
    with asyncio.Runner(loop_factory=lambda: VirtualTimeLoop(late_s)) as runner:
        return runner.run(coroutine)
