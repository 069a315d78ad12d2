"""How many calls may be in flight: more while all goes well, half as many on throttling."""

import asyncio
from collections import deque


class Room:
    """Places for calls in flight, up to `most`; additive increase, multiplicative decrease."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = most
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._earned = 0.0
        self._deaf = 0

    @property
    def size(self) -> int:
        """Calls that may be in flight now."""
        return self._size

    async def __aenter__(self) -> None:
        if not self._waiting and self._taken < self._size:
            self._taken += 1
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        self._give()
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # it was given in the same moment
                self._leave()
            raise

    async def __aexit__(self, *_error: object) -> None:
        self._leave()

    def _leave(self) -> None:
        self._taken -= 1
        self._give()

    def _give(self) -> None:
        while self._waiting and self._taken < self._size:
            place = self._waiting.popleft()
            if not place.cancelled():
                place.set_result(None)
                self._taken += 1

    def widen(self) -> None:
        """A call went well: one place more for each time that all places did."""
        self._deaf = max(0, self._deaf - 1)
        self._earned += 1 / self._size
        if self._earned < 1 or self._size == self._most:
            return
        self._earned = 0.0
        self._size += 1
        self._give()

    def narrow(self) -> None:
        """A call was throttled or timed out; what was in flight with it only tells it again."""
        if self._deaf:
            self._deaf -= 1
            return
        self._deaf = self._size
        self._size = max(1, self._size // 2)
        self._earned = 0.0
