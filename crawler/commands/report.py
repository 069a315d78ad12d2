"""`bookcrawl report`: what is in the database, as a page to look at."""

from pathlib import Path

import click

from crawler.commands.database import db_option
from crawler.commands.writing import STANDARD_OUTPUT


@click.command("report")
@click.argument("out", metavar="OUT.html", type=click.Path(path_type=Path))
@db_option
def command(out: Path, db: Path) -> None:
    """Write a page of pictures and numbers: what was found, why not the rest, what the books are
    like, how the crawl went.

    The page is one file that needs no network and holds no script.

    \b
      bookcrawl report books.html
      bookcrawl report - --db poets.db > poets.html
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.database import open_catalog
    from crawler.catalog.export import refuse_the_database, write_whole
    from crawler.clock import SystemClock
    from crawler.commands.output import standard_output
    from crawler.commands.say import say
    from crawler.extras import need

    need("report", "a report", "altair", "vl_convert", "jinja2")
    from crawler.catalog.report.page import make_page

    refuse_the_database(out, db)
    with open_catalog(db) as catalog:
        page = make_page(catalog, db.name, SystemClock().now())
    if out == STANDARD_OUTPUT:
        with standard_output() as standard:
            standard.write(page)
        return
    write_whole(out, lambda file: file.write(page))
    say(f"the report of {db} is in {out}")
