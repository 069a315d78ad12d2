"""A call from end to end: its turn, HTTP, what a refusal leads to, and asking again."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from random import Random
from typing import TypeVar

from msgspec import Struct

from crawler.call import Request, Response, Trouble, Verdict
from crawler.clock import Clock
from crawler.drain import Drain, Draining, Stop
from crawler.fetch.breakage import CallBroke
from crawler.fetch.client import Client
from crawler.fetch.gate import Gate
from crawler.fetch.health import Health
from crawler.fetch.pace import Pace
from crawler.fetch.quota import DayQuota
from crawler.fetch.retry import TRIES, Troubled, asking_again
from crawler.fetch.room import Room
from crawler.fetch.traffic import Traffic

T = TypeVar("T")

NO_STATUS = "none"
"""Stands for the status of calls that got no whole response."""

log = logging.getLogger(__name__)


class CallCounts(Struct, frozen=True):
    """Calls that were sent: all, those that asked again, and how many ended with which status."""

    total: int = 0
    retried: int = 0
    by_status: Mapping[str, int] = {}


class GaveUp(Exception):
    """The source could not be asked this for now: `tries` were made, `certainly` tells more."""

    def __init__(self, verdict: Verdict, tries: int) -> None:
        super().__init__(verdict.sentence)
        self.tries = tries
        self.certainly = verdict.trouble is Trouble.BAD_REQUEST


class Fetcher:
    """Asks one source, on behalf of all workers; with `wait` it sleeps over the quota's end."""

    def __init__(
        self,
        client: Client,
        *,
        quota: DayQuota,
        pace: Pace,
        room: Room,
        drain: Drain,
        clock: Clock,
        random: Random,
        wait: bool = False,
    ) -> None:
        self._client = client
        self._gate = Gate(quota, pace, drain, clock, wait=wait)
        self._room = room
        self._drain = drain
        self._random = random
        self._wait = wait
        self._statuses: Counter[str] = Counter()
        self._retried = 0
        self.health = Health(self._now)
        self.traffic = Traffic(clock)
        self.probe: Callable[[], Awaitable[bool]] | None = None
        self._probing = False

    @property
    def counts(self) -> CallCounts:
        """The calls so far."""
        return CallCounts(self._statuses.total(), self._retried, dict(self._statuses))

    @property
    def waits_until(self) -> datetime | None:
        """When the quota's next day begins, where that is waited for."""
        return self._gate.waits_until

    async def get(
        self, request: Request, read: Callable[[Response], T | Verdict], *, tries: int = TRIES
    ) -> T:
        """What `read` makes of the response, asked for again while it says that trouble may pass.

        Raises `GaveUp` when it did not pass or can't, and `Draining` once the run is stopping.
        """
        try:
            return await self._ask(request, read)
        except Troubled as first:
            return await self._ask_again(first, request, read, tries)

    async def is_answered(self, request: Request, read: Callable[[Response], T | Verdict]) -> bool:
        """Whether one call is answered, with nothing asked again."""
        try:
            await self._ask(request, read)
        except (Troubled, GaveUp):
            return False
        return True

    async def _ask_again(
        self, first: Troubled, request: Request, read: Callable[[Response], T | Verdict], tries: int
    ) -> T:
        # tenacity comes in after a failure only: around every call it costs a third of the speed.
        try:
            async for attempt in asking_again(self._random, self._drain, tries):
                with attempt:
                    if attempt.retry_state.attempt_number == 1:
                        raise first
                    return await self._ask(request, read, again=True)
        except Troubled as last:
            raise GaveUp(last.verdict, tries) from last
        raise AssertionError("tenacity returns or raises")

    async def _ask(
        self, request: Request, read: Callable[[Response], T | Verdict], *, again: bool = False
    ) -> T:
        try:
            response = await self._call(request, again=again)
        except Troubled as broken:
            await self._check_life(str(broken))
            raise
        answer = read(response)
        if isinstance(answer, Verdict):
            refused = self._consequence(answer, request, again=again)
            await self._check_life(answer.sentence)
            raise refused
        self._gate.flowing()
        self._room.widen()
        self.health.good()
        return answer

    async def _call(self, request: Request, *, again: bool) -> Response:
        async with self._room:
            day = await self._gate.turn()
            log.debug("asking %s %s", request.path, request.params.get("q", ""))
            sent_at = self._now()
            left = True
            try:
                response = await self._client.get(request)
            except CallBroke as broke:
                left = broke.left
                if left:
                    self._count(NO_STATUS, request, sent_at, again=again)
                raise self._broken(broke) from broke
            except asyncio.CancelledError:
                self._count(NO_STATUS, request, sent_at, again=again)
                raise
            finally:
                await self._gate.arrived(day, left=left)
        self._count(str(response.status), request, sent_at, again=again)
        return response

    def _count(self, status: str, request: Request, sent_at: float, *, again: bool) -> None:
        self._statuses[status] += 1
        self._retried += again
        self.traffic.note(status, request.isbns, self._now() - sent_at)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    def _broken(self, broke: CallBroke) -> Troubled:
        if broke.timed_out:
            self._room.narrow()
        self.health.refused(unconnected=not broke.left, hung=broke.timed_out)
        return self._troubled(Verdict(Trouble.TRANSIENT, str(broke)), left=broke.left)

    def _consequence(self, verdict: Verdict, request: Request, *, again: bool) -> Exception:
        """What a refusal leads to; the only place that decides it."""
        match verdict.trouble:
            case Trouble.TRANSIENT:
                self.health.refused()
                return self._troubled(verdict)
            case Trouble.SHORT_LIMIT:
                self.health.refused()
                self._room.narrow()
                self._gate.pause(verdict.retry_after_s)
                return self._troubled(verdict)
            case Trouble.BAD_REQUEST:
                return self._not_understood(verdict, request)
            case Trouble.DAY_QUOTA if self._wait:
                self._gate.pause_until_next_day()
                return self._troubled(verdict)
            case Trouble.DAY_QUOTA:
                self._drain.begin(Stop.QUOTA, verdict.sentence)
            case Trouble.PLACE if not again:  # the same call may be answered then (seen once)
                return self._troubled(verdict)
            case Trouble.CREDENTIALS | Trouble.PLACE:
                self._drain.begin(Stop.CREDENTIALS, verdict.sentence)
        return Draining()

    def _not_understood(self, verdict: Verdict, request: Request) -> GaveUp:
        if request.isbns == 1:  # of a group, it may be the size that is not liked
            self.health.misunderstood()
        log.info("not understood: %s", verdict.sentence)
        return GaveUp(verdict, 1)

    def _troubled(self, verdict: Verdict, *, left: bool = True) -> Troubled:
        log.info("refused: %s", verdict.sentence)
        return Troubled(verdict, left=left)

    async def _check_life(self, sentence: str) -> None:
        """Stop the run if the source is dead; before that, something else is asked, by `probe`."""
        if not self.health.dead or self._drain.begun or self._probing:
            return
        self._probing = True
        try:
            if self.health.hangs or self.probe is None or not await self.probe():
                self._drain.begin(Stop.UNREACHABLE, sentence)
        finally:
            self._probing = False
