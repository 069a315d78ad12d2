"""A database as a browser is given it: served on loopback, asked over HTTP."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from msgspec import Struct

browses = pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
"""Datasette leaves to Python the connections by which it finds out what SQLite can do."""


class Answer(Struct, frozen=True):
    status: int
    text: str
    headers: dict[str, str]


class Visitor:
    """Asks the server at `address`."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address = address
        self._session = session

    async def ask(
        self, path: str, headers: dict[str, str] | None = None, **arguments: str
    ) -> Answer:
        url = self.address.rstrip("/") + path
        async with self._session.get(url, params=arguments, headers=headers) as response:
            lower = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, await response.text(), lower)


@asynccontextmanager
async def browsing(path: Path) -> AsyncIterator[Visitor]:
    """The server, and in the end its end."""
    from crawler.catalog.browse import serve  # where warnings are as the test has marked them

    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stops: list[Callable[[], None]] = []

    def ready(url: str, stop: Callable[[], None]) -> None:
        stops.append(stop)
        address.set_result(url)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve(path, 0, ready))
        try:
            async with aiohttp.ClientSession() as session:
                yield Visitor(await address, session)
        finally:
            for stop in stops:
                stop()
    gc.collect()  # what Datasette left, before a test that is stricter comes
