"""`bookcrawl lookup`: single ISBNs, from the database where it has them."""

from pathlib import Path

import click

from crawler.commands.database import db_option
from crawler.commands.options import ask_options, gather, given_options

SOME_FAILED = 3


@click.command("lookup")
@click.argument("isbns", metavar="ISBN...", nargs=-1, required=True)
@ask_options
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of the books.")
@db_option
@click.pass_context
def command(
    context: click.Context, /, isbns: tuple[str, ...], as_json: bool, db: Path, **asking: object
) -> None:
    """Answer for ISBNs in the order given; those that the database does not have are asked for.

    What is asked is kept in the database, so nothing is ever asked twice.

    \b
      bookcrawl lookup 9780140328721
      bookcrawl lookup 0140328726 978-0-439-02348-1 --json
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.commands.asking import ask_in_passing
    from crawler.commands.show import parse_wanted, print_wanted
    from crawler.errors import DatabaseUnusable
    from crawler.library.run import Order
    from crawler.library.unasked import find_unasked

    options = gather(asking)
    wanted = parse_wanted(isbns)
    stopped = 0
    if unasked := find_unasked(wanted, db):
        order = Order("lookup", db, options, only=unasked)
        try:
            summary = ask_in_passing(order, given_options(context))
        except DatabaseUnusable:
            # Another process crawls: what is known is told all the same.
            print_wanted([isbn for isbn in wanted if isbn not in unasked], db, as_json=as_json)
            raise
        stopped = summary.exit_code() if summary.stopped else 0
    states = print_wanted(wanted, db, as_json=as_json)
    context.exit(stopped or (SOME_FAILED if "failed" in states else 0))
