"""`bookcrawl status`: how the crawl stands and how long the rest will take."""

from pathlib import Path

import click

from crawler.commands.database import db_option
from crawler.commands.numbers import Number
from crawler.library.options import DAILY_QUOTA, RATE


@click.command("status")
@click.option(
    "--rate", type=Number(min=0), default=RATE, show_default=True,
    envvar="BOOKCRAWL_RATE", help="Calls a second that the estimate reckons with; 0: no limit.",
)  # fmt: skip
@click.option(
    "--daily-quota", type=click.IntRange(min=0), default=DAILY_QUOTA, show_default=True,
    envvar="BOOKCRAWL_DAILY_QUOTA", help="Calls a day that it reckons with; 0: no limit.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@db_option
def command(rate: float, daily_quota: int, as_json: bool, db: Path) -> None:
    """States, today's quota and when it ends, the last runs, and how long the rest will take.

    \b
      bookcrawl status
      bookcrawl status --db library.db --json
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.database import open_catalog
    from crawler.catalog.formats.json_lines import encode_record
    from crawler.clock import SystemClock
    from crawler.commands.output import standard_output
    from crawler.commands.standing import look, resume_command, tell

    with open_catalog(db) as catalog:
        standing = look(catalog, SystemClock().now(), rate=rate, daily_quota=daily_quota)
        resume = resume_command(catalog, db)
    with standard_output() as out:
        if as_json:
            out.write(encode_record(standing) + b"\n")
        else:
            out.write(tell(standing, str(db), resume).encode())
