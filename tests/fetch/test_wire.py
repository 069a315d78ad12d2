"""One call over real sockets: what is sent, and every way in which an answer can break."""

import asyncio
import socket
from contextlib import ExitStack

import pytest

from crawler.call import Request, Response
from crawler.fetch.breakage import CallBroke
from crawler.fetch.client import open_client
from tests.fetch.loopback import OK, Answer, cut, drip, hang_up, loopback, reset
from tests.virtual_time import run_in_virtual_time

REQUEST = Request("volumes", {"q": "isbn:9780140328721 OR isbn:9781449355739"})
KEY = {"x-goog-api-key": "a-good-key"}
GZIP = "Content-Encoding: gzip"


def answer(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def get(base_url: str, *, timeout_s: float = 5) -> Response:
    async with open_client(base_url, KEY, timeout_s=timeout_s, connections=1) as client:
        return await client.get(REQUEST)


async def break_on(*answers: bytes | Answer, timeout_s: float = 5) -> tuple[CallBroke, int]:
    """How the call broke, and how many requests arrived."""
    async with loopback(*answers) as server:
        with pytest.raises(CallBroke) as broke:
            await get(server.base_url, timeout_s=timeout_s)
        return broke.value, len(server.requests)


async def test_a_request_asks_for_compression_in_the_way_that_google_wants() -> None:
    async with loopback(OK) as server:
        await get(server.base_url)
    assert server.headers["accept-encoding"] == "gzip"
    assert "gzip" in server.headers["user-agent"]


async def test_the_key_is_sent_in_its_header_and_not_in_the_address() -> None:
    async with loopback(OK) as server:
        await get(server.base_url)
    assert server.headers["x-goog-api-key"] == "a-good-key"
    assert server.requests[0].count("a-good-key") == 1
    assert "a-good-key" not in server.requests[0].split("\r\n", 1)[0]


async def test_a_query_is_sent_as_it_stands() -> None:
    async with loopback(OK) as server:
        await get(server.base_url)
    line = server.requests[0].split("\r\n", 1)[0]
    assert line == "GET /books/v1/volumes?q=isbn:9780140328721+OR+isbn:9781449355739 HTTP/1.1"


async def test_a_cookie_is_not_sent_back() -> None:
    async with (
        loopback(answer(b"{}", "Set-Cookie: who=you; Path=/"), OK) as server,
        open_client(server.named_url, {}, timeout_s=5, connections=1) as client,
    ):
        await client.get(REQUEST)
        await client.get(REQUEST)
    assert "cookie" not in server.requests[1].lower()


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    """Whoever follows it makes a call that nobody counted, perhaps with the key to someone else."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    async with loopback(moved, OK) as server:
        assert (await get(server.base_url)).status == 302
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (reset, "the connection to 127.0.0.1 broke (Connection reset by peer)"),
        (hang_up, "127.0.0.1 closed the connection without an answer"),
        (
            cut(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
            "127.0.0.1 broke off the answer",
        ),
        (
            cut(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\r\n"),
            "127.0.0.1 broke off the answer",
        ),
        (cut(b"HTTP/1.1 200"), "127.0.0.1 closed the connection without an answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "127.0.0.1 sent what is no HTTP (Bad status line)"),
        (answer(b"not packed", GZIP), "the answer of 127.0.0.1 is damaged"),
    ],
    ids=["reset", "closed", "cut", "cut chunk", "cut head", "no HTTP", "no gzip"],
)
async def test_a_broken_answer_is_a_broken_call_that_is_not_made_again(
    broken: bytes | Answer, sentence: str
) -> None:
    broke, arrived = await break_on(broken, OK)
    assert str(broke) == sentence
    assert (broke.left, broke.timed_out, arrived) == (True, False, 1)


async def test_a_call_on_a_connection_that_has_died_meanwhile_is_not_made_again_by_itself() -> None:
    """aiohttp would send it twice, and only one of the two would be counted."""
    async with (
        loopback(OK, reset, OK) as server,
        open_client(server.base_url, {}, timeout_s=5, connections=1) as client,
    ):
        await client.get(REQUEST)
        with pytest.raises(CallBroke) as broke:
            await client.get(REQUEST)
        assert (broke.value.left, len(server.requests)) == (True, 2)
        assert (await client.get(REQUEST)).body == b"{}"


async def test_a_call_that_nobody_took_never_left() -> None:
    async with loopback(OK) as server:
        pass
    with pytest.raises(CallBroke, match=r"127.0.0.1 cannot be reached \(.+\)") as broke:
        await get(server.base_url)
    assert not broke.value.left


@pytest.mark.parametrize("answer", [drip(every_s=1), drip(every_s=1000)], ids=["drip", "stall"])
def test_a_call_may_take_its_time_from_end_to_end_and_no_longer(answer: Answer) -> None:
    async def broken() -> float:
        clock = asyncio.get_running_loop().time
        began = clock()
        broke, _ = await break_on(answer, timeout_s=30)
        assert (str(broke), broke.left, broke.timed_out) == (
            "127.0.0.1 did not answer in time", True, True,
        )  # fmt: skip
        return clock() - began

    assert run_in_virtual_time(broken()) == pytest.approx(30, abs=2)


def test_a_connection_that_is_not_made_costs_a_third_of_the_time_and_no_call() -> None:
    """As where a firewall drops packets: who waits behind a full queue gets no word."""

    async def broken() -> CallBroke:
        with ExitStack() as stack:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
            for _ in range(3):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(listening.getsockname())
            began = asyncio.get_running_loop().time()
            with pytest.raises(CallBroke) as broke:
                await get(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout_s=30)
            assert asyncio.get_running_loop().time() - began == pytest.approx(10, abs=2)
            return broke.value

    broke = run_in_virtual_time(broken())
    assert (broke.left, broke.timed_out) == (False, True)


async def test_what_comes_before_it_is_asked_for_is_no_answer_and_costs_no_call() -> None:
    """aiohttp would take it for that of the next call on the connection."""
    twice = OK + OK.replace(b"{}", b"[]")
    come = asyncio.Event()

    async def answer_and_answer_again(writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        await come.wait()
        writer.write(twice)

    async with (
        loopback(answer_and_answer_again, OK) as server,
        open_client(server.base_url, {}, timeout_s=5, connections=1) as client,
    ):
        await client.get(REQUEST)
        come.set()
        await asyncio.sleep(0.01)
        with pytest.raises(CallBroke, match="sent an answer before it was asked") as broke:
            await client.get(REQUEST)
        assert not broke.value.left
        assert (await client.get(REQUEST)).body == b"{}"
        assert len(server.requests) == 2


async def test_no_more_connections_are_open_than_were_asked_for() -> None:
    open_now = 0
    most = 0

    async def slowly(writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        for _ in range(20):
            await asyncio.sleep(0)
        open_now -= 1
        writer.write(OK)

    async with (
        loopback(slowly) as server,
        open_client(server.base_url, {}, timeout_s=5, connections=3) as client,
    ):
        await asyncio.gather(*(client.get(REQUEST) for _ in range(12)))
    assert most == 3
    assert len(server.requests) == 12


async def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with loopback(answer(b"by proxy")) as proxy, loopback(answer(b"direct")) as server:
        root = proxy.base_url.removesuffix("/books/v1")
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, root)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        assert (await get("http://books.example/v1")).body == b"by proxy"
        assert (await get(server.base_url)).body == b"direct"
    assert proxy.requests[0].startswith("GET http://books.example/v1/volumes?q=")
