"""`bookcrawl enrich`: somebody's own table or list, with what is known of its books added."""

import gzip
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from crawler.commands.database import command_line, db_option
from crawler.commands.reading import STANDARD_INPUT, reading_options, standard_input
from crawler.commands.writing import STANDARD_OUTPUT, name_of
from crawler.errors import WrongUse
from crawler.names import for_shell
from crawler.seed import Reason
from crawler.words import counted

if TYPE_CHECKING:
    from crawler.catalog.enrich import Enrichment

DEFAULT = "title,authors,publisher,published_year,language,page_count"


@click.command("enrich")
@click.argument("file")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The file to write; - prints.")
@click.option(
    "--add", default=DEFAULT, show_default=True, help="Columns of books, parted by commas."
)
@click.option("--encoding", help="The encoding of FILE, where that is not UTF-8.")
@reading_options
@db_option
def command(
    file: str,
    out: Path | None,
    add: str,
    encoding: str | None,
    column: str | None,
    format_: str | None,
    db: Path,
) -> None:
    """Write FILE again with what the database knows of each row's book in added columns.

    Nothing that stands in FILE is changed, to the byte. The last columns added tell for each row
    the ISBN that was looked up and its status: found, unconfirmed, missing, failed, pending,
    not_asked, or why the row was rejected. A row with several ISBNs gets the book of the first.

    \b
      bookcrawl enrich books.csv -o books-enriched.csv
      bookcrawl enrich books.csv --add title,authors,categories > enriched.csv
      bookcrawl enrich - -o list.csv < isbns.txt
    """  # noqa: D301  \b keeps click from filling the lines below it
    from crawler.catalog.database import open_catalog
    from crawler.catalog.enrich import Enrichment
    from crawler.reader.originals import Originals

    if out is None:
        if sys.stdout.isatty():
            raise WrongUse("name the file to write with -o OUT; -o - prints here")
        out = STANDARD_OUTPUT
    columns = [name.strip() for name in add.split(",") if name.strip()]
    with (
        open_catalog(db) as catalog,
        closing(
            Originals(file, stdin=standard_input(), column=column, format=format_)
        ) as originals,
    ):
        enrichment = Enrichment(catalog, originals, columns, encoding)
        _refuse_the_input(out, file)
        _put(enrichment, out, db)
        notes = originals.notes
    _say_notes(enrichment, notes)
    _say_counts(enrichment, out)
    _say_next(enrichment, _reading(file, column, format_), db)


def _put(enrichment: "Enrichment", out: Path, db: Path) -> None:
    from crawler.catalog.export import refuse_the_database, write_whole

    if out == STANDARD_OUTPUT:
        _print(enrichment)
        return
    refuse_the_database(out, db)
    write_whole(out, lambda target: _write(enrichment.rows(), target, out))


def _print(enrichment: "Enrichment") -> None:
    from crawler.commands.output import standard_output
    from crawler.commands.terminal import printable

    rows: Iterable[bytes] = enrichment.rows()
    if sys.stdout.isatty():
        texts = (row.decode(enrichment.codec, "replace") for row in rows)
        rows = (f"{printable(text.rstrip())}\n".encode() for text in texts)
    with standard_output() as target:
        target.writelines(rows)


def _write(rows: Iterator[bytes], target: BinaryIO, out: Path) -> int:
    """Into the file that becomes `out`; how many bytes they were."""
    if out.suffix.lower() != ".gz":
        target.writelines(rows)
        return target.tell()
    with gzip.GzipFile("", "wb", fileobj=target, mtime=0) as packed:
        packed.writelines(rows)
    return target.tell()


def _refuse_the_input(out: Path, file: str) -> None:
    """Also where the shell redirects: what is read while it is appended to has no end."""
    from crawler.catalog.export import is_same_file

    target = Path("/dev/stdout") if out == STANDARD_OUTPUT else out
    source = Path("/dev/stdin" if file == STANDARD_INPUT else file)
    if source.is_file() and is_same_file(target, source):
        raise WrongUse(
            f"{name_of(out)} is the file that is read: write to another, and look at it first"
        )


def _say_notes(enrichment: "Enrichment", notes: Iterable[str]) -> None:
    from crawler.commands.say import say

    for note in notes:
        say(f"{note}.")
    if enrichment.too_long:
        say(
            f"{counted(enrichment.too_long, 'row')} had more cells than there are columns: "
            "what was added stands further to the right there."
        )
    if enrichment.replaced:
        say(
            f"{counted(enrichment.replaced, 'row')} got question marks for characters that "
            f"{enrichment.codec} does not have: save the file as UTF-8 to have them all."
        )


def _say_counts(enrichment: "Enrichment", out: Path) -> None:
    from crawler.catalog.enrich import Status
    from crawler.commands.say import say

    counts = enrichment.statuses
    told = [f"{counts[word]:,} {word}" for word in (*Status, *Reason) if counts[word]]
    say(f"{counted(counts.total(), 'row')} to {name_of(out)}: {', '.join(told)}")


def _say_next(enrichment: "Enrichment", reading: str, db: Path) -> None:
    """By which command more rows would be filled; `reading` is the file and how it is read."""
    from crawler.catalog.enrich import Status
    from crawler.commands.program import program
    from crawler.commands.say import say

    counts = enrichment.statuses
    if counts[Status.NOT_ASKED]:
        say(f"`{command_line(f'crawl {reading}', db)}` asks for those not asked yet")
    elif counts[Status.PENDING]:
        say(f"`{command_line('resume', db)}` asks for those pending")
    elif counts[Status.FAILED]:
        say(f"`{command_line('retry --failed', db)}` asks again for those that failed")
    if any(counts[reason] for reason in Reason):
        say(f"`{program()} check {reading}` tells more of the rows without an ISBN")


def _reading(file: str, column: str | None, format_: str | None) -> str:
    """The arguments by which another command reads the file in the same way."""
    words = ["FILE" if file == STANDARD_INPUT else for_shell(file)]
    words += [f"--column {for_shell(column)}"] if column else []
    words += [f"--format {for_shell(format_)}"] if format_ else []
    return " ".join(words)
