"""One connection pool to one API: a request in, a response out."""

import ipaddress
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.connector import Connection
from multidict import CIMultiDict
from yarl import URL

from crawler.call import Request, Response
from crawler.fetch.body import BodyUnreadable, read_body
from crawler.fetch.breakage import CallBroke, StaleConnection, call_broke

USER_AGENT = "bookcrawl (gzip)"
"""Google compresses only for those whose User-Agent says gzip (Books API, "Performance Tips")."""

CONNECT_SHARE = 1 / 3
"""Of the time that a call has. What ends while no connection is made never left, and costs nothing;
what ends later may have arrived."""

SHORTEST_SECRET = 8
"""In characters; what is shorter may be a word of the answer."""

STRUCK_OUT = "(key)"


class Client:
    """Sends requests below `base_url`; made by `open_client`."""

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, credentials: Mapping[str, str]
    ) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._host = URL(base_url).host or ""
        self._secrets = [word for word in credentials.values() if len(word) >= SHORTEST_SECRET]

    async def get(self, request: Request) -> Response:
        """The API's response, whatever its status; raises `CallBroke`."""
        url = f"{self._base_url}/{request.path}"
        try:
            async with self._session.get(
                url, params=request.params, allow_redirects=False
            ) as response:
                body = await read_body(response)
        except BodyUnreadable as error:
            raise CallBroke(f"the answer of {self._host} {error}", left=True) from error
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise call_broke(error, self._host) from error
        return self._without_secrets(response.status, response.headers, body)

    def _without_secrets(self, status: int, headers: Mapping[str, str], body: bytes) -> Response:
        """Some refusals repeat the key ("Consumer 'api_key:…' has been suspended", says Google's),
        and what is told here is shown, logged and stored.
        """
        for secret in self._secrets:
            body = body.replace(secret.encode(), STRUCK_OUT.encode())
            headers = CIMultiDict(
                (name, value.replace(secret, STRUCK_OUT)) for name, value in headers.items()
            )
        return Response(status, headers, body)


class _Request(aiohttp.ClientRequest):
    """A call that is not made where something came before it was asked.

    On a kept connection aiohttp would take that for the answer (3.14), and one ISBN would get what
    belongs to another.
    """

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        if conn.protocol is not None and conn.protocol.should_close:
            raise StaleConnection
        return await super().send(conn)


def _no_login(_host: str) -> aiohttp.BasicAuth | None:
    return None


def is_loopback(base_url: str) -> bool:
    """Whether the API stands on this machine."""
    host = URL(base_url).host or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@asynccontextmanager
async def open_client(
    base_url: str, credentials: Mapping[str, str], *, timeout_s: float, connections: int
) -> AsyncIterator[Client]:
    """A client with up to `connections` kept open; a call may take `timeout_s` from end to end.

    `credentials` are headers. Proxies named in the environment are used, except for an API on this
    machine.
    """
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        timeout=aiohttp.ClientTimeout(total=timeout_s, connect=CONNECT_SHARE * timeout_s),
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", **credentials},
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        request_class=_Request,
        trust_env=not is_loopback(base_url),
    )
    # aiohttp by itself sends a GET again when the connection breaks: a call that nobody counted.
    session._retry_connection = False  # noqa: SLF001 - there is no public switch (3.14)
    # With the proxies of the environment it takes logins of ~/.netrc, its default one for anybody.
    # In Python's development mode it warns of attributes that are set, but not of what they hold.
    vars(session)["_get_netrc_auth"] = _no_login
    async with session:
        yield Client(session, base_url, credentials)
