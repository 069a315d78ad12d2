"""One call over HTTP, answers served by aioresponses; what it cannot show is in test_wire.py."""

import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from crawler.call import Request
from crawler.fetch.breakage import CallBroke
from crawler.fetch.client import Client, is_loopback, open_client
from tests.fetch.conftest import BASE_URL, REQUEST, Api

KEY = ConnectionKey("books.example", 443, True, True, None, None, None)
REFUSED = aiohttp.ClientConnectorError(KEY, ConnectionRefusedError(111, "Connection refused"))
UNSAID = aiohttp.ClientConnectorError(KEY, ConnectionAbortedError())
UNKNOWN_HOST = aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known"))
EXPIRED = ssl.SSLCertVerificationError(1, "certificate verify failed")
EXPIRED.verify_message = "certificate has expired."
NO_TLS = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]")
NO_TLS.reason = "WRONG_VERSION_NUMBER"
ASKED_OF = aiohttp.RequestInfo(URL(BASE_URL), "GET", CIMultiDictProxy(CIMultiDict()), URL(BASE_URL))
SECRET = "AIza-nobody-may-see-this"  # noqa: S105


async def call(base_url: str = BASE_URL, request: Request = REQUEST) -> tuple[int, bytes]:
    async with open_client(base_url, {}, timeout_s=5, connections=1) as client:
        response = await client.get(request)
        return response.status, response.body


async def broken_call(client: Client) -> CallBroke:
    with pytest.raises(CallBroke) as broke:
        await client.get(REQUEST)
    return broke.value


@pytest.mark.parametrize("status", [200, 204, 302, 400, 403, 404, 429, 500, 503])
async def test_a_response_comes_back_whatever_its_status(api: Api, status: int) -> None:
    api.answer(status, b'{"totalItems":0}')
    assert await call() == (status, b'{"totalItems":0}')


async def test_a_body_comes_back_byte_for_byte(api: Api) -> None:
    body = bytes(range(256)) * 100
    api.answer(200, body)
    assert await call() == (200, body)


async def test_headers_are_found_under_their_lower_case_names(api: Api) -> None:
    api.answer(429, headers={"Retry-After": "26", "CONTENT-TYPE": "text/html"})
    async with open_client(BASE_URL, {}, timeout_s=5, connections=1) as client:
        headers = (await client.get(REQUEST)).headers
    assert (headers["retry-after"], headers["content-type"]) == ("26", "text/html")


@pytest.mark.parametrize("base_url", [BASE_URL, f"{BASE_URL}/"])
async def test_a_path_is_asked_for_below_the_root_of_the_api(api: Api, base_url: str) -> None:
    api.answer()
    assert await call(base_url) == (200, b"{}")


NEVER_LEFT = {
    REFUSED: "books.example cannot be reached (Connection refused)",
    UNKNOWN_HOST: "books.example cannot be reached (Name or service not known)",
    UNSAID: "books.example cannot be reached (ConnectionAbortedError)",
    aiohttp.ClientConnectorCertificateError(KEY, EXPIRED): (
        "the certificate of books.example is not to be trusted (certificate has expired)"
    ),
    aiohttp.ClientConnectorSSLError(KEY, NO_TLS): (
        "books.example does not speak TLS (wrong version number)"
    ),
    aiohttp.ClientProxyConnectionError(KEY, ConnectionRefusedError(111, "")): (
        "the proxy to books.example cannot be reached (Connection refused)"
    ),
    aiohttp.ClientHttpProxyError(ASKED_OF, (), status=407, message="\x1b[31mno"): (
        "the proxy lets no call through to books.example (407)"
    ),
    aiohttp.InvalidURL("http://user:word@proxy"): (
        "the proxy to books.example has no address that is one"
    ),
    aiohttp.ConnectionTimeoutError(): "no connection to books.example was made in time",
}
MAY_HAVE_LEFT = {
    aiohttp.ServerDisconnectedError(): "books.example closed the connection without an answer",
    aiohttp.ClientOSError(104, "reset"): (
        "the connection to books.example broke (Connection reset by peer)"
    ),
    aiohttp.ClientPayloadError("the body is cut"): "books.example broke off the answer",
    aiohttp.ClientResponseError(ASKED_OF, (), message="Invalid header: \x1b[31mred"): (
        "books.example sent what is no HTTP (Invalid header)"
    ),
    ValueError("whatever"): "the connection to books.example broke (ValueError)",
    TimeoutError(): "books.example did not answer in time",
}


@pytest.mark.parametrize("error", [*NEVER_LEFT, *MAY_HAVE_LEFT], ids=lambda e: type(e).__name__)
async def test_a_broken_call_says_why_and_whether_it_may_have_reached_the_api(
    api: Api, error: Exception
) -> None:
    """One that never left costs nothing of the quota. No word of the server's is repeated."""
    api.fail(error)
    async with open_client(BASE_URL, {}, timeout_s=5, connections=1) as client:
        broke = await broken_call(client)
    assert str(broke) == (NEVER_LEFT | MAY_HAVE_LEFT)[error]
    assert broke.left is (error in MAY_HAVE_LEFT)
    assert broke.timed_out is isinstance(error, TimeoutError)
    assert broke.__cause__ is error


async def test_a_key_that_is_repeated_is_struck_out(api: Api) -> None:
    """Google's own: "Consumer 'api_key:…' has been suspended"; it would be shown and stored."""
    api.answer(403, f"Consumer 'api_key:{SECRET}'".encode(), {"Location": f"/?key={SECRET}"})
    async with open_client(BASE_URL, {"x-key": SECRET}, timeout_s=5, connections=1) as client:
        response = await client.get(REQUEST)
    assert response.body == b"Consumer 'api_key:(key)'"
    assert response.headers["location"] == "/?key=(key)"


async def test_a_word_too_short_to_be_a_key_is_left(api: Api) -> None:
    api.answer(400, b"API key not valid")
    async with open_client(BASE_URL, {"x-key": "key"}, timeout_s=5, connections=1) as client:
        assert (await client.get(REQUEST)).body == b"API key not valid"


@pytest.mark.parametrize(
    ("base_url", "here"),
    [
        ("http://127.0.0.1:8080/books/v1", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:8080/", True),
        ("http://localhost:8080", True),
        ("https://www.googleapis.com/books/v1", False),
        ("http://10.0.0.1", False),
        ("http://localhost.example", False),
        ("not an address", False),
    ],
)
def test_an_api_on_this_machine_is_told_from_one_elsewhere(base_url: str, here: bool) -> None:
    assert is_loopback(base_url) is here
