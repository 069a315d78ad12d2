"""How a hostile server sends: some bytes, and then what."""

import asyncio
from collections.abc import Callable

from tests.faults.hostile import Fault, Talk, packed, reply

GZIP = "Content-Encoding: gzip"

Bytes = Callable[[Talk], bytes]


def sends(make: Bytes) -> Fault:
    async def send(talk: Talk) -> None:
        await talk.send(make(talk))

    return send


def then_hangs_up(make: Bytes) -> Fault:
    async def send(talk: Talk) -> None:
        await talk.send(make(talk))
        talk.hang_up()

    return send


def then_resets(make: Bytes) -> Fault:
    async def send(talk: Talk) -> None:
        await talk.send(make(talk))
        await asyncio.sleep(0)  # what was sent is read before the connection is gone
        talk.reset()

    return send


def then_says_nothing(make: Bytes) -> Fault:
    async def send(talk: Talk) -> None:
        await talk.send(make(talk))
        await talk.outlasted()

    return send


def then_drips(make: Bytes) -> Fault:
    """A byte a second, without end."""

    async def send(talk: Talk) -> None:
        await talk.send(make(talk))
        while True:
            await talk.send(b" ")
            await asyncio.sleep(1)

    return send


def body(content: bytes, *headers: str, status: str = "200 OK") -> Fault:
    return sends(lambda _talk: reply(content, *headers, status=status))


def whole(talk: Talk) -> bytes:
    return reply(packed(talk.body), GZIP)
