"""`bookcrawl retry`: ask again for what was settled."""

from pathlib import Path

import click

from crawler.commands.database import db_option
from crawler.commands.options import ask_options, gather, given_options


@click.command("retry")
@click.option("--failed", is_flag=True, help="Those that could not be asked.")
@click.option("--reason", metavar="TEXT", help="Of the failed, those whose reason contains TEXT.")
@click.option("--missing", is_flag=True, help="Those that the source did not have.")
@click.option("--unconfirmed", is_flag=True, help="Those whose book carries no ISBN.")
@click.option("--found", is_flag=True, help="Those that were found: their books are updated.")
@click.option("--older-than", metavar="AGE", help="Only what was settled longer ago: 90d, 12h, 2w.")
@ask_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one line of JSON.")
@db_option
@click.pass_context
def command(
    context: click.Context,
    /,
    failed: bool,
    reason: str | None,
    missing: bool,
    unconfirmed: bool,
    found: bool,
    older_than: str | None,
    as_json: bool,
    db: Path,
    **asking: object,
) -> None:
    """Ask again for ISBNs that were settled; their rows are updated, not doubled.

    \b
      bookcrawl retry --failed
      bookcrawl retry --missing --unconfirmed --older-than 90d
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.commands.asking import ask
    from crawler.commands.database import parse_age, require_database
    from crawler.errors import WrongUse
    from crawler.library.run import Order
    from crawler.store.base import Retry

    if not (failed or missing or unconfirmed or found):
        raise WrongUse("retry what? --failed, --missing, --unconfirmed or --found")
    if reason and not failed:
        raise WrongUse("--reason goes with --failed")
    require_database(db)
    order = Order(
        "retry",
        db,
        gather(asking),
        retry=Retry(failed, missing, unconfirmed, found, reason),
        retry_older_than=parse_age(older_than) if older_than else None,
    )
    context.exit(ask(order, given_options(context), as_json=as_json).exit_code())
