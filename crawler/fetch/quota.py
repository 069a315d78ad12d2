"""The day's quota: every call is counted before it leaves, and remembered over restarts."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from msgspec import Struct

from crawler.clock import Clock, quota_day, quota_day_ends

LAST_MOMENT = timedelta(seconds=2)
"""Of the quota's day, in which no call is sent: it might arrive, or be counted, tomorrow."""


BLOCK_S = 0.2
"""Calls of so many seconds are counted at a time, and may be lost from the quota by a kill."""

FIRST_BLOCK = 100
"""Calls that are counted at a time where no rate says how many a second are; if they are used up
sooner than in `BLOCK_S`, twice as many are the next time."""

LARGEST_SHARE = 10
"""... but no more than this part of a limit."""


class QuotaBook(Protocol):
    """Where used calls are written down, so that a crash never overspends."""

    async def reserve_calls(self, key: str, day: date, calls: int, limit: int) -> int:
        """Count up to `calls` more as used, `limit` in all (0: none); how many it gave."""
        ...

    async def give_back_calls(self, key: str, day: date, calls: int) -> None:
        """Uncount calls that were reserved and never sent."""
        ...

    async def calls_used(self, key: str, day: date) -> int:
        """Calls counted for a key on a day, and on later ones, by a clock that was ahead."""
        ...


class QuotaState(Struct, frozen=True):
    """The quota as a summary tells it; `limit` 0 is no limit."""

    limit: int
    used: int
    resets_at: datetime


class QuotaSpent(Exception):
    """The day's calls are used up."""


class DayQuota:
    """Takes one call after another out of a key's quota of the day.

    Calls are reserved in blocks of `BLOCK_S`, by the `rate` in calls a second or, where that is 0,
    as they are used up: a crash can lose so many, and not every call needs a commit. `limit` is in
    calls a day, 0 for none; they are counted all the same.
    """

    def __init__(self, book: QuotaBook, key: str, clock: Clock, *, limit: int, rate: float) -> None:
        self._book = book
        self._key = key
        self._clock = clock
        self._limit = limit
        self._grows = not rate
        self._block = max(1, round(rate * BLOCK_S)) if rate else FIRST_BLOCK
        self._block_begun = datetime.min.replace(tzinfo=UTC)
        self._day: date | None = None
        self._last_call_at = datetime.min.replace(tzinfo=UTC)
        self._used = 0
        self._reserved = 0
        self._turn = asyncio.Lock()

    async def take(self) -> date:
        """Count one call, and tell the day; raises `QuotaSpent` at the end of the day's quota."""
        if day := self.take_reserved():
            return day
        async with self._turn:
            today = await self._begun_day()
            if self._limit and self._clock.now() >= self._last_call_at:
                raise QuotaSpent
            if not self._reserved:
                await self._reserve(today)
            if not self._reserved:
                raise QuotaSpent
            self._reserved -= 1
            return today

    async def _reserve(self, today: date) -> None:
        now = self._clock.now()
        used_up_s = (now - self._block_begun).total_seconds()
        if self._grows and 0 <= used_up_s < BLOCK_S:
            largest = max(FIRST_BLOCK, self._limit // LARGEST_SHARE) if self._limit else 2**31
            self._block = min(2 * self._block, largest)
        self._block_begun = now
        given = await self._book.reserve_calls(self._key, today, self._block, self._limit)
        self._reserved += given  # to what was put back meanwhile
        self._used += given

    def take_reserved(self) -> date | None:
        """The same where nothing has to be waited for: of what is reserved, on a day that lasts."""
        now = self._clock.now()
        if self._reserved and now < self._last_call_at and self._day == quota_day(now):
            self._reserved -= 1
            return self._day
        return None

    def put_back(self, day: date) -> None:
        """Take back the count of a call of `day` that never left the house.

        Where that day is over its count stays: taken for today's, it would be sent uncounted.
        """
        if day == self._day:
            self._reserved += 1

    async def close(self) -> None:
        """Give back what was reserved and not used."""
        await self._give_back(self._day)

    async def _give_back(self, day: date | None) -> None:
        unused, self._reserved = self._reserved, 0
        self._used -= unused
        if day is not None and unused:
            await self._book.give_back_calls(self._key, day, unused)

    async def state(self) -> QuotaState:
        """What is used of today's quota."""
        async with self._turn:
            await self._look(await self._begun_day())
        return QuotaState(
            self._limit, self._used - self._reserved, quota_day_ends(self._clock.now())
        )

    @property
    def left(self) -> int | None:
        """Calls left today as far as this process knows; `None` without a limit."""
        return max(0, self._limit - self._used + self._reserved) if self._limit else None

    async def _look(self, today: date) -> None:
        """Others may have drawn on the same key since."""
        self._used = await self._book.calls_used(self._key, today)

    async def _begun_day(self) -> date:
        """Today, with what is used of it known."""
        now = self._clock.now()
        today = quota_day(now)
        if today != self._day:
            over, self._day = self._day, None  # from here on nothing is put back to the old day
            await self._give_back(over)
            await self._look(today)
            self._day = today
            self._last_call_at = quota_day_ends(now) - LAST_MOMENT
        return today
