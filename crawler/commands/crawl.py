"""`bookcrawl crawl`: a file of ISBNs into the database."""

from pathlib import Path

import click

from crawler.commands.database import db_option
from crawler.commands.options import ask_options, gather, given_options
from crawler.commands.reading import reading_options


@click.command("crawl")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@reading_options
@ask_options
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one line of JSON.")
@db_option
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[str, ...],
    column: str | None,
    format_: str | None,
    as_json: bool,
    db: Path,
    **asking: object,
) -> None:
    """Add the ISBNs of FILEs to the database and ask for all that are pending.

    A FILE is a list or a CSV with a column of ISBNs, gzipped or not; - is standard input. The same
    command again goes on where the last one stopped.

    \b
      bookcrawl crawl isbns.txt
      bookcrawl crawl books.csv --column isbn13 --db library.db
      bookcrawl crawl --sandbox data/sample.csv
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.commands.asking import ask
    from crawler.commands.reading import open_files
    from crawler.library.run import Order

    options = gather(asking)
    input_, records = open_files(files, column, format_)
    with input_:
        order = Order("crawl", db, options, (input_,), records)
        summary = ask(order, given_options(context), as_json=as_json)
    context.exit(summary.exit_code())
