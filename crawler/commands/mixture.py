"""Made-up books of the sandbox and real ones do not go into one database."""

from pathlib import Path

import msgspec
from msgspec import Struct

from crawler.commands.options import AskOptions
from crawler.errors import DatabaseUnusable
from crawler.sources import SOURCES
from crawler.store.base import Store


class _Asked(Struct):
    """Whom a run asked."""

    sandbox: bool
    base_url: str


async def refuse_mixture(store: Store, options: AskOptions, db: Path) -> None:
    """Raises `DatabaseUnusable` where this run would mix them."""
    needs_key = SOURCES["google"].needs_key
    for told in await store.options_of_runs():
        asked = msgspec.json.decode(told, type=_Asked)
        if asked.sandbox and not options.sandbox and needs_key(options.base_url):
            raise DatabaseUnusable(
                f"{db} holds made-up books of the sandbox: name another database with --db"
            )
        if options.sandbox and not asked.sandbox and needs_key(asked.base_url):
            raise DatabaseUnusable(
                f"{db} holds real books, and --sandbox would add made-up ones: name another "
                "database with --db"
            )
