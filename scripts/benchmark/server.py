"""The server of the benchmarks: a Google Books that answers faster than any client can ask.

HTTP is written by hand over asyncio's protocols, on uvloop where it is installed: no more of it
than clients of an API use (GET, no bodies, connections kept or closed as the client wishes).
"""

import asyncio
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, urlsplit

import msgspec

from crawler.sandbox.errors import BY_NAME
from scripts.benchmark import expected
from scripts.benchmark.answers import make_answers
from scripts.benchmark.behaviour import Behaviour, Ready
from scripts.benchmark.calls import Calls
from scripts.benchmark.cores import keep_to
from scripts.benchmark.loop import loop_factory, loop_name
from scripts.benchmark.replies import Replies, part, reply

LARGEST_HEAD = 64 * 1024

MOST_WISHES = 1_000
"""Headers that are remembered: a client sends the same with each call, or is a little slower."""

_ASKED = re.compile(rb"isbn(?::|%3A|%3a)([0-9]{13})")
_BACKEND_ERROR = reply([part(BY_NAME["503"].body, last=True)], b"503 Service Unavailable")
_EMPTY = reply([part(b"", last=True)])


class Service:
    """What all connections share: the replies, and the calls since the last `begin`."""

    def __init__(self, replies: Replies) -> None:
        self.replies = replies
        self.calls = Calls(Behaviour())

    def control(self, target: bytes) -> bytes:
        """`/bench/begin?…` starts counting anew, `/bench/arrivals` tells; neither is a call."""
        url = urlsplit(target.decode())
        if url.path == "/bench/begin":
            settings = dict(parse_qsl(url.query))
            self.calls = Calls(msgspec.convert(settings, Behaviour, strict=False))
            return _EMPTY.plain
        body = msgspec.json.encode(self.calls.arrivals())
        return reply([part(body, last=True)]).plain

    def answer(self, target: bytes, *, packed: bool) -> bytes:
        """The reply to a call."""
        asked = _ASKED.findall(target)
        if self.calls.arrived(len(asked), time.monotonic()):
            return _BACKEND_ERROR.packed if packed else _BACKEND_ERROR.plain
        return self.replies.find(asked or [b""], packed=packed)


class Connection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._rest = b""
        self._fresh = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's has another base class

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        data = self._rest + data if self._rest else data
        while (end := data.find(b"\r\n\r\n")) >= 0:
            self._answer(data[:end])
            data = data[end + 4 :]
        self._rest = data
        if len(data) > LARGEST_HEAD:
            self._transport.close()

    def _answer(self, request: bytes) -> None:
        line, _, headers = request.partition(b"\r\n")
        target = line.split(b" ", 2)[1]
        wishes = _wishes(headers)
        if target.startswith(b"/bench/"):
            self._send(self._service.control(target), wishes.closes)
            return
        behaviour = self._service.calls.behaviour
        answer = self._service.answer(target, packed=wishes.gzip)
        wait_s = behaviour.latency_s + self._fresh * behaviour.connect_s
        self._fresh = False
        if wait_s:
            asyncio.get_running_loop().call_later(wait_s, self._send, answer, wishes.closes)
        else:
            self._send(answer, wishes.closes)

    def _send(self, answer: bytes, closes: bool) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(answer)
        if closes:
            self._transport.close()


class Wishes(msgspec.Struct, frozen=True):
    """What the headers of a request ask for."""

    gzip: bool
    closes: bool


_wishes_of: dict[bytes, Wishes] = {}


def _wishes(headers: bytes) -> Wishes:
    """Google packs only for those whose User-Agent, too, says gzip."""
    if (known := _wishes_of.get(headers)) is None:
        lines = [line.partition(b":") for line in headers.lower().split(b"\r\n")]
        fields = {name: value.strip() for name, _, value in lines}
        known = Wishes(
            gzip=all(b"gzip" in fields.get(n, b"") for n in (b"accept-encoding", b"user-agent")),
            closes=fields.get(b"connection") == b"close",
        )
        if len(_wishes_of) < MOST_WISHES:
            _wishes_of[headers] = known
    return known


async def serve(replies: Replies, say: Callable[[Ready], None]) -> None:
    """Listen on a free port of loopback, and say which, until cancelled."""
    service = Service(replies)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(service), "127.0.0.1", 0, backlog=4096)
    port: int = server.sockets[0].getsockname()[1]
    say(Ready(port, loop_name(), *replies.mean_bytes))
    await server.serve_forever()


def main() -> None:
    """`server BOOKS FOLDER CORE…`: prepare, note in the folder what is expected, say so, serve."""
    books, folder, *core = sys.argv[1:]
    keep_to([int(number) for number in core])
    replies = Replies(expected.noting(make_answers(int(books)), Path(folder)))
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(replies, _say))


def _say(ready: Ready) -> None:
    print(msgspec.json.encode(ready).decode(), flush=True)


if __name__ == "__main__":
    main()
