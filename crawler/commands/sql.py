"""`bookcrawl sql`: any query that only reads."""

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.commands.database import db_option
from crawler.commands.numbers import Number
from crawler.commands.output import form_options

if TYPE_CHECKING:
    from crawler.catalog.limits import TimeLimit


@click.command("sql")
@click.argument("query")
@click.argument("arguments", nargs=-1)
@click.option(
    "--timeout",
    "timeout_s",
    type=Number(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds that the query may work.",
)
@form_options
@db_option
def command(
    query: str, arguments: tuple[str, ...], timeout_s: float, form: str | None, db: Path
) -> None:
    """Run a QUERY that reads the database; - takes it from standard input.

    ARGUMENTS stand, as text, for the question marks in it. The tables and their columns are
    described in the database itself.

    \b
      bookcrawl sql "select title, published_year from books where authors like ?" %Woolf%
      bookcrawl sql "select author, count(*) from book_authors group by 1 order by 2 desc" --csv
      bookcrawl sql "select sql from sqlite_schema where name = 'books'"

    Off a terminal a row is a line, its columns parted by tabs, without a header.
    """  # noqa: D301  \b keeps click from filling the lines below it
    import sys
    import time

    from crawler.catalog.database import open_catalog
    from crawler.catalog.limits import TimeLimit, last_resort, limit_memory
    from crawler.catalog.sql import run_query
    from crawler.commands.output import print_rows

    if query == "-":
        query = sys.stdin.buffer.read().decode(errors="surrogateescape")
    limit = TimeLimit(timeout_s, time.monotonic)
    with open_catalog(db) as catalog, last_resort(limit, partial(_give_up, limit)):
        limit_memory(catalog)
        answer = run_query(catalog, query, arguments, path=db, limit=limit)
        print_rows(answer.columns, answer.rows, form)


def _give_up(limit: "TimeLimit") -> None:
    """End the program past SQLite, which hears of nothing until its step is done."""
    from crawler.catalog.sql import stopped
    from crawler.errors import WrongUse

    click.echo(f"bookcrawl: {stopped(limit)}", err=True)
    os._exit(WrongUse.exit_code)
