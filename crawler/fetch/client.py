"""One connection pool to one API: a request in, a response out."""

import ipaddress
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from crawler.call import Request, Response

LARGEST_BODY = 16 * 1024 * 1024
"""In bytes, decoded. Forty full volumes are 200 KB; what is larger by far is no answer."""

USER_AGENT = "bookcrawl (gzip)"
"""Google compresses only for those whose User-Agent says gzip (Books API, "Performance Tips")."""


class CallBroke(Exception):
    """No whole response came; `left` tells whether the request may have reached the API."""

    def __init__(self, sentence: str, *, left: bool, timed_out: bool = False) -> None:
        super().__init__(sentence)
        self.left = left
        self.timed_out = timed_out


class Client:
    """Sends requests below `base_url`; made by `open_client`."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._host = URL(base_url).host

    async def get(self, request: Request) -> Response:
        """The API's response, whatever its status; raises `CallBroke`."""
        url = f"{self._base_url}/{request.path}"
        try:
            async with self._session.get(
                url, params=request.params, allow_redirects=False
            ) as response:
                return Response(response.status, response.headers, await read_body(response))
        except aiohttp.ClientConnectorError as error:
            raise CallBroke(
                f"{self._host} cannot be reached ({error.strerror or error})", left=False
            ) from error
        except TimeoutError as error:
            raise CallBroke(
                f"{self._host} did not answer in time", left=True, timed_out=True
            ) from error
        except (aiohttp.ClientError, ValueError) as error:
            raise CallBroke(
                f"{self._host} broke off the answer ({type(error).__name__})", left=True
            ) from error


async def read_body(response: aiohttp.ClientResponse) -> bytes:
    """The whole decoded body; raises `CallBroke` beyond `LARGEST_BODY`."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > LARGEST_BODY:
            raise CallBroke(f"an answer of over {LARGEST_BODY:,} bytes was not read", left=True)
        parts.append(part)
    return b"".join(parts)


def is_loopback(base_url: str) -> bool:
    """Whether the API stands on this machine."""
    host = URL(base_url).host or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@asynccontextmanager
async def open_client(
    base_url: str, headers: Mapping[str, str], *, timeout_s: float, connections: int
) -> AsyncIterator[Client]:
    """A client with up to `connections` kept open; a call may take `timeout_s` from end to end.

    Proxies named in the environment are used, except for an API on this machine.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        timeout=aiohttp.ClientTimeout(total=timeout_s),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **headers},
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=not is_loopback(base_url),
    )
    # aiohttp by itself sends a GET again when the connection breaks: a call that nobody counted.
    session._retry_connection = False  # noqa: SLF001 - there is no public switch (3.14)
    async with session:
        yield Client(session, base_url)
