"""When it will be done: an honest answer, the day's quota included."""

import math

from msgspec import Struct

TENS_S = 9.95
MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
DAY_S = 24 * HOUR_S


class Estimate(Struct, frozen=True):
    """What is still to be done: calls, and how long they take.

    `seconds` are those of asking; `days` are the quota's days that it takes, today among them if
    there are calls left, and 0 where today's calls are enough.
    """

    calls: int
    seconds: float
    days: int


def estimate(calls: float, *, calls_per_s: float, quota_left: int | None, daily: int) -> Estimate:
    """What so many calls take; `quota_left` is `None` where there is no quota."""
    whole = math.ceil(calls)
    seconds = whole / calls_per_s if calls_per_s else 0.0
    if quota_left is None or whole <= quota_left:
        return Estimate(whole, seconds, 0)
    days_to_come = math.ceil((whole - quota_left) / daily) if daily else 0
    return Estimate(whole, seconds, days_to_come + bool(quota_left))


def in_words(remaining: Estimate) -> str:
    """`3 min`, or `4 days` where it takes more than today's quota."""
    if remaining.days:
        return "1 day" if remaining.days == 1 else f"{remaining.days:,} days"
    return duration(math.ceil(remaining.seconds))


def duration(seconds: float) -> str:
    """`0.3 s`, `12 s`, `3 min`, `2 h 20 min`, `3 days`: two digits are all that it is worth."""
    if seconds < TENS_S and seconds % 1:
        return f"{seconds:.1f} s"
    if seconds < MINUTE_S:
        return f"{math.ceil(seconds)} s"
    if seconds < HOUR_S:
        return f"{math.ceil(seconds / MINUTE_S)} min"
    if seconds < DAY_S:
        hours, rest = divmod(seconds, HOUR_S)
        return f"{hours:.0f} h {rest // MINUTE_S:.0f} min"
    return f"{math.ceil(seconds / DAY_S)} days"
