"""Time, passed in wherever it is needed, and the day of Google's quota."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Google's quotas end with the day there (Google Cloud documentation, "Quotas reset at midnight
Pacific time"), daylight saving included."""


class Clock(Protocol):
    """The time of day; waiting is done by `Drain`, which can be interrupted."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)


def quota_day(now: datetime) -> date:
    """The day whose quota a call at `now` counts against."""
    return now.astimezone(PACIFIC).date()


def quota_day_ends(now: datetime) -> datetime:
    """When the quota's day of `now` ends and the next begins, in UTC."""
    next_day = quota_day(now) + timedelta(days=1)
    return datetime(next_day.year, next_day.month, next_day.day, tzinfo=PACIFIC).astimezone(UTC)


def iso(moment: datetime) -> str:
    """`2026-11-21T08:00:00Z`, as times stand in the database and in summaries."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
