"""Keys, the day's quota and the rate, over real sockets on loopback."""

from datetime import UTC, datetime

import pytest

from crawler.sandbox import SandboxOptions, parse_faults
from tests.sandbox.client import KEY, sandbox
from tests.sandbox.world import TurnedClock


async def test_a_call_without_the_key_that_it_needs_meets_a_quota_of_0() -> None:
    async with sandbox(SandboxOptions(require_key=True)) as client:
        refused = await client.search("x")
        in_header = await client.search("x", KEY)
        in_query = await client.search("x", key="a-good-key")
    assert refused.status == 429
    assert b'"quota_limit_value": "0"' in refused.body
    assert (in_header.status, in_query.status) == (200, 200)


@pytest.mark.parametrize("key", ["bad-key", "with blank", "schlüssel"])
async def test_a_key_that_is_none_is_not_valid(key: str) -> None:
    async with sandbox() as client:
        got = await client.search("x", key=key)
    assert (got.status, got.reason) == (400, "badRequest")
    assert b"API key not valid" in got.body


@pytest.mark.parametrize(("as_403", "status"), [(False, 429), (True, 403)])
async def test_a_spent_day_is_refused_until_midnight_pacific(as_403: bool, status: int) -> None:
    clock = TurnedClock(datetime(2026, 11, 21, 7, 59, 58, tzinfo=UTC))
    options = SandboxOptions(daily_quota=2, refuse_as_403=as_403)
    async with sandbox(options, clock) as client:
        first = [await client.search("x", KEY) for _ in range(3)]
        clock.passed_s = 2
        tomorrow = await client.search("x", KEY)
    assert [got.status for got in first] == [200, 200, status]
    assert (first[2].reason, first[2].unit) == ("rateLimitExceeded", "1/d/{project}")
    assert tomorrow.status == 200


@pytest.mark.parametrize(("as_403", "status"), [(False, 429), (True, 403)])
async def test_too_many_calls_in_a_second_are_refused_for_a_moment(
    as_403: bool, status: int
) -> None:
    clock = TurnedClock()
    options = SandboxOptions(rate_limit=2, refuse_as_403=as_403)
    async with sandbox(options, clock) as client:
        first = [await client.search("x") for _ in range(3)]
        clock.passed_s = 1
        later = await client.search("x")
        statistics = await client.get("/../../sandbox/statistics")
    assert [got.status for got in first] == [200, 200, status]
    assert first[2].unit == "1/min/{project}/{user}"
    assert later.status == 200
    assert statistics.json == {
        "calls": 4, "by_status": {"200": 3, str(status): 1}, "highest_rate": 3,
    }  # fmt: skip


async def test_a_call_that_fails_has_used_its_quota() -> None:
    options = SandboxOptions(daily_quota=1, errors=parse_faults("503=1"))
    async with sandbox(options) as client:
        got = [await client.search("x") for _ in range(2)]
    assert [each.status for each in got] == [503, 429]
