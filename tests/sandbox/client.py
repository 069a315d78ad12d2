"""A client of the sandbox that changes nothing of what arrives."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import ClientSession

from crawler.sandbox import Clock, SandboxOptions, serve
from crawler.sandbox.world import Case
from tests.sandbox.world import WORLD, TurnedClock, isbn_with

OPTIONS = SandboxOptions(seed=WORLD.seed, hit_rate=WORLD.hit_rate)
ISBN = isbn_with(Case.ALONE)
KEY = {"x-goog-api-key": "a-good-key"}


class Got:
    """What came back."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> "dict[str, object]":
        answer: dict[str, object] = json.loads(self.body)
        return answer

    @property
    def reason(self) -> str:
        return str(json.loads(self.body)["error"]["errors"][0]["reason"])

    @property
    def unit(self) -> str:
        details = json.loads(self.body)["error"]["details"]
        return str(details[0]["metadata"]["quota_unit"])


class Client:
    """It undoes no compression, follows no redirect and tries nothing twice."""

    def __init__(self, url: str, session: ClientSession) -> None:
        self.url = url
        self._session = session

    async def get(self, path: str, headers: Mapping[str, str] | None = None, **query: str) -> Got:
        async with self._session.get(self.url + path, params=query, headers=headers) as response:
            return Got(response.status, response.headers, await response.read())

    async def search(
        self, query: str, headers: Mapping[str, str] | None = None, **more: str
    ) -> Got:
        return await self.get("/volumes", headers, q=query, **more)


@asynccontextmanager
async def sandbox(
    options: SandboxOptions = OPTIONS, clock: Clock | None = None
) -> AsyncIterator[Client]:
    async with (
        serve(options, clock=clock or TurnedClock()) as url,
        ClientSession(auto_decompress=False) as session,
    ):
        # Else aiohttp sends a GET once more by itself when its connection is reset.
        session._retry_connection = False
        yield Client(url, session)
