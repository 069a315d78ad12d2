"""A network that lets no call through, or a TLS that is not to be trusted: what never left costs
nothing, and another run goes on.
"""

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import pytest

from crawler.commands.summary import Summary
from crawler.drain import Stop
from crawler.fetch.health import HUNG
from tests.calls.conftest import _a_users_own_folder
from tests.faults.account import Account
from tests.faults.certificates import Certificate, trusting
from tests.faults.hostile import Fault, Talk, always, answer, hostile, reply
from tests.faults.inside import Inside, run_inside, undisturbed
from tests.faults.sending import then_hangs_up, then_resets, whole

__all__ = ["_a_users_own_folder"]

ISBNS = 12
WORKERS = 4
HOST = "127.0.0.1"

GIVEN_UP_S = 600.0
"""A run that reaches nobody ends within two minutes; the clock jumps on where a disk is slow."""

Address = Callable[[], AbstractAsyncContextManager[str]]
"""Where nobody answers, up to the port."""


def no_such_name(*_asked: object, **_more: object) -> NoReturn:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@asynccontextmanager
async def unknown_name() -> AsyncIterator[str]:
    """Some resolvers have an answer to everything, and some take their time to have none."""
    with patch("socket.getaddrinfo", no_such_name):
        yield "http://books.invalid"


@asynccontextmanager
async def closed_port() -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def full_queue() -> AsyncIterator[str]:
    """Whoever would connect now gets no word: the packets are dropped, as by a firewall."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening:
        waiting = [socket.socket() for _ in range(3)]
        for connection in waiting:
            connection.setblocking(False)
            connection.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        for connection in waiting:
            connection.close()


@asynccontextmanager
async def silent_handshake() -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


@asynccontextmanager
async def no_tls() -> AsyncIterator[str]:
    async def answer_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(reply(b"{}", status="400 Bad Request"))
        writer.close()

    async with await asyncio.start_server(answer_plainly, "127.0.0.1", 0) as server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


NOBODY: dict[str, tuple[Address, str]] = {
    "name that does not resolve": (
        unknown_name,
        r"^books\.invalid cannot be reached \((Name or|Temporary failure) .+",
    ),
    "port closed": (closed_port, r"^127\.0\.0\.1 cannot be reached \(Connection refused\)$"),
    "packets dropped": (full_queue, r"^no connection to 127\.0\.0\.1 was made in time$"),
    "TLS that stalls": (silent_handshake, r"^no connection to 127\.0\.0\.1 was made in time$"),
    "plain HTTP in the place of TLS": (no_tls, r"^127\.0\.0\.1 does not speak TLS \(.+\)$"),
}


async def crawl_in_vain(inside: Inside, url: str, sentence: str, **options: Any) -> Summary:
    """Crawl where nobody answers: nothing is settled, and the run ends in a sentence."""
    summary = await inside.crawl(75, url=f"{url}/books/v1", **options)
    assert summary.stopped is not None
    assert summary.stopped.why is Stop.UNREACHABLE
    assert re.search(sentence, summary.stopped.sentence), summary.stopped.sentence
    assert summary.ledger.pending == inside.isbns
    assert summary.seconds < GIVEN_UP_S
    return summary


@pytest.mark.parametrize("name", NOBODY)
def test_where_no_call_can_leave_none_is_counted_and_another_run_goes_on(
    tmp_path: Path, account: Account, name: str
) -> None:
    if name == "packets dropped" and sys.platform != "linux":
        pytest.skip("elsewhere a full queue refuses")
    expected = undisturbed(ISBNS)
    address, sentence = NOBODY[name]

    async def reach_nobody(inside: Inside) -> None:
        async with address() as url:
            summary = await crawl_in_vain(inside, url, sentence)
        assert (summary.calls.total, summary.quota.used) == (0, 0)
        await inside.finish(expected)

    run_inside(tmp_path, ISBNS, reach_nobody)
    account("network", name, "an address on loopback", times=1, lost=0)


def test_a_port_that_accepts_and_never_answers_is_left_after_a_few_calls(
    tmp_path: Path, account: Account
) -> None:
    expected = undisturbed(ISBNS)

    async def hear_nothing(inside: Inside) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            sentence = r"^127\.0\.0\.1 did not answer in time$"
            summary = await crawl_in_vain(inside, url, sentence, unread=2 * WORKERS)
        assert HUNG <= summary.calls.total == summary.quota.used
        await inside.finish(expected)

    run_inside(tmp_path, ISBNS, hear_nothing)
    account("network", "accepts and never answers", "an address on loopback", times=1, lost=0)


AUTHORITY = Certificate("authority.example")
CERTIFICATES = {
    "signed by itself": (Certificate(HOST), "self-signed certificate"),
    "of an unknown authority": (
        Certificate(HOST, authority=Certificate("another.example")), "unable to get local issuer",
    ),
    "expired": (Certificate(HOST, authority=AUTHORITY, days=-0.5), "certificate has expired"),
    "of another host": (Certificate("books.example", authority=AUTHORITY), "not valid for"),
}  # fmt: skip


@pytest.mark.parametrize("name", CERTIFICATES)
def test_to_a_host_with_a_wrong_certificate_no_call_is_made_and_it_is_said_why(
    tmp_path: Path, account: Account, name: str
) -> None:
    expected = undisturbed(ISBNS)
    certificate, why = CERTIFICATES[name]
    told = rf"^the certificate of 127\.0\.0\.1 is not to be trusted \(.*{why}.*\)$"

    async def distrust(inside: Inside) -> None:
        async with hostile(tmp_path / "calls", tls=certificate.context(tmp_path)) as server:
            url = server.url.removesuffix("/books/v1")
            summary = await crawl_in_vain(inside, url, told)
            assert (summary.calls.total, summary.quota.used, server.requests) == (0, 0, 0)
        await inside.finish(expected)

    with trusting(AUTHORITY):
        run_inside(tmp_path, ISBNS, distrust)
    account("network", f"TLS certificate {name}", "an address on loopback", times=1, lost=0)


def test_through_tls_what_breaks_is_asked_for_again_as_well(
    tmp_path: Path, account: Account
) -> None:
    expected = undisturbed(ISBNS)
    faults = cycle([then_resets(lambda _: b""), then_hangs_up(lambda talk: whole(talk)[:-20])])

    async def break_some(inside: Inside) -> int:
        inside.server.meets = lambda call: None if call % 3 else next(faults)
        await inside.crawl(0)
        assert inside.trial.program.database.contents() == expected
        return inside.server.faults

    with trusting(AUTHORITY):
        tls = Certificate(HOST, authority=AUTHORITY).context(tmp_path)
        met = run_inside(tmp_path, ISBNS, break_some, tls=tls)
    account("network", "TLS broken off", "hostile server: every third call", times=met, lost=0)


async def close_while_idle(talk: Talk) -> None:
    await answer(talk)
    await asyncio.sleep(5)
    talk.hang_up()


async def close_as_the_next_call_comes(talk: Talk) -> None:
    await answer(talk) if talk.is_first else talk.hang_up()


async def forget(talk: Talk) -> None:
    """As a router does after a while: what comes on an old connection goes nowhere."""
    await (answer(talk) if talk.is_first else talk.outlasted())


STALE: dict[str, tuple[Fault, float]] = {
    "closed while it was idle": (close_while_idle, 0.1),
    "closed as the next call comes": (close_as_the_next_call_comes, 0.0),
    "forgotten on the way": (forget, 0.0),
}


@pytest.mark.parametrize("name", STALE)
def test_a_kept_connection_that_has_gone_stale_costs_a_call_at_most(
    tmp_path: Path, account: Account, name: str
) -> None:
    expected = undisturbed(ISBNS)
    fault, rate = STALE[name]

    async def go_stale(inside: Inside) -> Summary:
        inside.server.meets = always(fault)
        summary = await inside.crawl(0, rate=rate)
        assert inside.trial.program.database.contents() == expected
        return summary

    summary = run_inside(tmp_path, ISBNS, go_stale)
    assert summary.calls.total <= 2 * ISBNS
    assert summary.calls.total == ISBNS or fault is not close_while_idle
    account("network", f"kept connection {name}", "hostile server", times=ISBNS, lost=0)
