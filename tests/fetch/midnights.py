"""Midnights in California, where the quota's day ends."""

from datetime import UTC, datetime


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WINTER = utc("2026-11-21T08:00")
MIDNIGHTS = [
    WINTER,
    utc("2026-07-01T07:00"),  # in summer
    utc("2026-03-08T08:00"),  # begins the day of 23 hours
    utc("2026-03-09T07:00"),  # ends it
    utc("2026-11-01T07:00"),  # begins the day of 25 hours
    utc("2026-11-02T08:00"),  # ends it
]
