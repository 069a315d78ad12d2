"""The two limits: so many calls in a Pacific day, so many in a second."""

from collections import deque
from datetime import date, datetime
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Google's quotas are days of this place, daylight saving included."""

WINDOW_S = 1.0
"""The rate is counted over any second, not by seconds of the clock."""

JITTER_S = 0.05
"""By so much two calls may arrive closer than they were sent, so the limit looks back less far: a
client that paces itself exactly to the limit is not refused for what its network did.
"""


def pacific_day(now: datetime) -> date:
    """The day that a call at this time counts for; `now` carries its zone."""
    return now.astimezone(PACIFIC).date()


class DayQuota:
    """Calls used, for each key. `limit` 0 is no limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._day: date | None = None
        self._used: dict[str, int] = {}

    def take(self, key: str, now: datetime) -> bool:
        """Count a call, unless the day has none left."""
        day = pacific_day(now)
        if day != self._day:
            self._day, self._used = day, {}
        used = self._used.get(key, 0)
        if self._limit and used >= self._limit:
            return False
        self._used[key] = used + 1
        return True


class Rate:
    """Calls in a sliding second. `limit` 0 is no limit.

    `highest` is the largest number of calls that arrived in any second, refused ones among them.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._arrived: deque[float] = deque()
        self._admitted: deque[float] = deque()
        self.highest = 0

    def take(self, moment: float) -> bool:
        """Count a call, unless the second is full; `moment` in seconds of a monotonic clock."""
        _forget(self._arrived, moment - WINDOW_S)
        self._arrived.append(moment)
        self.highest = max(self.highest, len(self._arrived))
        _forget(self._admitted, moment - WINDOW_S + JITTER_S)
        if self._limit and len(self._admitted) >= self._limit:
            return False
        self._admitted.append(moment)
        return True


def _forget(moments: deque[float], until: float) -> None:
    while moments and moments[0] <= until:
        moments.popleft()
