"""A server on loopback that answers with the bytes a test wants, and keeps what it was sent."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing, suppress

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Loopback:
    """Each request gets the next of the answers, the last one for all that follow.

    Bytes are an answer after which the connection stays open; a function does as it likes.
    """

    def __init__(self, answers: Sequence[bytes | Answer]) -> None:
        self._answers = answers
        self._connections: set[asyncio.Task[None]] = set()
        self.base_url = ""
        self.requests: list[str] = []

    @property
    def named_url(self) -> str:
        """The same address by name; some things are not done for a number."""
        return self.base_url.replace("127.0.0.1", "localhost")

    @property
    def headers(self) -> dict[str, str]:
        """Of the only request that came."""
        (request,) = self.requests
        lines = request.split("\r\n")[1:-2]
        return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}

    def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def end(self) -> None:
        if self._connections:
            for task in self._connections:
                task.cancel()
            await asyncio.wait(self._connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await self._converse(reader, writer)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
        answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)


@asynccontextmanager
async def loopback(*answers: bytes | Answer) -> AsyncIterator[Loopback]:
    served = Loopback(answers)
    server = await asyncio.start_server(served.begin, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    served.base_url = f"http://{host}:{port}/books/v1"
    try:
        yield served
    finally:
        server.close()
        await served.end()
        await server.wait_closed()


async def reset(writer: asyncio.StreamWriter) -> None:
    """As a router does that has forgotten the connection."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


def cut(answer: bytes) -> Answer:
    """The answer, and the end of the connection before the end of the answer."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    return write


def drip(every_s: float) -> Answer:
    """A byte now and then, without end."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(every_s)

    return write
