"""A headless Chromium that tells what a page asked the network for, and what it complained of.

It is driven over the DevTools protocol (https://chromedevtools.github.io/devtools-protocol).
"""

import asyncio
import base64
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path

import aiohttp
import msgspec
import pytest
from msgspec import Raw, Struct

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is on this machine")

PATIENCE_S = 30.0
"""No page of a test takes so long, unless something hangs."""

_ALONE = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--remote-debugging-port=0",
)  # fmt: skip
"""Without a window, and with no call of its own to anybody."""

_LISTENING = b"DevTools listening on "


class _Error(Struct, frozen=True):
    message: str


class _Message(Struct, frozen=True, rename="camel"):
    """An answer, which has the `id` of what was asked, or an event."""

    id: int | None = None
    method: str = ""
    params: Raw = Raw(b"{}")
    result: Raw = Raw(b"{}")
    error: _Error | None = None


class _Request(Struct, frozen=True):
    url: str


class _Value(Struct, frozen=True, rename="camel"):
    value: object = None
    description: str = ""


class _Exception(Struct, frozen=True):
    text: str
    exception: _Value = _Value()


class _LogEntry(Struct, frozen=True):
    level: str
    text: str


class _Params(Struct, frozen=True, rename="camel"):
    """What is read of events and answers; each has one or two of these."""

    request: _Request = _Request("")
    exception_details: _Exception | None = None
    type: str = ""
    args: tuple[_Value, ...] = ()
    entry: _LogEntry = _LogEntry("", "")
    result: _Value = _Value()
    data: str = ""
    target_id: str = ""
    session_id: str = ""
    error_text: str = ""


class PageFault(Exception):
    """The browser refused a command, or the script of a test threw."""


class Page:
    """One tab. `requests` are the addresses it asked for, `complaints` its errors and warnings:
    of scripts, of the console, of the network and of the page's own security policy.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._socket = socket
        self._session = ""
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[_Message]] = {}
        self._loaded = asyncio.Event()

    async def open(self, url: str) -> None:
        """Go there, and wait until all that the page asks for at first is loaded."""
        self._loaded.clear()
        answer = await self.command("Page.navigate", {"url": url})
        if answer.error_text:
            raise PageFault(f"{url}: {answer.error_text}")
        async with asyncio.timeout(PATIENCE_S):
            await self._loaded.wait()

    async def evaluate(self, script: str) -> object:
        """The value of a JavaScript expression, awaited where it is a promise."""
        wanted = {"expression": script, "returnByValue": True, "awaitPromise": True}
        answer = await self.command("Runtime.evaluate", wanted)
        if fault := answer.exception_details:
            raise PageFault(f"{fault.text} {fault.exception.description}")
        return answer.result.value

    async def wait_until(self, script: str) -> None:
        """Until the expression is true."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self.evaluate(script):  # noqa: ASYNC110 - the page tells no events
                await asyncio.sleep(0.02)

    async def look(self, *, width: int, height: int = 900, dark: bool = False) -> None:
        """Be a screen of so many CSS pixels, for somebody who likes it light or dark."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        await self.command("Emulation.setDeviceMetricsOverride", screen)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.command("Emulation.setEmulatedMedia", {"features": [scheme]})

    async def screenshot(self) -> bytes:
        """The whole page as PNG, also what is below the screen."""
        wanted = {"captureBeyondViewport": True}
        answer = await self.command("Page.captureScreenshot", wanted)
        return base64.b64decode(answer.data)

    async def print(self) -> bytes:
        """The page as PDF, as it is printed on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
        answer = await self.command("Page.printToPDF", paper)
        return base64.b64decode(answer.data)

    async def command(self, method: str, params: Mapping[str, object] | None = None) -> _Params:
        """Send a command of the protocol, and wait for its answer."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        session = {"sessionId": self._session} if self._session else {}
        wanted = {"id": number, "method": method, "params": params or {}, **session}
        await self._socket.send_str(msgspec.json.encode(wanted).decode())
        async with asyncio.timeout(PATIENCE_S):
            answer = await self._answers[number]
        if answer.error:
            raise PageFault(f"{method}: {answer.error.message}")
        return msgspec.json.decode(answer.result, type=_Params)

    async def begin(self) -> None:
        """Make the tab, and listen to it."""
        target = await self.command("Target.createTarget", {"url": "about:blank"})
        wanted = {"targetId": target.target_id, "flatten": True}
        self._session = (await self.command("Target.attachToTarget", wanted)).session_id
        for domain in ("Page", "Runtime", "Log", "Network"):
            await self.command(f"{domain}.enable")

    async def listen(self) -> None:
        """Take in what the browser sends, until it is gone."""
        async for frame in self._socket:
            message = msgspec.json.decode(frame.data, type=_Message)
            if message.id is None:
                self._note(message)
            elif answer := self._answers.pop(message.id, None):
                answer.set_result(message)

    def _note(self, event: _Message) -> None:
        match event.method:
            case "Page.loadEventFired":
                self._loaded.set()
            case "Network.requestWillBeSent":
                self.requests.append(_params(event).request.url)
            case "Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded":
                self._note_complaint(_params(event))

    def _note_complaint(self, said: _Params) -> None:
        if fault := said.exception_details:
            self.complaints.append(f"{fault.text} {fault.exception.description}")
        elif said.type in {"error", "warning", "assert"}:
            words = (arg.description or str(arg.value) for arg in said.args)
            self.complaints.append(f"console.{said.type}: {' '.join(words)}")
        elif said.entry.level in {"error", "warning"}:
            self.complaints.append(said.entry.text)


def _params(event: _Message) -> _Params:
    return msgspec.json.decode(event.params, type=_Params)


@asynccontextmanager
async def open_browser(profile: Path) -> AsyncIterator[Page]:
    """A browser with one empty tab; `profile` is a new folder of its own, below `tmp_path`."""
    async with (
        _chromium(profile) as address,
        aiohttp.ClientSession() as session,
        session.ws_connect(address, max_msg_size=0) as socket,
    ):
        page = Page(socket)
        listening = asyncio.create_task(page.listen())
        try:
            await page.begin()
            yield page
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


@asynccontextmanager
async def _chromium(profile: Path) -> AsyncIterator[str]:
    """The address at which a Chromium, ended with the block, takes commands."""
    assert CHROMIUM, "the test is to be marked with needs_chromium"
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, *_ALONE, f"--user-data-dir={profile}", stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            address = await _find_address(process)
        assert process.stderr
        draining = asyncio.create_task(process.stderr.read())  # a full pipe would stop it
        yield address
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    await draining


async def _find_address(process: Process) -> str:
    assert process.stderr
    async for line in process.stderr:
        if line.startswith(_LISTENING):
            return line.removeprefix(_LISTENING).decode().strip()
    raise PageFault("chromium ended before it took a command")
