"""A call from end to end: quota, pace, HTTP, what a refusal leads to, and asking again."""

from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import TypeVar

from msgspec import Struct

from crawler.call import Request, Response, Trouble, Verdict
from crawler.drain import Drain, Draining, Stop
from crawler.fetch.client import CallBroke, Client
from crawler.fetch.pace import Pace
from crawler.fetch.quota import DayQuota, QuotaSpent
from crawler.fetch.retry import Troubled, asking_again

T = TypeVar("T")

NO_STATUS = "none"
"""Stands for the status of calls that got no whole response."""


class CallCounts(Struct, frozen=True):
    """Calls that were sent: all, those that asked again, and how many ended with which status."""

    total: int = 0
    retried: int = 0
    by_status: Mapping[str, int] = {}


class GaveUp(Exception):
    """The source could not be asked this; `passing` if the trouble may lie with the source."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.passing = verdict.trouble is not Trouble.BAD_REQUEST


class Fetcher:
    """Asks one source, on behalf of all workers."""

    def __init__(
        self, client: Client, *, quota: DayQuota, pace: Pace, drain: Drain, random: Random
    ) -> None:
        self._client = client
        self._quota = quota
        self._pace = pace
        self._drain = drain
        self._random = random
        self._statuses: Counter[str] = Counter()
        self._retried = 0

    @property
    def counts(self) -> CallCounts:
        """The calls so far."""
        return CallCounts(self._statuses.total(), self._retried, dict(self._statuses))

    async def get(self, request: Request, read: Callable[[Response], T | Verdict]) -> T:
        """What `read` makes of the response, asked for again while it says that trouble may pass.

        Raises `GaveUp` when it did not pass or can't, and `Draining` once the run is stopping.
        """
        try:
            return await self._ask(request, read)
        except Troubled as first:
            return await self._ask_again(first, request, read)

    async def _ask_again(
        self, first: Troubled, request: Request, read: Callable[[Response], T | Verdict]
    ) -> T:
        # tenacity comes in after a failure only: around every call it costs a third of the speed.
        try:
            async for attempt in asking_again(self._random, self._drain):
                with attempt:
                    if attempt.retry_state.attempt_number == 1:
                        raise first
                    self._retried += 1
                    return await self._ask(request, read)
        except Troubled as last:
            raise GaveUp(last.verdict) from last
        raise AssertionError("tenacity returns or raises")

    async def _ask(self, request: Request, read: Callable[[Response], T | Verdict]) -> T:
        response = await self._call(request)
        answer = read(response)
        if isinstance(answer, Verdict):
            raise self._consequence(answer)
        self._pace.flowing()
        return answer

    async def _call(self, request: Request) -> Response:
        await self._pace.turn()
        try:
            await self._quota.take()
        except QuotaSpent:
            self._drain.begin(Stop.QUOTA, "")
        if self._drain.begun:
            raise Draining
        try:
            response = await self._client.get(request)
        except CallBroke as broke:
            self._statuses[NO_STATUS] += 1
            if not broke.left:
                self._quota.put_back()
            raise Troubled(Verdict(Trouble.TRANSIENT, str(broke))) from broke
        self._statuses[str(response.status)] += 1
        return response

    def _consequence(self, verdict: Verdict) -> Exception:
        """What a refusal leads to; the only place that decides it."""
        match verdict.trouble:
            case Trouble.TRANSIENT:
                return Troubled(verdict)
            case Trouble.SHORT_LIMIT:
                self._pace.pause(verdict.retry_after_s)
                return Troubled(verdict)
            case Trouble.BAD_REQUEST:
                return GaveUp(verdict)
            case Trouble.DAY_QUOTA:
                self._drain.begin(Stop.QUOTA, verdict.sentence)
            case Trouble.CREDENTIALS | Trouble.PLACE:
                self._drain.begin(Stop.CREDENTIALS, verdict.sentence)
        return Draining()
