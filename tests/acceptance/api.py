"""The other end of the line: a sandbox in a thread, whose log says what really arrived."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from crawler.isbn import ISBN13
from crawler.sandbox import SandboxOptions, serve, verdict
from crawler.sandbox.calllog import Call

T = TypeVar("T")

STATE_OF = {
    "found": "found",
    "unconfirmed": "found",
    "plain_only": "missing",
    "missing": "missing",
}
"""What the ledger has to say of an ISBN, by the verdict of the sandbox."""

START_S = 10.0


class Api:
    """A sandbox that runs; `url` is the API's root."""

    def __init__(self, url: str, log: Path, options: SandboxOptions) -> None:
        self.url = url
        self.log = log
        self._options = options

    def calls(self) -> list[Call]:
        """The whole lines of its log."""
        *lines, _begun = self.log.read_bytes().split(b"\n")
        return [msgspec.json.decode(line, type=Call) for line in lines]

    def asked(self) -> list[str]:
        """The ISBNs in the order in which they were asked for."""
        return [isbn for call in self.calls() for isbn in call.isbns]

    def answered(self) -> list[str]:
        """Those that got an answer, whether it knew the book or not."""
        return [isbn for call in self.calls() if call.status == 200 for isbn in call.isbns]

    def verdicts(self, isbns: list[str]) -> dict[str, str]:
        """The state that each of them has to have in the ledger."""
        return {isbn: STATE_OF[verdict(ISBN13(int(isbn)), self._options)] for isbn in isbns}


@contextmanager
def sandbox(folder: Path, options: SandboxOptions | None = None) -> Iterator[Api]:
    """Serve on a free port of loopback until the block is left; the log lies in `folder`."""
    log = folder / "calls.jsonl"
    options = replace(options or SandboxOptions(), log=log)
    with in_thread(serve(options)) as url:
        yield Api(url, log, options)


@contextmanager
def in_thread(server: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """What a server gives when it is entered; it serves in a thread until the block is left."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        thread = Thread(target=loop.run_forever)
        thread.start()
        stack = AsyncExitStack()
        try:
            entering = stack.enter_async_context(server)
            yield asyncio.run_coroutine_threadsafe(entering, loop).result(START_S)
        finally:
            asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(START_S)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
