"""aioresponses under today's aiohttp.

aiohttp 3.14 wants of a response to know what its request was written with; aioresponses 0.7.9 does
not say so. This is the one place that does.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from aiohttp import ClientResponse
from aioresponses import aioresponses
from yarl import URL

from crawler.call import Request

BASE_URL = "https://books.example/v1"
REQUEST = Request("volumes", {"q": "isbn:9780140328721"})
ASKED = f"{BASE_URL}/volumes?q=isbn:9780140328721"


class _Written:
    output_size = 0


class _Response(ClientResponse):
    def __init__(self, method: str, url: URL, **known: Any) -> None:
        super().__init__(method, url, **known, stream_writer=_Written())  # type: ignore[arg-type]


class Api:
    """Gives its answers to `REQUEST` in their order.

    `called_at` is when it was called, in seconds of the loop.
    """

    def __init__(self, served: aioresponses) -> None:
        self._served = served
        self.called_at: list[float] = []
        self.on_call: Callable[[], object] = lambda: None

    def answer(
        self,
        status: int = 200,
        body: bytes = b"{}",
        headers: Mapping[str, str] | None = None,
        *,
        times: int = 1,
    ) -> None:
        self._served.get(
            ASKED,
            status=status,
            body=body,
            headers=dict(headers or {}),
            repeat=times,
            callback=self._called,
            response_class=_Response,
        )

    def fail(self, error: Exception, *, times: int = 1) -> None:
        self._served.get(ASKED, exception=error, repeat=times, callback=self._called)

    def _called(self, _url: URL, **_options: object) -> None:
        self.called_at.append(asyncio.get_running_loop().time())
        self.on_call()


@pytest.fixture
def api() -> Iterator[Api]:
    with aioresponses() as served:
        yield Api(served)
