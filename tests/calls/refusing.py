"""An API that knows every book, and refuses some calls in the way it is told to."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType

from aiohttp import web
from msgspec import Struct

JSON = MappingProxyType({"Content-Type": "application/json; charset=UTF-8"})
HTML = MappingProxyType({"Content-Type": "text/html; charset=UTF-8"})


class Refusal(Struct, frozen=True):
    """What a call gets instead of an answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = JSON


class Api:
    """`asked` are the ISBNs of each search, `called_at` when it came, in seconds of the loop."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[list[str]] = []
        self.called_at: list[float] = []


Refuse = Callable[[int, int], Refusal | None]
"""The refusal of a call, by its number, from 1, and how many ISBNs it asks for."""


def always(refusal: Refusal) -> Refuse:
    return lambda _call, _isbns: refusal


def once(refusal: Refusal) -> Refuse:
    return lambda call, _isbns: refusal if call == 1 else None


def at_first(calls: int, refusal: Refusal) -> Refuse:
    return lambda call, _isbns: refusal if call <= calls else None


def groups_above(size: int, refusal: Refusal) -> Refuse:
    return lambda _call, isbns: refusal if isbns > size else None


def volume(isbn: str) -> dict[str, object]:
    identifiers = [{"type": "ISBN_13", "identifier": isbn}]
    return {"id": f"id{isbn}", "volumeInfo": {"title": isbn, "industryIdentifiers": identifiers}}


@asynccontextmanager
async def refusing(refuse: Refuse, *, detail: Refusal | None = None) -> AsyncIterator[Api]:
    """Serve; searches are refused as `refuse` has it, and `volumes/{id}` always by `detail`."""

    async def search(request: web.Request) -> web.Response:
        isbns = re.findall(r"isbn:(\d{13})", request.query["q"])
        api.asked.append(isbns)
        api.called_at.append(asyncio.get_running_loop().time())
        if refusal := refuse(len(api.asked), len(isbns)):
            return sent(refusal)
        return web.json_response({"totalItems": len(isbns), "items": [volume(i) for i in isbns]})

    async def get(_request: web.Request) -> web.Response:
        assert detail is not None
        return sent(detail)

    def sent(refusal: Refusal) -> web.Response:
        return web.Response(status=refusal.status, body=refusal.body, headers=dict(refusal.headers))

    application = web.Application()
    application.add_routes([web.get("/v1/volumes", search), web.get("/v1/volumes/{id}", get)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        api = Api(f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
        yield api
    finally:
        await runner.cleanup()
