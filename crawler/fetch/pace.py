"""Never more calls in any second than the rate allows, and hardly fewer."""

import asyncio

from aiolimiter import AsyncLimiter

from crawler.drain import Drain

SHARE = 0.993
"""The share of the rate that is used. The rest keeps calls that left 1/rate apart from arriving as
one too many within a second: it allows for 4 ms of difference in their ways."""

LATE_S = 0.003
"""How late a timer may wake a worker, in seconds, with the loss made good by the next calls."""

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0


class Pace:
    """Lets calls through at up to `rate` a second; 0 is no limit.

    A leaky bucket of size k that leaks r a second lets at most k + r calls through in any second.
    With k = 1 every late timer is lost (measured: 92 % of 100/s is reached, 91 % of 1,000/s); with
    k = 1 + r * 3 ms it is made good (99.3 % from 1/s to 2,000/s) and k + r stays below rate + 1.
    The bucket starts full, so that the first second is no exception, not even after a restart.
    """

    def __init__(self, rate: float, drain: Drain) -> None:
        self._drain = drain
        self._limiter: AsyncLimiter | None = None
        if rate:
            size = 1 + LATE_S * rate
            self._limiter = AsyncLimiter(size, size / (SHARE * rate))
        self._full = False
        self._pause_s = 0.0
        self._resume_at = 0.0

    async def turn(self) -> None:
        """Wait for the turn of one call; raises `Draining` once the run is stopping."""
        if self._limiter is not None:
            if not self._full:
                self._full = True
                await self._limiter.acquire(self._limiter.max_rate)
            await self._drain.until(self._limiter.acquire())
        while (left_s := self._resume_at - asyncio.get_running_loop().time()) > 0:
            await self._drain.sleep(left_s)

    def pause(self, asked_s: float | None) -> None:
        """Hold all calls back for `asked_s` seconds or more, twice as long each time in a row."""
        now = asyncio.get_running_loop().time()
        if now < self._resume_at:
            return  # what was in flight when the pause began is refused as well
        self._pause_s = min(max(FIRST_PAUSE_S, 2 * self._pause_s), LONGEST_PAUSE_S)
        self._resume_at = now + max(self._pause_s, asked_s or 0)

    def flowing(self) -> None:
        """An answer came: the next pause is a first one again."""
        self._pause_s = 0.0
