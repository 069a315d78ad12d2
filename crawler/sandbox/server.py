"""The sandbox as a server on loopback."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from aiohttp import web
from msgspec import Struct, json

from crawler.isbn import find_isbn
from crawler.sandbox.api import Api, Asked, parse_call
from crawler.sandbox.calllog import Call, CallLog, as_digits, call_time
from crawler.sandbox.clock import Clock, SystemClock
from crawler.sandbox.collection import Collection, MadeUp
from crawler.sandbox.delivery import deliver
from crawler.sandbox.door import Door
from crawler.sandbox.draw import Draw
from crawler.sandbox.errors import Answer, Refused
from crawler.sandbox.faults import Body, Transport, fault_named, find_fault, spoiled
from crawler.sandbox.options import SandboxOptions
from crawler.sandbox.replay import Recorded

ROOT = "/books/v1"
STOP_S = 1.0
"""How long a stop waits for answers that are on their way."""


class Statistics(Struct, frozen=True):
    """What arrived so far: calls, by status (`none` where none was sent), the most in a second."""

    calls: int
    by_status: dict[str, int]
    highest_rate: int


class Decision(Struct, frozen=True):
    """What a call gets: the answer, and the trouble that was chosen for it."""

    answer: Answer
    fault: str | None = None
    transport: Transport | None = None

    @property
    def status(self) -> int | None:
        """The status that is sent, if one is."""
        silent = self.transport in (Transport.RESET, Transport.STALL)
        return None if silent else self.answer.status


class Sandbox:
    """One Google Books, and what it has been asked so far."""

    def __init__(self, options: SandboxOptions, clock: Clock, log: CallLog) -> None:
        self._options = options
        self._clock = clock
        self._log = log
        self._collection = _collection(options)
        self._api = Api(self._collection, honour_or=options.honour_or)
        self._door = Door(options)
        self._calls = 0
        self._by_status: Counter[str] = Counter()

    def application(self) -> web.Application:
        """The routes of the API, and two pages of the sandbox's own that count as no call."""
        application = web.Application()
        application.add_routes(
            [
                web.get(f"{ROOT}/volumes", self._answer),
                web.get(f"{ROOT}/volumes/{{volume_id}}", self._answer),
                web.get("/sandbox/verdict/{isbn}", self._verdict),
                web.get("/sandbox/statistics", self._statistics),
            ]
        )
        return application

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self._calls += 1
        call = self._calls
        parameters = dict(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))
        key = request.headers.get("x-goog-api-key") or parameters.pop("key", "") or None
        parameters.pop("key", None)
        asked = parse_call(parameters, request.match_info.get("volume_id"))
        decision = self._decide(call, asked, key)
        # The line is written before the wait: a client that gives up has called all the same.
        self._record(request.path, asked, decision)
        low, high = self._options.latency_s
        if high > 0:
            await self._clock.sleep(Draw(self._options.seed, call, "latency").within(low, high))
        return await deliver(request, decision.answer, decision.transport, self._clock)

    def _decide(self, call: int, asked: Asked, key: str | None) -> Decision:
        try:
            self._door.admit(key, self._clock.now(), self._clock.monotonic())
            chosen = find_fault(self._options.errors, self._options.seed, call)
            if chosen is None:
                return Decision(self._api.answer(asked))
            match fault_named(chosen.name):
                case Answer() as refusal:
                    return Decision(refusal, chosen.name)
                case Body() as fault:
                    return Decision(spoiled(self._api.answer(asked), fault), chosen.name)
                case Transport() as fault:
                    return Decision(self._api.answer(asked), chosen.name, fault)
        except Refused as refused:
            return Decision(refused.answer)

    def _record(self, path: str, asked: Asked, decision: Decision) -> None:
        self._by_status[str(decision.status or "none")] += 1
        self._log.write(
            Call(
                time=call_time(self._clock.now()),
                monotonic=self._clock.monotonic(),
                path=path,
                query="&".join(f"{name}={value}" for name, value in asked.parameters.items()),
                status=decision.status,
                isbns=as_digits(self._api.isbns(asked)),
                fault=decision.fault,
            )
        )

    async def _verdict(self, request: web.Request) -> web.Response:
        isbn = find_isbn(request.match_info["isbn"])
        if isbn is None:
            return web.Response(status=404, text=f"{request.match_info['isbn']} is not an ISBN")
        verdict = self._collection.verdict(isbn)
        return web.json_response({"isbn13": str(isbn), "verdict": verdict})

    async def _statistics(self, request: web.Request) -> web.Response:  # noqa: ARG002
        statistics = Statistics(self._calls, dict(self._by_status), self._door.highest_rate)
        return web.json_response(body=json.encode(statistics))


@asynccontextmanager
async def serve(
    options: SandboxOptions,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    clock: Clock | None = None,
) -> AsyncIterator[str]:
    """Serve until the block is left; gives the API's root, `http://127.0.0.1:PORT/books/v1`.

    Port 0 is any free one. Raises `OSError` where the port is taken or the log can't be written,
    `ValueError` where `replay` holds no recorded answers.
    """
    with CallLog(options.log) as log:
        sandbox = Sandbox(options, clock or SystemClock(), log)
        runner = web.AppRunner(
            sandbox.application(),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=STOP_S,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            bound: int = runner.addresses[0][1]
            yield f"http://{f'[{host}]' if ':' in host else host}:{bound}{ROOT}"
        finally:
            await runner.cleanup()


def _collection(options: SandboxOptions) -> Collection:
    return MadeUp(options.world) if options.replay is None else Recorded(options.replay)
