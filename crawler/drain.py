"""The wish to stop: told once, seen by everything that waits."""

import asyncio
from collections.abc import Awaitable
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")


class Stop(StrEnum):
    """Why a run ends before all is settled; the closed list that the outside may rely on."""

    QUOTA = "quota"
    CREDENTIALS = "credentials"
    UNREACHABLE = "unreachable"
    SIGNAL = "signal"
    LIMIT = "limit"


class Stopped(Struct, frozen=True):
    """Why a run ended early, and the sentence that tells it."""

    why: Stop
    sentence: str


class Draining(Exception):
    """Raised to those who wait while the run drains: what they wanted stays pending."""


class Drain:
    """Lets a run end in good order: what is in flight is finished, nothing new begins."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()
        self._signalled = asyncio.Event()
        self.stopped: Stopped | None = None

    def begin(self, why: Stop, sentence: str) -> None:
        """Ask everyone to stop; the first reason given is the one that is told."""
        if self.stopped is None:
            self.stopped = Stopped(why, sentence)
        self._begun.set()
        if why is Stop.SIGNAL:
            self._signalled.set()

    @property
    def begun(self) -> bool:
        """Whether the run is on its way out."""
        return self._begun.is_set()

    async def until(self, waiting: Awaitable[T], *, signalled: bool = False) -> T:
        """The result of `waiting`, or `Draining` as soon as the run drains; with `signalled`, only
        if it is a signal that ends it.
        """
        event = self._signalled if signalled else self._begun
        task = asyncio.ensure_future(waiting)
        begun = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait((task, begun), return_when=asyncio.FIRST_COMPLETED)
            if begun.done():
                raise Draining
            return task.result()
        finally:
            task.cancel()
            begun.cancel()

    async def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`, or until the run drains, which raises `Draining`."""
        try:
            async with asyncio.timeout(seconds):
                await self._begun.wait()
        except TimeoutError:
            return
        raise Draining
