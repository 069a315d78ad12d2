"""Never more calls in any second than the rate allows, and hardly fewer."""

import asyncio

from aiolimiter import AsyncLimiter

from crawler.drain import Drain

SHARE = 0.9925
"""The share of the rate that is used. The rest keeps calls that left 1/rate apart from arriving as
one too many within a second: it allows for 5 ms of difference in their ways."""

LATE_S = 0.0025
"""How late a timer may wake a worker, in seconds, with the loss made good by the next calls."""

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 60.0


class Pace:
    """Lets calls through at up to `rate` a second; 0 is no limit.

    A leaky bucket of size k that leaks r a second lets at most k + r calls through in any second.
    With k = 1 every late timer is lost (measured: 92 % of 100/s is reached, 91 % of 1,000/s); with
    k = 1 + r * 2.5 ms it is made good (99.2 % from 1/s to 2,000/s) and k + r stays below rate + 1.
    The bucket starts full, so that the first second is no exception, not even after a restart. The
    first call goes alone, since it takes longer: it opens a connection.
    """

    def __init__(self, rate: float, drain: Drain) -> None:
        self._rate = rate
        self._drain = drain
        self._limiter: AsyncLimiter | None = None
        self._arrived = asyncio.Event()
        self._pause_s = 0.0
        self._resume_at = 0.0

    @property
    def is_free(self) -> bool:
        """Whether nobody has to wait for a turn: there is no rate, and no pause that lasts."""
        return not self._rate and not self._resume_at

    async def turn(self) -> None:
        """Wait for the turn of one call; raises `Draining` once the run is stopping."""
        await self._leave_bucket()
        while (left_s := self._resume_at - asyncio.get_running_loop().time()) > 0:
            await self._drain.sleep(left_s)
            await self._leave_bucket()  # all who paused wake at the same moment
        self._resume_at = 0.0

    async def _leave_bucket(self) -> None:
        if not self._rate:
            return
        if self._limiter is None:
            self._limiter = await self._full_bucket()
        elif not self._arrived.is_set():
            await self._drain.until(self._arrived.wait())
        await self._drain.until(self._limiter.acquire())

    async def arrived(self) -> None:
        """A call has come to its end, be it good or bad."""
        if self._rate and not self._arrived.is_set():
            self._limiter = await self._full_bucket()
            self._arrived.set()

    async def _full_bucket(self) -> AsyncLimiter:
        size = 1 + LATE_S * self._rate
        limiter = AsyncLimiter(size, size / (SHARE * self._rate))
        await limiter.acquire(size)
        return limiter

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
