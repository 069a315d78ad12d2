"""Is it this ISBN, or is it the source? What chance explains is no reason to give up."""

from collections.abc import Callable
from math import ceil, log

FADES = 0.99
"""What a call weighs in comparison with the next one: the mean is over some 100 calls."""

GOOD_AT_FIRST = 9.0
"""The mean begins as if ten calls had been made and one refused."""

LEAST_REFUSED, MOST_REFUSED = 0.1, 0.95

CHANCE_FOR_ONE = 1e-6
"""An ISBN is given up when chance alone would refuse it so often in less than one case of these."""

CHANCE_OF_DOUBT = 0.05
"""A group is halved when chance alone would refuse it so often in less than one case of 20."""

CHANCE_FOR_ALL = 1e-9
"""The source is dead when chance alone would refuse all calls so often in a row."""

REFUSED_IN_A_ROW = 30
"""... and not before this many, while little is known of it."""

SILENT_S = 10.0
"""... and not before this long after its last answer: many workers are refused in one moment."""

OUTAGE_S = 180.0
"""... and where it had answered, not before no connection was made for this long: a router that
starts anew is back in two minutes, and waiting for it costs no call."""

UNCONNECTED = 3
"""How many refusals one counts for where no connection was made, or no answer came in time."""

HUNG = 2
"""Calls in a row that took all of their time, where none was answered yet: a minute, as a rule."""

MISUNDERSTOOD = 10
"""Calls in a row that the source did not understand: it is not the one we take it for."""


class Health:
    """How the source is doing, over all workers of a run; `now` tells monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._silent_since: float | None = None
        self._out_since: float | None = None
        self._good = GOOD_AT_FIRST
        self._refused = 1.0
        self._in_a_row = self._hung = self._misunderstood = 0
        self.answers = 0
        self._share_in_life = LEAST_REFUSED

    def good(self) -> None:
        """A call was answered."""
        self._fade()
        self._good += 1
        self._in_a_row = self._hung = self._misunderstood = 0
        self._silent_since = self._out_since = None
        self.answers += 1
        self._share_in_life = self.share_refused

    def refused(self, *, unconnected: bool = False, hung: bool = False) -> None:
        """A call was refused, or broke, or `hung` until its time was over."""
        self._fade()
        self._refused += 1
        self._hung += hung
        self._in_a_row += UNCONNECTED if unconnected or hung else 1
        if self._silent_since is None:
            self._silent_since = self._now()
        if not (unconnected or hung):  # what hung may have left long ago
            self._out_since = None
        elif unconnected and self._out_since is None:
            self._out_since = self._now()

    def misunderstood(self) -> None:
        """A call was refused as wrong, which no waiting mends."""
        self.refused()
        self._misunderstood += 1

    @property
    def answered(self) -> bool:
        """Whether any call was answered yet."""
        return self.answers > 0

    @property
    def share_refused(self) -> float:
        """Of the last 100 calls or so, kept away from 0 and 1."""
        share = self._refused / (self._good + self._refused)
        return min(max(share, LEAST_REFUSED), MOST_REFUSED)

    @property
    def patience(self) -> int:
        """Refusals in a row of one ISBN that chance may explain: 6 as a rule, 62 in a bad hour.

        By the share of refusals when the last answer came: its own are no excuse for an ISBN.
        """
        return ceil(log(CHANCE_FOR_ONE) / log(self._share_in_life))

    @property
    def doubt(self) -> int:
        """Refusals in a row that make one wonder what was asked: 2 as a rule, 14 in a bad hour."""
        return ceil(log(CHANCE_OF_DOUBT) / log(self.share_refused))

    @property
    def hangs(self) -> bool:
        """Whether nothing came of any call but waiting."""
        return self._hung >= HUNG and not self.answered

    @property
    def dead(self) -> bool:
        """Whether so many calls in a row were refused that nobody is there to answer.

        By the share of refusals when the last answer came, too: the row is no excuse for itself.
        """
        if self._misunderstood >= MISUNDERSTOOD:
            return True
        chance = ceil(log(CHANCE_FOR_ALL) / log(self._share_in_life)) if self.answered else 0
        enough = self.hangs or self._in_a_row >= max(REFUSED_IN_A_ROW, chance)
        if self._silent_since is None or not enough:
            return False
        if self.answered and self._out_since is not None:
            return self._now() - self._out_since >= OUTAGE_S
        return self._now() - self._silent_since >= SILENT_S

    def _fade(self) -> None:
        self._good *= FADES
        self._refused *= FADES
