"""One call over HTTP, answers served by aioresponses; what it cannot show is in test_wire.py."""

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from crawler.call import Request
from crawler.fetch.client import CallBroke, Client, is_loopback, open_client
from tests.fetch.conftest import BASE_URL, REQUEST, Api

KEY = ConnectionKey("books.example", 443, True, True, None, None, None)
REFUSED = aiohttp.ClientConnectorError(KEY, ConnectionRefusedError(111, "Connection refused"))
UNKNOWN_HOST = aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known"))


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


@pytest.mark.parametrize(
    ("error", "left"),
    [
        (REFUSED, False),
        (UNKNOWN_HOST, False),
        (aiohttp.ServerDisconnectedError(), True),
        (aiohttp.ClientOSError(104, "Connection reset by peer"), True),
        (aiohttp.ClientPayloadError("the body is cut"), True),
        (TimeoutError(), True),
    ],
)
async def test_a_broken_call_tells_whether_it_may_have_reached_the_api(
    api: Api, error: Exception, left: bool
) -> None:
    """One that never left costs nothing of the quota."""
    api.fail(error)
    async with open_client(BASE_URL, {}, timeout_s=5, connections=1) as client:
        broke = await broken_call(client)
    assert broke.left is left
    assert broke.timed_out is isinstance(error, TimeoutError)
    assert broke.__cause__ is error


async def test_a_broken_call_names_the_host_and_not_the_query(api: Api) -> None:
    for error in (REFUSED, TimeoutError(), aiohttp.ServerDisconnectedError()):
        api.fail(error)
    async with open_client(BASE_URL, {}, timeout_s=5, connections=1) as client:
        sentences = [str(await broken_call(client)) for _ in range(3)]
    assert sentences == [
        "books.example cannot be reached (Connection refused)",
        "books.example did not answer in time",
        "books.example broke off the answer (ServerDisconnectedError)",
    ]


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
