"""A Google Books on raw streams: it answers as the sandbox does, but for the faults it is given.

Every byte that leaves it is written by hand, so that a fault may stand anywhere on the wire.
"""

import asyncio
import gzip
import re
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from crawler.sandbox import SandboxOptions
from crawler.sandbox.api import Api, parse_call
from crawler.sandbox.calllog import Call, CallLog, call_time
from crawler.sandbox.collection import MadeUp
from crawler.sandbox.errors import Refused

MADE_UP = SandboxOptions()
"""The world whose books it has."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Talk:
    """A request that came, and the connection to answer on.

    `request` is its head; `body` the right answer to it, in plain JSON; `is_first` tells whether no
    other came there before.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        request: str,
        body: bytes,
        *,
        is_first: bool,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self.request = request
        self.body = body
        self.is_first = is_first

    async def send(self, *parts: bytes) -> None:
        """Write, and see it off."""
        self._writer.write(b"".join(parts))
        await self._writer.drain()

    async def outlasted(self) -> None:
        """Send nothing more, until the client has gone."""
        await self._reader.read()

    def hang_up(self) -> None:
        """End the connection in good order, after all that was written."""
        self._writer.close()

    def reset(self) -> None:
        """End it as a router does that has forgotten the connection."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._writer.transport.abort()


Fault = Callable[[Talk], Awaitable[None]]
"""What happens to a call instead of the right answer; the connection stays open after it, unless
the fault ends it.
"""

Meets = Callable[[int], Fault | None]
"""The fault that a call meets, by its number, from 1."""


def head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode("latin-1")


def reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole response, with the length of its body."""
    return head(*headers, f"Content-Length: {len(body)}", status=status) + body


def packed(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1, mtime=0)


async def answer(talk: Talk) -> None:
    """The right one, as Google sends it."""
    await talk.send(reply(packed(talk.body), "Content-Encoding: gzip"))


def never(_call: int) -> Fault | None:
    return None


def always(fault: Fault) -> Meets:
    return lambda _call: fault


def every(nth: int, fault: Fault) -> Meets:
    return lambda call: None if call % nth else fault


class Hostile:
    """The server. `meets` may be changed while it runs; `open` are its connections of now,
    `accepted` counts them all; `requests` and `faults` count the calls.
    """

    def __init__(self, log: Path, tls: ssl.SSLContext | None) -> None:
        log.touch()
        self.log = log
        self.meets: Meets = never
        self.port = 0
        self.requests = self.faults = self.accepted = 0
        self.open: set[asyncio.Task[None]] = set()
        self._tls = tls
        self._api = Api(MadeUp(MADE_UP.world), honour_or=True)
        self._server: asyncio.Server | None = None
        self._mistakes: list[BaseException] = []

    @property
    def url(self) -> str:
        """The API's root."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/books/v1"

    def heal(self) -> None:
        """From now on every call is answered."""
        self.meets = never

    async def listen(self) -> None:
        """Open the port: any free one, and after `leave` the same again."""
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", self.port, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def close_port(self) -> None:
        """Let nobody in any more; whoever is there stays."""
        if self._server is not None:
            self._server.close()

    async def leave(self) -> None:
        """Close the port and all connections."""
        self.close_port()
        for connection in self.open:
            connection.cancel()
        if self.open:
            await asyncio.wait(self.open)
        for mistake in self._mistakes:
            raise mistake

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        connection = asyncio.create_task(self._serve(reader, writer))
        self.open.add(connection)
        connection.add_done_callback(self._end)

    def _end(self, connection: asyncio.Task[None]) -> None:
        self.open.discard(connection)
        if not connection.cancelled() and (mistake := connection.exception()):
            self._mistakes.append(mistake)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(asyncio.IncompleteReadError, OSError):
            is_first = True
            while not writer.is_closing():
                request = (await reader.readuntil(b"\r\n\r\n")).decode()
                url = urlsplit(request.split(" ", 2)[1])
                parameters = dict(parse_qsl(url.query))
                fault = self._fault_of(url, parameters)
                body = self._right_answer(parameters)
                talk = Talk(reader, writer, request, body, is_first=is_first)
                await (fault or answer)(talk)
                is_first = False

    def _fault_of(self, url: SplitResult, parameters: dict[str, str]) -> Fault | None:
        """What the call meets; it is counted and written down."""
        self.requests += 1
        fault = self.meets(self.requests)
        self.faults += fault is not None
        call = Call(
            time=call_time(datetime.now(UTC)),
            monotonic=asyncio.get_running_loop().time(),
            path=url.path,
            query=url.query,
            status=None if fault else 200,
            isbns=tuple(re.findall(r"\d{13}", parameters.get("q", ""))),
            fault="hostile" if fault else None,
        )
        with CallLog(self.log) as log:
            log.write(call)
        return fault

    def _right_answer(self, parameters: dict[str, str]) -> bytes:
        try:
            return self._api.answer(parse_call(parameters, None)).body
        except Refused as refused:  # it is no search
            return refused.answer.body


@asynccontextmanager
async def hostile(log: Path, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Hostile]:
    """Serve on a free port of loopback until the block is left; the calls go to `log`, a line each,
    as the sandbox writes them.
    """
    server = Hostile(log, tls)
    await server.listen()
    try:
        yield server
    finally:
        await server.leave()
