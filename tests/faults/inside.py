"""A trial whose crawls run in this process, on a loop whose clock jumps over every wait."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from crawler.commands.summary import Summary, tell
from tests.acceptance.api import Api
from tests.acceptance.driver import Bookcrawl, Ended
from tests.calls.crawling import made_up_isbns
from tests.calls.jumping import run_jumping
from tests.calls.runs import asking, crawl
from tests.faults.hostile import MADE_UP, Hostile, hostile
from tests.faults.trial import Contents, Trial

T = TypeVar("T")

TIMEOUT_S = 30.0


@dataclass
class Inside:
    """Crawls of `isbns` ISBNs from one server into one database; `trial` looks after each."""

    server: Hostile
    trial: Trial
    isbns: int

    async def crawl(self, *codes: int, unread: int = 0, **options: Any) -> Summary:
        """Run it once: four calls at a time and an ISBN in each, unless told otherwise.

        So many calls may be `unread`: sent on a connection that had died, and counted all the same.
        """
        before = self.server.requests
        usual = {"url": self.server.url, "concurrency": 4, "timeout": TIMEOUT_S}
        asked = asking(**{**usual, **options})
        summary = await crawl(self.trial.program.database.path, asked, made_up_isbns(self.isbns))
        words = "\n".join(tell(summary))
        self.trial.look(Ended(summary.exit_code(), summary.as_json().decode(), words), *codes)
        assert 0 <= summary.calls.total - (self.server.requests - before) <= unread
        if asked.group == 1:
            self.look_at_calls()
        await self.look_at_connections()
        return summary

    def look_at_calls(self) -> None:
        """What was answered is not asked for again, in no run."""
        answered: set[str] = set()
        for call in self.trial.api.calls():
            assert answered.isdisjoint(call.isbns)
            answered.update(call.isbns if call.status else ())

    async def look_at_connections(self) -> None:
        """After a run all are closed."""
        if self.server.open:
            await asyncio.wait(self.server.open, timeout=10.0)
        assert not self.server.open

    async def finish(self, undisturbed: Contents) -> None:
        """The resume without trouble: it ends as if there had been none."""
        self.server.heal()
        await self.crawl(0)
        assert self.trial.program.database.contents() == undisturbed


def run_inside(
    folder: Path,
    isbns: int,
    story: Callable[[Inside], Awaitable[T]],
    *,
    tls: ssl.SSLContext | None = None,
) -> T:
    """Tell the story of some crawls in a folder of its own."""

    async def tell_it() -> T:
        async with hostile(folder / "calls.jsonl", tls=tls) as server:
            home = folder / "home"
            home.mkdir()
            (home / "books.txt").touch()
            api = Api(server.url, server.log, MADE_UP)
            return await story(Inside(server, Trial(Bookcrawl(home), api, "books.txt"), isbns))

    return run_jumping(tell_it())


@cache
def undisturbed(isbns: int) -> Contents:
    """What a crawl leaves that meets no trouble."""

    async def crawl_in_peace(inside: Inside) -> Contents:
        await inside.crawl(0)
        return inside.trial.program.database.contents()

    with TemporaryDirectory() as folder:
        return run_inside(Path(folder), isbns, crawl_in_peace)
