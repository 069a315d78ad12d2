"""Time that jumps over waits, for whole crawls: with threads that store, and sockets.

Where `tests/virtual_time.py` jumps as soon as no file is ready, this one waits for the threads that
read and store as long as they are at work, however slow the machine.
"""

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import datetime, timedelta
from queue import Queue
from threading import Thread, current_thread
from typing import Any, TypeVar, TypeVarTuple
from unittest.mock import patch

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

TURN_S = 1e-7
"""What a turn of the loop takes; if it took nothing, a timer that is due a rounding error from now
would be set for now without end."""

PATIENCE_S = 0.002
"""How long no file has to be ready until the clock jumps: the kernel hands bytes on by itself."""

STUCK_S = 10.0
"""How long a thread is waited for at most: it may itself wait for what only time brings."""


class _WatchedQueue(Queue[Any]):
    """Work for a thread, which is done when the thread comes for more."""

    def __init__(self) -> None:
        super().__init__()
        self._worker: Thread | None = None

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if self._worker is not None:
            self.task_done()
        self._worker = current_thread()
        return super().get(block, timeout)

    def is_busy(self) -> bool:
        ended = self._worker is not None and not self._worker.is_alive()
        return self.unfinished_tasks > 0 and not ended


@contextmanager
def _watched_threads() -> Iterator[list[_WatchedQueue]]:
    """What the threads of a crawl are given to do: for its databases and its files."""
    queues: list[_WatchedQueue] = []

    def queue() -> _WatchedQueue:
        queues.append(_WatchedQueue())
        return queues[-1]

    with patch("aiosqlite.core.SimpleQueue", queue), patch("crawler.threads.SimpleQueue", queue):
        yield queues


class _Selector(selectors.DefaultSelector):
    def __init__(self, queues: list[_WatchedQueue]) -> None:
        super().__init__()
        self.now = 0.0
        self.looked_up = 0
        """Names that asyncio's own threads are asked for at this moment."""
        self._queues = queues

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += TURN_S
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        given_up = time.monotonic() + STUCK_S
        while True:
            # Asked before the files: what a thread has done is ready once it is idle.
            busy = self._are_threads_busy() and time.monotonic() < given_up
            ready = super().select(min(timeout, PATIENCE_S))
            if ready:
                return ready
            if not busy:
                self.now += timeout
                return ready

    def _are_threads_busy(self) -> bool:
        return self.looked_up > 0 or any(queue.is_busy() for queue in self._queues)


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self, queues: list[_WatchedQueue]) -> None:
        self._clock = _Selector(queues)
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        future = super().run_in_executor(executor, func, *args)
        self._clock.looked_up += 1
        future.add_done_callback(self._is_looked_up)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        await super().shutdown_default_executor()  # a timeout would be jumped over

    def _is_looked_up(self, _future: asyncio.Future[Any]) -> None:
        self._clock.looked_up -= 1


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


def run_jumping(coroutine: Coroutine[Any, Any, T]) -> T:
    # aiohttp tells the age of idle connections by the machine's clock: a day would pass in steps of
    # the 15 seconds after which it looks again.
    with (
        _watched_threads() as queues,
        asyncio.Runner(loop_factory=lambda: _JumpingLoop(queues)) as runner,
        patch("aiohttp.connector.monotonic", runner.get_loop().time),
    ):
        return runner.run(coroutine)
