"""The program, which tells in a file what it has stored and is about to ask: for a power cut, after
which all that it told of has to be there.

    python -m tests.faults.telling FILE crawl …         as bookcrawl does
    python -m tests.faults.telling FILE migrate DB      bring DB a version forward

TELLING_PRAGMA in the environment is put to the database before the crawl.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

import crawler.fetch.client
import crawler.store.sqlite
from crawler.book import Settled, Unmapped
from crawler.call import Request, Response
from crawler.cli import run
from crawler.fetch.client import Client
from crawler.store.connection import connect
from crawler.store.schema import MIGRATIONS, prepare
from crawler.store.sqlite import SqliteStore

MIGRATION = "ALTER TABLE books ADD COLUMN added; UPDATE books SET added = title || description;"


class Word(Struct, frozen=True, omit_defaults=True):
    """`settled` are ISBNs that are stored, with their states; `calls` are about to be sent; `now`
    is what comes next.
    """

    settled: dict[str, str] = {}
    calls: int = 0
    now: str = ""


def tell(word: Word) -> None:
    with Path(sys.argv[1]).open("ab", buffering=0) as file:
        file.write(msgspec.json.encode(word) + b"\n")


class TellingStore(SqliteStore):
    async def begin_run(self, command: str, options: str, *, pid: int, at: datetime) -> int:
        await self._db.execute(os.environ.get("TELLING_PRAGMA", ""))
        return await super().begin_run(command, options, pid=pid, at=at)

    async def settle(self, batch: Sequence[Settled], *, at: datetime) -> None:
        await super().settle(batch, at=at)
        stored = [one for one in batch if not isinstance(one.outcome, Unmapped)]
        tell(Word(settled={str(one.ask.isbn): one.state for one in stored}))

    async def index_books(self) -> None:
        tell(Word(now="index"))
        await super().index_books()
        tell(Word(now="end"))


class TellingClient(Client):
    async def get(self, request: Request) -> Response:
        tell(Word(calls=1))
        return await super().get(request)


async def migrate(path: Path, tell: Callable[[Word], None] = tell) -> None:
    async with connect(path) as db:
        await db.execute("PRAGMA synchronous = FULL")
        await prepare(db, path, (*MIGRATIONS, MIGRATION))
        tell(Word(now="end"))


if __name__ == "__main__":
    _, _, *arguments = sys.argv
    if arguments[0] == "migrate":
        asyncio.run(migrate(Path(arguments[1])))
    else:
        crawler.store.sqlite.SqliteStore = TellingStore  # type: ignore[misc]
        crawler.fetch.client.Client = TellingClient  # type: ignore[misc]
        sys.exit(run(arguments))
