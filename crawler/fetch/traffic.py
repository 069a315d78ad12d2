"""What the calls of a run were like, minute by minute: for those who ask why it took so long."""

from datetime import UTC, datetime, timedelta

from crawler.call import CallMinute
from crawler.clock import Clock

_MINUTE = timedelta(minutes=1)
_MS = 1000


class _Sum:
    """Of the calls of a minute that ended alike; times in seconds."""

    __slots__ = ("calls", "isbns", "slowest_s", "total_s")

    def __init__(self) -> None:
        self.calls = self.isbns = 0
        self.total_s = self.slowest_s = 0.0


class Traffic:
    """Sums up calls by the minute in which they ended and by status, until they are taken."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun = datetime.min.replace(tzinfo=UTC)
        self._sums: dict[tuple[datetime, str], _Sum] = {}
        self._taken_at = clock.now()

    def note(self, status: str, isbns: int, seconds: float) -> None:
        """A call that named so many ISBNs has ended after so long."""
        now = self._clock.now()
        if not self._begun <= now < self._begun + _MINUTE:
            self._begun = now.replace(second=0, microsecond=0)
        key = (self._begun, status)
        of = self._sums.get(key)
        if of is None:
            of = self._sums[key] = _Sum()
        of.calls += 1
        of.isbns += isbns
        of.total_s += seconds
        of.slowest_s = max(of.slowest_s, seconds)

    @property
    def waiting_s(self) -> float:
        """How long ago they were taken, in seconds."""
        return abs((self._clock.now() - self._taken_at).total_seconds())

    def take(self) -> list[CallMinute]:
        """What came since it was taken last."""
        sums, self._sums = self._sums, {}
        self._taken_at = self._clock.now()
        return [
            CallMinute(
                f"{minute:%Y-%m-%dT%H:%MZ}", status, of.calls, of.isbns,
                round(of.total_s * _MS), round(of.slowest_s * _MS),
            )
            for (minute, status), of in sums.items()
        ]  # fmt: skip
