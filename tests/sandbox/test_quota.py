from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sandbox.quota import DayQuota, Rate, pacific_day

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("midnight", "season"),
    [
        (datetime(2026, 1, 10, 8, tzinfo=UTC), "standard time is 8 hours behind"),
        (datetime(2026, 7, 10, 7, tzinfo=UTC), "summer time is 7 hours behind"),
        (datetime(2026, 3, 8, 8, tzinfo=UTC), "the night in which summer time begins"),
        (datetime(2026, 3, 9, 7, tzinfo=UTC), "the first midnight of summer time"),
        (datetime(2026, 11, 1, 7, tzinfo=UTC), "the night in which summer time ends"),
        (datetime(2026, 11, 2, 8, tzinfo=UTC), "the first midnight of standard time"),
    ],
)
def test_the_day_of_the_quota_ends_at_midnight_pacific_time(
    midnight: datetime, season: str
) -> None:
    quota = DayQuota(2)
    before = midnight - SECOND
    assert [quota.take("k", before) for _ in range(3)] == [True, True, False], season
    assert [quota.take("k", midnight) for _ in range(3)] == [True, True, False], season


def test_the_days_of_a_change_of_the_clocks_have_23_and_25_hours() -> None:
    spring = [datetime(2026, 3, 8, 8, tzinfo=UTC) + timedelta(hours=h) for h in range(30)]
    autumn = [datetime(2026, 11, 1, 7, tzinfo=UTC) + timedelta(hours=h) for h in range(30)]
    assert sum(pacific_day(hour) == pacific_day(spring[0]) for hour in spring) == 23
    assert sum(pacific_day(hour) == pacific_day(autumn[0]) for hour in autumn) == 25


def test_each_key_has_a_quota_of_its_own() -> None:
    quota, now = DayQuota(1), datetime(2026, 11, 21, tzinfo=UTC)
    assert [quota.take(key, now) for key in ("a", "b", "a", "b")] == [True, True, False, False]


def test_a_quota_of_0_is_no_limit() -> None:
    quota, rate = DayQuota(0), Rate(0)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert all(quota.take("k", now) and rate.take(0.0) for _ in range(5_000))
    assert rate.highest == 5_000


@given(st.integers(1, 20), st.floats(0, 0.04), st.integers(0, 1_000))
def test_a_client_that_paces_itself_to_the_limit_is_never_refused(
    limit: int, jitter: float, start: int
) -> None:
    rate = Rate(limit)
    moments = [start + n / limit + (jitter if n % 2 else 0) for n in range(100)]
    assert all(rate.take(moment) for moment in sorted(moments))


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60), st.integers(1, 5))
def test_no_second_has_more_calls_than_the_limit(arrivals: list[float], limit: int) -> None:
    rate = Rate(limit)
    admitted = [moment for moment in sorted(arrivals) if rate.take(moment)]
    for first in admitted:
        assert sum(first <= moment < first + 0.9 for moment in admitted) <= limit


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_the_highest_rate_counts_refused_calls_too(arrivals: list[float]) -> None:
    rate = Rate(1)
    for moment in sorted(arrivals):
        rate.take(moment)
    most = max(sum(last - 1 < each <= last for each in arrivals) for last in arrivals)
    assert rate.highest == pytest.approx(most, abs=0)


def test_a_refused_call_takes_no_room_in_the_second() -> None:
    rate = Rate(1)
    taken = [rate.take(moment / 10) for moment in range(21)]
    assert [moment for moment, was_taken in enumerate(taken) if was_taken] == [0, 10, 20]
