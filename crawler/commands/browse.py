"""`bookcrawl browse`: the database in a browser, until it is interrupted."""

from collections.abc import Callable
from pathlib import Path

import click

from crawler.commands.database import db_option


@click.command("browse")
@click.option(
    "--port", default=0, type=click.IntRange(0, 65_535), help="Port; 0 takes any free one."
)
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@db_option
def command(port: int, no_open: bool, db: Path) -> None:
    """Look at the database in a browser: facets, search, ready queries, SQL of your own.

    Datasette serves it, to this machine alone, and only reads; a crawl may be running. Its address
    is printed on standard output. Ctrl-C ends it.

    \b
      bookcrawl browse
      bookcrawl browse --no-open --port 8001 --db my.db
    """  # noqa: D301  \b keeps click from filling the lines below it
    import asyncio
    from contextlib import suppress

    from crawler.catalog.database import open_catalog
    from crawler.catalog.limits import limit_memory
    from crawler.extras import need

    with open_catalog(db) as catalog:
        need("browse", "browse", "datasette", "uvicorn")
        limit_memory(catalog)
    # Where signals can't be handed to the loop, an interrupt arrives as an exception.
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve_until_stopped(db, port, opens=not no_open))


async def _serve_until_stopped(db: Path, port: int, *, opens: bool) -> None:
    import asyncio
    import signal
    import warnings
    from contextlib import suppress

    from crawler.catalog.browse import serve
    from crawler.commands.say import say

    # Datasette drops the other facets where one that an address asks for is refused.
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    loop = asyncio.get_running_loop()

    def ready(address: str, stop: Callable[[], None]) -> None:
        with suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop)
        click.echo(address)
        say("it is only read; Ctrl-C ends this")
        if opens:
            _open_browser(address)

    await serve(db, port, ready)


def _open_browser(address: str) -> None:
    """In a thread of its own, for some browsers return only when they are closed."""
    import threading
    import webbrowser

    from crawler.commands.say import say

    def open_it() -> None:
        if not webbrowser.open(address):
            say("no browser was found: open the address in one")

    threading.Thread(target=open_it, daemon=True).start()
