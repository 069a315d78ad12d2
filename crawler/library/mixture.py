"""Whom a database was filled by: made-up books of the sandbox and real ones are not mixed."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from crawler.errors import DatabaseUnusable
from crawler.library.options import BASE_URL, AskOptions

if TYPE_CHECKING:
    from crawler.sources import Source
    from crawler.store.base import Store


class Asked(Struct, frozen=True):
    """Whom a run asked; the options of it, as JSON, can be read as this."""

    sandbox: bool
    base_url: str

    @property
    def words(self) -> list[str]:
        """The options by which a command asks the same again."""
        if self.sandbox:
            return ["--sandbox"]
        return ["--base-url", self.base_url] if self.base_url != BASE_URL else []


def read_asked(options: str) -> Asked:
    """Whom a run with these options asked; raises `DatabaseUnusable` where bookcrawl wrote no such
    options.
    """
    try:
        return msgspec.json.decode(options, type=Asked)
    except (msgspec.DecodeError, TypeError) as error:
        raise DatabaseUnusable(
            f"the table runs was changed by another program ({error}): restore a copy"
        ) from error


async def refuse_mixture(store: "Store", source: "Source", options: AskOptions, db: Path) -> None:
    """Raises `DatabaseUnusable` where this run would mix them."""
    needs_key = source.needs_key
    for told in await store.options_of_runs():
        asked = read_asked(told)
        if asked.sandbox and not options.sandbox and needs_key(options.base_url):
            raise DatabaseUnusable(
                f"{db} holds made-up books of the sandbox: name another database with --db"
            )
        if options.sandbox and not asked.sandbox and needs_key(asked.base_url):
            raise DatabaseUnusable(
                f"{db} holds real books, and --sandbox would add made-up ones: name another "
                "database with --db"
            )
