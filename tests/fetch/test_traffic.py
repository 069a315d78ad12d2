"""Calls are told by the minute in which they ended, each of them once."""

from datetime import UTC, datetime

import pytest

from crawler.call import CallMinute
from crawler.fetch.traffic import Traffic
from tests.fetch.desk import TurnedClock

BEGIN = datetime(2026, 11, 20, 20, 0, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock(BEGIN)


@pytest.fixture
def traffic(clock: TurnedClock) -> Traffic:
    return Traffic(clock)


def test_calls_that_ended_alike_within_a_minute_are_one_sum(
    traffic: Traffic, clock: TurnedClock
) -> None:
    traffic.note("200", 20, 0.25)
    clock.turn(29.999)
    traffic.note("200", 1, 1.0)
    traffic.note("503", 4, 0.125)
    assert traffic.take() == [
        CallMinute("2026-11-20T20:00Z", "200", calls=2, isbns=21, total_ms=1250, slowest_ms=1000),
        CallMinute("2026-11-20T20:00Z", "503", calls=1, isbns=4, total_ms=125, slowest_ms=125),
    ]


def test_a_minute_begins_with_the_clocks_and_not_with_its_first_call(
    traffic: Traffic, clock: TurnedClock
) -> None:
    for turned in (0, 29.999, 0.001, 59.999, 0.001, 3600):
        clock.turn(turned)
        traffic.note("200", 1, 0.1)
    assert [(of.minute, of.calls) for of in traffic.take()] == [
        ("2026-11-20T20:00Z", 2), ("2026-11-20T20:01Z", 2), ("2026-11-20T20:02Z", 1),
        ("2026-11-20T21:02Z", 1),
    ]  # fmt: skip


def test_what_was_taken_is_not_told_again(traffic: Traffic) -> None:
    traffic.note("200", 1, 0.5)
    traffic.take()
    assert traffic.take() == []
    traffic.note("200", 1, 0.1)
    (rest,) = traffic.take()
    assert (rest.calls, rest.slowest_ms) == (1, 100)


def test_with_the_clock_set_back_a_minute_that_comes_again_stays_one(
    traffic: Traffic, clock: TurnedClock
) -> None:
    for turned in (0, 60, -60, -60):
        clock.turn(turned)
        traffic.note("200", 1, 0.1)
    assert {of.minute: of.calls for of in traffic.take()} == {
        "2026-11-20T20:00Z": 2, "2026-11-20T20:01Z": 1, "2026-11-20T19:59Z": 1,
    }  # fmt: skip


@pytest.mark.parametrize("turned", [12.5, -12.5])
def test_whoever_waits_for_them_waits_no_longer_with_the_clock_set_back(
    traffic: Traffic, clock: TurnedClock, turned: float
) -> None:
    clock.turn(turned)
    assert traffic.waiting_s == 12.5
    traffic.take()
    assert traffic.waiting_s == 0
