"""How many calls may be in flight: more while all goes well, half as many on throttling."""

import asyncio


class Room:
    """Places for calls in flight, up to `most`; additive increase, multiplicative decrease."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = most
        self._places = asyncio.Semaphore(most)
        self._owed = 0
        self._earned = 0.0
        self._deaf = 0

    @property
    def size(self) -> int:
        """Calls that may be in flight now."""
        return self._size

    async def __aenter__(self) -> None:
        await self._places.acquire()

    async def __aexit__(self, *_error: object) -> None:
        if self._owed:
            self._owed -= 1
        else:
            self._places.release()

    def widen(self) -> None:
        """A call went well: one place more for each time that all places did."""
        self._deaf = max(0, self._deaf - 1)
        self._earned += 1 / self._size
        if self._earned < 1 or self._size == self._most:
            return
        self._earned = 0.0
        self._size += 1
        if self._owed:
            self._owed -= 1
        else:
            self._places.release()

    def narrow(self) -> None:
        """A call was throttled or timed out; what was in flight with it only tells it again."""
        if self._deaf:
            self._deaf -= 1
            return
        self._deaf = self._size
        smaller = max(1, self._size // 2)
        self._owed += self._size - smaller
        self._size = smaller
        self._earned = 0.0
