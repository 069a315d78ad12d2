"""The command behind `scripts/bench`."""

from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from scripts.benchmark.comparison import Plan, compare
from scripts.benchmark.field import CANDIDATES
from scripts.benchmark.progress import say
from scripts.benchmark.record import Report
from scripts.benchmark.tables import tell
from scripts.benchmark.workloads import WORKLOADS

MOST_BOOKS = 100_000
"""The server keeps all answers in memory, about 10 KB each."""

NAMES = [each.name for each in (*CANDIDATES, *WORKLOADS)]


@click.group(invoke_without_command=True)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(NAMES),
    metavar="NAME",
    help="A candidate or a workload; several times for several.",
)
@click.option("--rounds", type=click.IntRange(1, 100), help="[default: 3; with --quick 1]")
@click.option(
    "--books",
    type=click.IntRange(1, MOST_BOOKS),
    help="ISBNs of each run, instead of the workload's own number; the slow ask for fewer.",
)
@click.option("--quick", is_flag=True, help="One round without latency, 200 ISBNs a run.")
@click.option("--json", "as_json", is_flag=True, help="Print the data instead of tables.")
@click.option(
    "--from",
    "earlier",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Run nothing: take the data that an earlier --json has printed.",
)
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the ISBNs a second to this .svg or .png as well.",
)
@click.pass_context
def bench(
    context: click.Context,
    only: tuple[str, ...],
    rounds: int | None,
    books: int | None,
    quick: bool,
    as_json: bool,
    earlier: Path | None,
    plot: Path | None,
) -> None:
    """Compare bookcrawl with its peers and with the bare HTTP client, on one server.

    \b
      scripts/bench
      scripts/bench --quick
      scripts/bench --only ours --only bare --only no-latency --rounds 5
      scripts/bench --json >bench.json
      scripts/bench --from bench.json --plot bench.svg
      scripts/bench growth
      scripts/bench stalls
      scripts/bench parts
      scripts/bench database
    """  # noqa: D301  \b keeps click from filling the lines below it
    if context.invoked_subcommand:
        return
    if earlier:
        report = msgspec.json.decode(earlier.read_bytes(), type=Report)
    else:
        report = compare(Plan(frozenset(only), rounds or (1 if quick else 3), books, quick))
    if not report.runs:
        say("none of these candidates runs in any of these workloads")
    if plot:
        from scripts.benchmark.picture import draw

        draw(report, plot)
    _print(report, tell(report), as_json=as_json)


@bench.command("growth")
@click.option("--full", is_flag=True, help="To 10 million ISBNs, instead of one million.")
@click.option("--json", "as_json", is_flag=True, help="Print the data instead of a table.")
def growth_command(*, full: bool, as_json: bool) -> None:
    """Measure the ledger with 10,000, 100,000, … ISBNs: time, memory, size."""
    from scripts.benchmark import growth

    rows = list(growth.grow(growth.FULL_SIZES if full else growth.SIZES, say))
    _print(rows, growth.tell(rows), as_json=as_json)


@bench.command("stalls")
@click.option("--quick", is_flag=True, help="Without latency, 200 ISBNs.")
@click.option("--json", "as_json", is_flag=True, help="Print the data instead of a table.")
def stalls_command(*, quick: bool, as_json: bool) -> None:
    """Measure how long the event loop keeps others waiting during a crawl."""
    from scripts.benchmark import stalls

    rows = list(stalls.measure(say, quick=quick))
    _print(rows, stalls.tell(rows), as_json=as_json)


@bench.command("parts")
@click.option("--quick", is_flag=True, help="One round, 200 ISBNs.")
@click.option("--json", "as_json", is_flag=True, help="Print the data instead of a table.")
def parts_command(*, quick: bool, as_json: bool) -> None:
    """Measure where the time of a crawl goes: HTTP, reading, ledger, store, the rest."""
    from scripts.benchmark import parts

    measured = parts.measure(say, quick=quick)
    _print(measured, parts.tell(measured), as_json=as_json)


@bench.command("database")
@click.option("--full", is_flag=True, help="A million books, instead of 100,000.")
@click.option("--books", type=click.IntRange(1_000, 10**7), help="So many books instead.")
@click.option("--json", "as_json", is_flag=True, help="Print the data instead of tables.")
def database_command(*, full: bool, books: int | None, as_json: bool) -> None:
    """Measure a filled database: index, searches, the README's queries, exports."""
    from scripts.benchmark import database

    report = database.measure(books or (database.FULL_BOOKS if full else database.BOOKS), say)
    _print(report, database.tell(report), as_json=as_json)


def _print(data: object, lines: Iterable[str], *, as_json: bool) -> None:
    for line in [msgspec.json.encode(data).decode()] if as_json else lines:
        click.echo(line)


if __name__ == "__main__":
    bench(prog_name="scripts/bench")
