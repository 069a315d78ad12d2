"""Where a call waits for its turn: counted against the day's quota first, then in its pace."""

import asyncio
import logging
from contextlib import suppress
from datetime import date, datetime

from crawler.clock import Clock, iso, quota_day, quota_day_ends
from crawler.drain import Drain, Draining, Stop
from crawler.fetch.pace import Pace
from crawler.fetch.quota import DayQuota, QuotaSpent

AFTER_MIDNIGHT_S = 1.0
"""How long after the quota's new day began the first call leaves: clocks differ."""

ALWAYS_WAITED_S = 5.0
"""A day that ends as soon as this is waited for, not stopped for."""

log = logging.getLogger("crawler.fetch.fetcher")


class Gate:
    """Lets the calls of all workers out; with `wait` it sleeps over the quota's end."""

    def __init__(
        self, quota: DayQuota, pace: Pace, drain: Drain, clock: Clock, *, wait: bool
    ) -> None:
        self._quota = quota
        self._pace = pace
        self._drain = drain
        self._clock = clock
        self._wait = wait
        self._one_at_a_time = asyncio.Lock()
        self.waits_until: datetime | None = None

    async def turn(self) -> date:
        """The turn of a call that is counted already; the day that it is counted for.

        Raises `Draining` once the run is stopping, and at the quota's end, which begins that.
        """
        if day := self._turn_now():
            return day
        async with self._one_at_a_time:
            return await self._counted_turn()

    def _turn_now(self) -> date | None:
        """A turn where nothing has to be waited for: most, where there is no rate."""
        if self._drain.begun or not self._pace.is_free:
            return None
        return self._quota.take_reserved()

    async def _counted_turn(self) -> date:
        """No commit comes between the turn and the call, and one call at a time stands here:
        however slow the quota's book is, calls leave in their turns, and a kill wastes one count at
        most.
        """
        if self._drain.begun:
            raise Draining
        while True:
            day = await self._take_from_quota()
            try:
                with suppress(Draining):
                    await self._pace.turn()
            except asyncio.CancelledError:
                self._quota.put_back(day)
                raise
            if self._drain.begun:
                self._quota.put_back(day)
                raise Draining
            if day == quota_day(self._clock.now()):
                return day
            self._quota.put_back(day)  # the next day has begun meanwhile, or the clock was set

    async def _take_from_quota(self) -> date:
        """Count the call, and tell the day; at the end of its quota, stop or wait for the next."""
        while True:
            try:
                return await self._quota.take()
            except QuotaSpent:
                if not self._wait and self._until_next_day_s() > ALWAYS_WAITED_S:
                    self._drain.begin(Stop.QUOTA, "")
                    raise Draining from None
                self.waits_until = quota_day_ends(self._clock.now())
                log.info("the quota is used up: waiting until %s", iso(self.waits_until))
                await self._drain.sleep(self._until_next_day_s())

    async def arrived(self, day: date, *, left: bool) -> None:
        """A call of this turn has come to its end; one that never left is not counted."""
        if not left:
            self._quota.put_back(day)
        if not self._pace.is_free:
            await self._pace.arrived()

    def flowing(self) -> None:
        """An answer came."""
        self.waits_until = None
        self._pace.flowing()

    def pause(self, asked_s: float | None) -> None:
        """Hold all calls back for so many seconds or more."""
        self._pace.pause(asked_s)

    def pause_until_next_day(self) -> None:
        """The source says that the day's quota is used up, whatever is counted here."""
        self.waits_until = quota_day_ends(self._clock.now())
        self._pace.pause(self._until_next_day_s())

    def _until_next_day_s(self) -> float:
        now = self._clock.now()
        return (quota_day_ends(now) - now).total_seconds() + AFTER_MIDNIGHT_S
