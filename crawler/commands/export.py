"""`bookcrawl export`: books as a file of another kind."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.catalog.query import Search
from crawler.commands.database import db_option
from crawler.commands.filters import TEXT, filter_options
from crawler.commands.writing import STANDARD_OUTPUT, name_of
from crawler.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.catalog.formats import Format
    from crawler.catalog.rows import BookRow


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--search", "words", type=TEXT, default="", help="Only books that `search` finds.")
@filter_options
@click.option(
    "--format",
    "name",
    help="csv, json, jsonl, parquet, bibtex, ris or marcxml; without it, as OUT ends.",
)
@click.option("--excel", is_flag=True, help="CSV in a form that Excel opens right.")
@db_option
def command(out: Path, search: Search, name: str | None, excel: bool, db: Path) -> None:
    """Write books to OUT, in the order of the input.

    OUT is a .csv, .json, .jsonl, .parquet, .bib (BibTeX), .ris or .xml (MARCXML) file.

    \b
      bookcrawl export books.csv --excel
      bookcrawl export poets.bib --search poetry --year 1900..1950
      bookcrawl export - --format jsonl | gzip > books.jsonl.gz
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.database import open_catalog
    from crawler.catalog.export import export_books, refuse_the_database
    from crawler.catalog.search import find_all
    from crawler.commands.say import say

    form = _choose_format(out, name, excel=excel)
    with open_catalog(db) as catalog:
        books = find_all(catalog, search)
        if out == STANDARD_OUTPUT:
            count = _print(books, form)
        else:
            refuse_the_database(out, db)
            count = export_books(books, out, form.load())
    say(f"{counted(count, 'book')} to {name_of(out)}")


def _print(books: "Iterable[BookRow]", form: "Format") -> int:
    from crawler.catalog.formats import FORMATS
    from crawler.commands.output import print_books, write_books

    if form is FORMATS["csv"]:
        return print_books(books, "csv")
    return write_books(books, form.load())


def _choose_format(out: Path, name: str | None, *, excel: bool) -> "Format":
    from crawler.catalog.formats import EXCEL, FORMATS
    from crawler.errors import WrongUse

    form = _find_format(out, name)
    if excel:
        if form is not FORMATS["csv"]:
            raise WrongUse("--excel is a form of CSV: end the name of OUT with .csv")
        form = EXCEL
    if out == STANDARD_OUTPUT and not form.is_text and sys.stdout.isatty():
        raise WrongUse("a terminal can't show this format: name a file, or redirect")
    return form


def _find_format(out: Path, name: str | None) -> "Format":
    from crawler.catalog.formats import FORMATS
    from crawler.errors import WrongUse

    known = ", ".join(FORMATS)
    if name is None and out == STANDARD_OUTPUT:
        raise WrongUse(f"for standard output, name a --format: {known}")
    if name is not None:
        if form := FORMATS.get(name.lower()):
            return form
        raise WrongUse(f"{name} is no format to export to: choose one of {known}")
    for form in FORMATS.values():
        if form.ending == out.suffix.lower():
            return form
    endings = ", ".join(form.ending for form in FORMATS.values())
    raise WrongUse(
        f"{out.suffix or out} tells no format to export to: end the name of the file with one of "
        f"{endings}, or name a --format"
    )
