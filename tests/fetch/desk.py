"""A fetcher with all that it needs, in virtual time; only the network is not there."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random

import aiohttp
from aiohttp.client_reqrep import ConnectionKey

from crawler.call import Response, Trouble, Verdict
from crawler.drain import Drain
from crawler.fetch.client import open_client
from crawler.fetch.fetcher import Fetcher
from crawler.fetch.pace import Pace
from crawler.fetch.quota import BLOCK_S, DayQuota
from crawler.fetch.room import Room
from tests.fetch.conftest import BASE_URL, REQUEST

KEY = "the key"
NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
UNTIL_MIDNIGHT_S = 12 * 3600.0

REFUSED = aiohttp.ClientConnectorError(
    ConnectionKey("books.example", 443, True, True, None, None, None),
    ConnectionRefusedError(111, "Connection refused"),
)
CUT = aiohttp.ClientPayloadError("the body is cut")

VERDICTS = {
    503: Verdict(Trouble.TRANSIENT, "the service is down"),
    429: Verdict(Trouble.SHORT_LIMIT, "too many calls a minute"),
    420: Verdict(Trouble.SHORT_LIMIT, "too many calls a minute", retry_after_s=26),
    402: Verdict(Trouble.DAY_QUOTA, "too many calls today"),
    401: Verdict(Trouble.CREDENTIALS, "the key is not valid"),
    451: Verdict(Trouble.PLACE, "the place is not known"),
    400: Verdict(Trouble.BAD_REQUEST, "the query is not understood"),
}
"""What the statuses of these tests mean."""


class LoopClock:
    """The time of day, as the loop's clock runs."""

    def __init__(self, begins: datetime) -> None:
        self._begins = begins

    def now(self) -> datetime:
        return self._begins + timedelta(seconds=asyncio.get_running_loop().time())


class TurnedClock:
    """Stands until it is turned."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def turn(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class PlainBook:
    """A quota's book in memory, which survives the quota that writes in it."""

    def __init__(self) -> None:
        self.used: Counter[date] = Counter()

    async def reserve_calls(self, key: str, day: date, calls: int, limit: int) -> int:
        assert key == KEY
        given = min(calls, max(0, limit - self.used[day])) if limit else calls
        self.used[day] += given
        await asyncio.sleep(0)
        return given

    async def give_back_calls(self, key: str, day: date, calls: int) -> None:
        assert key == KEY
        await asyncio.sleep(0)
        self.used[day] -= calls

    async def calls_used(self, key: str, day: date) -> int:
        assert key == KEY
        await asyncio.sleep(0)
        return self.used[day]


class Desk:
    def __init__(
        self, fetcher: Fetcher, quota: DayQuota, drain: Drain, book: PlainBook, room: Room
    ) -> None:
        self.fetcher = fetcher
        self.quota = quota
        self.drain = drain
        self.book = book
        self.room = room

    async def get(self, *, tries: int = 6) -> str:
        return await self.fetcher.get(REQUEST, read, tries=tries)


def read(response: Response) -> str | Verdict:
    return VERDICTS.get(response.status) or response.body.decode()


@asynccontextmanager
async def open_desk(
    *,
    limit: int = 0,
    block: int = 1,
    rate: float = 0,
    places: int = 8,
    wait: bool = False,
    begins: datetime = NOON,
    seed: int = 1,
) -> AsyncIterator[Desk]:
    async with open_client(BASE_URL, {}, timeout_s=30, connections=places) as client:
        drain, book, clock, room = Drain(), PlainBook(), LoopClock(begins), Room(places)
        quota = DayQuota(book, KEY, clock, limit=limit, rate=block / BLOCK_S)
        fetcher = Fetcher(
            client,
            quota=quota,
            pace=Pace(rate, drain),
            room=room,
            drain=drain,
            clock=clock,
            random=Random(seed),  # noqa: S311 - no secret
            wait=wait,
        )
        yield Desk(fetcher, quota, drain, book, room)
