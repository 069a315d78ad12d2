"""`bookcrawl export`: books as a file of another kind."""

from pathlib import Path

import click

from crawler.catalog.query import Search
from crawler.commands.database import db_option
from crawler.commands.filters import TEXT, filter_options

STANDARD_OUTPUT = Path("-")


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--search", "words", type=TEXT, default="", help="Only books that `search` finds.")
@filter_options
@click.option("--format", "ending", help="csv, json or jsonl; without it, as OUT ends.")
@db_option
def command(out: Path, search: Search, ending: str | None, db: Path) -> None:
    """Write books to OUT, in the order of the input: a .csv, .json or .jsonl file.

    \b
      bookcrawl export books.csv
      bookcrawl export poets.jsonl --search poetry --year 1900..1950
      bookcrawl export - --format csv | gzip > books.csv.gz
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.database import open_catalog
    from crawler.catalog.export import export_books, refuse_the_database
    from crawler.catalog.formats import FORMATS
    from crawler.catalog.search import find_all
    from crawler.commands.output import print_books
    from crawler.commands.say import say

    form = _choose_format(out, ending)
    with open_catalog(db) as catalog:
        books = find_all(catalog, search)
        if out == STANDARD_OUTPUT:
            count = print_books(books, form)
        else:
            refuse_the_database(out, db)
            count = export_books(books, out, FORMATS[form])
    target = "standard output" if out == STANDARD_OUTPUT else out
    say(f"{count:,} {'book' if count == 1 else 'books'} to {target}")


def _choose_format(out: Path, ending: str | None) -> str:
    from crawler.catalog.formats import FORMATS
    from crawler.errors import WrongUse

    known = ", ".join(FORMATS)
    if ending is None and out == STANDARD_OUTPUT:
        raise WrongUse(f"for standard output, name a --format: {known}")
    chosen = (out.suffix.removeprefix(".") if ending is None else ending).lower()
    if chosen not in FORMATS:
        raise WrongUse(f"{chosen or out} is no format to export to: choose one of {known}")
    return chosen
