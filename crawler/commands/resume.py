"""`bookcrawl resume`: ask for what is pending."""

from pathlib import Path

import click

from crawler.commands.database import db_option
from crawler.commands.options import ask_options, gather, given_options


@click.command("resume")
@ask_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one line of JSON.")
@db_option
@click.pass_context
def command(context: click.Context, /, as_json: bool, db: Path, **asking: object) -> None:
    """Ask for all ISBNs that are pending in the database.

    Files whose end an interrupted crawl did not reach are read again.

    \b
      bookcrawl resume
      bookcrawl resume --db library.db --limit 100
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.commands.asking import ask
    from crawler.commands.database import require_database
    from crawler.library.run import Order

    require_database(db)
    order = Order("resume", db, gather(asking), reread=True)
    context.exit(ask(order, given_options(context), as_json=as_json).exit_code())
