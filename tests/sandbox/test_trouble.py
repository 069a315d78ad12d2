"""Trouble on purpose, over real sockets on loopback."""

import json
from pathlib import Path

import aiohttp
import pytest

from crawler.sandbox import SandboxOptions, parse_faults
from tests.sandbox.client import ISBN, KEY, sandbox
from tests.sandbox.world import WORLD, TurnedClock


def with_faults(text: str) -> SandboxOptions:
    return SandboxOptions(seed=WORLD.seed, hit_rate=WORLD.hit_rate, errors=parse_faults(text))


async def test_every_answer_waits_for_the_latency() -> None:
    clock = TurnedClock()
    async with sandbox(SandboxOptions(latency_s=(2.0, 3.0)), clock) as client:
        await client.search("x")
    assert 2 <= clock.passed_s <= 3


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        ("reset", aiohttp.ClientOSError),
        ("stall", aiohttp.ClientOSError),
        ("cut", aiohttp.ClientPayloadError),
    ],
)
async def test_a_fault_of_the_connection_ends_the_call_without_an_answer(
    fault: str, raised: type[Exception], tmp_path: Path
) -> None:
    log = tmp_path / "calls.jsonl"
    options = SandboxOptions(errors=parse_faults(f"{fault}=1"), log=log)
    async with sandbox(options) as client:
        with pytest.raises(raised):
            await client.search("the copper coast", KEY)
    (line,) = log.read_text().splitlines()
    assert json.loads(line)["fault"] == fault
    assert json.loads(line)["status"] == (200 if fault == "cut" else None)


async def test_a_dripping_answer_arrives_whole_after_a_long_time() -> None:
    clock = TurnedClock()
    async with sandbox(with_faults("drip=1"), clock) as client:
        got = await client.search(f"isbn:{ISBN}")
    assert got.json["totalItems"] == 1
    assert clock.passed_s == pytest.approx(20, abs=1)


@pytest.mark.parametrize("fault", ["torn", "empty", "html200"])
async def test_a_fault_of_the_body_is_a_200_that_is_no_json(fault: str) -> None:
    async with sandbox(with_faults(f"{fault}=1")) as client:
        got = await client.search(f"isbn:{ISBN}")
    assert got.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(got.body)


@pytest.mark.parametrize(
    ("fault", "status"),
    [("503", 503), ("html", 502), ("unknownLocation", 403), ("keyInvalid", 400), ("504", 504)],
)
async def test_a_refusal_can_be_asked_for_by_name(fault: str, status: int) -> None:
    async with sandbox(with_faults(f"{fault}=1")) as client:
        assert (await client.search(f"isbn:{ISBN}")).status == status
