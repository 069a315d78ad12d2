"""`bookcrawl doctor`: one line each for key, network, quota, database and disk."""

import os
from pathlib import Path

import click

from crawler.commands.database import db_option
from crawler.commands.options import ask_options, gather

NOT_WELL = 3


@click.command("doctor")
@ask_options
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@db_option
@click.pass_context
def command(context: click.Context, /, as_json: bool, db: Path, **asking: object) -> None:
    """Check key, network, quota, database and disk, and tell what to do.

    No call is made: nothing of the quota is used. Ends with 3 if something is not well.

    \b
      bookcrawl doctor
      bookcrawl doctor --db library.db
    """  # noqa: D301  \b keeps click from filling the lines below it
    import asyncio

    from crawler.catalog.formats.json_lines import encode_record
    from crawler.clock import SystemClock
    from crawler.commands.checkup import examine
    from crawler.commands.output import standard_output
    from crawler.commands.terminal import printable

    findings = asyncio.run(examine(gather(asking), db, os.environ, SystemClock()))
    with standard_output() as out:
        if as_json:
            out.write(encode_record(findings) + b"\n")
        else:
            for finding in findings:
                mark = "ok " if finding.well else "NOT"
                out.write(f"{mark}  {finding.part:<9} {printable(finding.sentence)}\n".encode())
    context.exit(0 if all(finding.well for finding in findings) else NOT_WELL)
