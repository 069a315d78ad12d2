"""`bookcrawl reparse`: kept payloads read with today's parser."""

from pathlib import Path

import click

from crawler.commands.database import db_option


@click.command("reparse")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as one line of JSON.")
@db_option
def command(as_json: bool, db: Path) -> None:
    """Read the payloads of all books again with today's parser; no call is made.

    A newer bookcrawl reads some records better. Books change where they read otherwise; a payload
    that can't be read, or that tells of another book, leaves its book as it is.

    \b
      bookcrawl reparse
      bookcrawl reparse --db library.db --json
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.formats.json_lines import encode_record
    from crawler.commands.database import require_database
    from crawler.commands.output import standard_output
    from crawler.commands.say import say
    from crawler.commands.upkeep import reparse_database

    require_database(db)
    done = reparse_database(db)
    left = [
        f"{count:,} {why}"
        for count, why in (
            (done.contradicted, "tell of another book"),
            (done.unreadable, "can't be read"),
        )
        if count
    ]
    say(
        f"{done.read:,} payloads read, {done.changed:,} books changed"
        + (f"; left as they were: {', '.join(left)}" if left else "")
    )
    if as_json:
        with standard_output() as out:
            out.write(encode_record(done) + b"\n")
