"""`bookcrawl purge`: books that were retrieved long ago, dropped."""

from pathlib import Path

import click

from crawler.commands.database import db_option
from crawler.words import counted


@click.command("purge")
@click.option(
    "--older-than", metavar="AGE", required=True,
    help="What was retrieved longer ago: 30d, 12h, 2w.",
)  # fmt: skip
@click.option("--ask-again", is_flag=True, help="Keep their ISBNs, to be asked for by a resume.")
@click.option("--dry-run", is_flag=True, help="Tell how many books that would be, and drop none.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as one line of JSON.")
@db_option
def command(older_than: str, ask_again: bool, dry_run: bool, as_json: bool, db: Path) -> None:
    """Drop books that were retrieved long ago, with payloads and full-text index.

    Their ISBNs leave the ledger as well, unless you want to --ask-again. What is missing or failed
    stays, as it holds nothing of the source's. The file is written anew without what was dropped;
    while that lasts it takes its size once more.

    \b
      bookcrawl purge --older-than 30d --dry-run
      bookcrawl purge --older-than 30d --ask-again
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.formats.json_lines import encode_record
    from crawler.clock import SystemClock
    from crawler.commands.database import command_line, parse_age, require_database
    from crawler.commands.output import standard_output
    from crawler.commands.say import say
    from crawler.commands.upkeep import preview_purge, purge_database

    require_database(db)
    before = SystemClock().now() - parse_age(older_than)
    if dry_run:
        done, verb = preview_purge(db, before), "would be dropped"
    else:
        done, verb = purge_database(db, before, ask_again=ask_again), "dropped"
    say(f"{done.books:,} of {counted(done.books + done.kept, 'book')} {verb}")
    if done.pending:
        again = counted(done.pending, "ISBN is", "ISBNs are")
        say(f"{again} to be asked for again: `{command_line('resume', db)}`")
    if as_json:
        with standard_output() as out:
            out.write(encode_record(done) + b"\n")
