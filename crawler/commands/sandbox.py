"""`bookcrawl sandbox`: a Google Books of our own on loopback, until it is interrupted."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.errors import WrongUse

if TYPE_CHECKING:
    from crawler.sandbox import FaultShare, SandboxOptions


def _latency(ctx: click.Context, param: click.Parameter, value: str) -> tuple[float, float]:
    low, _, high = value.partition("-")
    try:
        shortest, longest = float(low), float(high or low)
    except ValueError:
        raise click.BadParameter(
            f"{value} is no time such as 0.2 or 0.05-0.4", ctx, param
        ) from None
    if not 0 <= shortest <= longest < float("inf"):
        raise click.BadParameter(f"{value} does not run from less to more seconds", ctx, param)
    return shortest, longest


def _faults(ctx: click.Context, param: click.Parameter, value: str) -> "tuple[FaultShare, ...]":
    from crawler.sandbox import parse_faults

    try:
        return parse_faults(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from error


@click.command("sandbox")
@click.option(
    "--port", default=0, type=click.IntRange(0, 65_535), help="Port; 0 takes any free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--seed", default=0, show_default=True, help="Which books there are.")
@click.option(
    "--hit-rate",
    type=click.FloatRange(0, 1),
    default=0.85,
    show_default=True,
    help="Share of the ISBNs that the search finds.",
)
@click.option(
    "--numberless",
    type=click.FloatRange(0, 1),
    default=0.06,
    show_default=True,
    help="Share of these whose volume carries no ISBN.",
)
@click.option(
    "--latency",
    callback=_latency,
    default="0",
    metavar="SECONDS",
    help="Wait before an answer: 0.2 or 0.05-0.4.",
)
@click.option("--daily-quota", type=click.IntRange(0), default=0, help="Calls a day; 0: no limit.")
@click.option(
    "--rate-limit", type=click.IntRange(0), default=0, help="Calls a second; 0: no limit."
)
@click.option(
    "--errors",
    callback=_faults,
    default="",
    metavar="SHARES",
    help="Shares of calls that go wrong: 503=0.3,reset=0.01,cut=0.01,html=0.01,drip=0.001.",
)
@click.option("--require-key", is_flag=True, help="Refuse calls without a key, as Google does.")
@click.option("--refuse-as-403", is_flag=True, help="Spent limits come as 403 instead of 429.")
@click.option("--no-or", is_flag=True, help="Find nothing for several ISBNs joined by OR.")
@click.option(
    "--replay",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of recorded answers to serve, instead of made-up books.",
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to which each call appends a line of JSON.",
)
def command(  # noqa: PLR0913 - one parameter an option
    *,
    port: int,
    host: str,
    seed: int,
    hit_rate: float,
    numberless: float,
    latency: tuple[float, float],
    daily_quota: int,
    rate_limit: int,
    errors: "tuple[FaultShare, ...]",
    require_key: bool,
    refuse_as_403: bool,
    no_or: bool,
    replay: Path | None,
    log: Path | None,
) -> None:
    """Serve a Google Books of our own on this machine, until interrupted.

    It knows a book for most ISBNs, always the same one for the same --seed, and needs neither a key
    nor a network. Its address is printed on standard output.

    \b
      bookcrawl sandbox --port 8080 --daily-quota 1000 --errors 503=0.3
      bookcrawl crawl --base-url http://127.0.0.1:8080/books/v1 isbns.txt
    """  # noqa: D301  \b keeps click from filling the lines below it
    import asyncio
    from contextlib import suppress

    from crawler.sandbox import SandboxOptions

    options = SandboxOptions(
        seed=seed,
        hit_rate=hit_rate,
        numberless=numberless,
        latency_s=latency,
        daily_quota=daily_quota,
        rate_limit=rate_limit,
        errors=errors,
        require_key=require_key,
        honour_or=not no_or,
        refuse_as_403=refuse_as_403,
        replay=replay,
        log=log,
    )
    # Where signals can't be handed to the loop, an interrupt arrives as an exception.
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve_until_stopped(options, host, port))


async def _serve_until_stopped(options: "SandboxOptions", host: str, port: int) -> None:
    import asyncio
    import signal
    from contextlib import AsyncExitStack, suppress

    from crawler.commands.program import command_line
    from crawler.commands.say import say
    from crawler.sandbox import serve

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(serve(options, host=host, port=port))
        except OSError as error:
            raise _unusable(error, f"{host}:{port}") from error
        except ValueError as error:
            raise WrongUse(f"the sandbox can't replay: {error}") from error
        click.echo(url)
        say(f"ask it with: {command_line(['crawl', '--base-url', url, 'FILE'])}", whole=True)
        await stopped.wait()


def _unusable(error: OSError, address: str) -> WrongUse:
    """The file of `--log`, or the address."""
    import os

    # asyncio's own text for a port that is taken names the address once more.
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
    return WrongUse(
        f"the sandbox can't use {error.filename or address} ({reason}): "
        "choose another --port, --host or --log"
    )
