"""`bookcrawl show`: one book in full."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.commands.database import command_line, db_option

if TYPE_CHECKING:
    import sqlite3

    from crawler.catalog.show import Entry, FullBook
    from crawler.isbn import ISBN13

NOT_ALL_SHOWN = 3

_LABEL = re.compile(r"^\s*ISBN(?:-?1[03])?:?\s*", re.IGNORECASE)
"""What a title page prints before the number."""


@click.command("show")
@click.argument("isbns", metavar="ISBN...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of the books.")
@click.option("--raw", is_flag=True, help="Print a JSON array of the records as they were sent.")
@db_option
@click.pass_context
def command(
    context: click.Context, isbns: tuple[str, ...], as_json: bool, raw: bool, db: Path
) -> None:
    """Show books in full, by ISBN-10 or ISBN-13, with or without hyphens, and where what is known
    of them comes from.

    For an ISBN that has no book, standard error tells what is known of it, and the command ends
    with 3.

    \b
      bookcrawl show 978-0-14-032872-1
      bookcrawl show 0140328726 --json
      bookcrawl show 0140328726 --raw
    """  # noqa: D301  \b keeps click from filling the lines below it
    if as_json and raw:
        from crawler.errors import WrongUse

        raise WrongUse("--json prints books, --raw the records that they were read from: take one")
    if print_wanted(parse_wanted(isbns), db, as_json=as_json, raw=raw):
        context.exit(NOT_ALL_SHOWN)


def parse_wanted(isbns: Sequence[str]) -> "list[ISBN13]":
    """The ISBNs as given; raises `WrongUse` for a text that is none."""
    return [_parse(text) for text in isbns]


def print_wanted(
    wanted: "Sequence[ISBN13]", db: Path, *, as_json: bool, raw: bool = False
) -> set[str]:
    """Print the books in the order given, and say of the other ISBNs what is known of them.

    Returns the states of those others; an ISBN that the database does not know is `unknown`.
    """
    from crawler.catalog.database import open_catalog
    from crawler.catalog.show import find_entries, find_full_book
    from crawler.commands.output import print_books
    from crawler.commands.say import say

    with open_catalog(db) as catalog:
        found = {isbn: find_full_book(catalog, isbn) for isbn in wanted}
        others = {isbn: find_entries(catalog, isbn) for isbn in wanted if found[isbn] is None}
        books = [full for isbn in wanted if (full := found[isbn]) is not None]
        if raw:
            _print_payloads(catalog, books)
    if as_json:
        print_books((full.book for full in books), "json")
    elif not raw:
        _print_pages(books)
    for isbn, known in others.items():
        for sentence in _not_shown(isbn, known, db):
            say(sentence)
    return {entry.state for known in others.values() for entry in known} | {
        "unknown" for known in others.values() if not known
    }


def _parse(text: str) -> "ISBN13":
    from crawler.errors import WrongUse
    from crawler.isbn import parse_isbn

    try:
        return parse_isbn(_LABEL.sub("", text))
    except ValueError as error:
        raise WrongUse(str(error)) from error


def _print_payloads(catalog: "sqlite3.Connection", books: "list[FullBook]") -> None:
    """As they were received."""
    import msgspec

    from crawler.catalog.formats.json_array import write_records
    from crawler.catalog.origin import find_payload
    from crawler.commands.output import standard_output
    from crawler.commands.say import say
    from crawler.isbn import ISBN13, hyphenated

    records = []
    for full in books:
        payload = find_payload(catalog, full.book) or b""
        try:
            msgspec.json.decode(payload)
        except (msgspec.DecodeError, RecursionError):
            isbn = hyphenated(ISBN13(int(full.book.isbn13)))
            say(f"{isbn}: no record is kept of it that can be read")
        else:
            records.append(msgspec.Raw(payload))
    with standard_output() as out:
        write_records(records, out)


def _print_pages(books: "list[FullBook]") -> None:
    from crawler.commands.book_page import book_page
    from crawler.commands.output import standard_output

    with standard_output() as out:
        out.write("\n".join(map(book_page, books)).encode())


def _not_shown(isbn: "ISBN13", entries: "list[Entry]", db: Path) -> list[str]:
    from crawler.commands.terminal import printable
    from crawler.isbn import hyphenated

    if not entries:
        lookup = command_line(f"lookup {isbn}", db)
        return [printable(f"{hyphenated(isbn)} is not in {db}: `{lookup}` asks for it")]
    return [printable(f"{hyphenated(isbn)} {_standing(entry, db)}") for entry in entries]


def _standing(entry: "Entry", db: Path) -> str:
    match entry.state:
        case "pending":
            return f"is pending at {entry.source}: `{command_line('resume', db)}` asks for it"
        case "missing":
            retry = command_line("retry --missing", db)
            return (
                f"is missing: {entry.source} was asked on {entry.settled_at} and has no such book; "
                f"`{retry}` asks again for all that are missing"
            )
        case "failed":
            retry = command_line("retry --failed", db)
            return (
                f"failed at {entry.source} on {entry.settled_at}: {entry.reason}; "
                f"`{retry}` asks again for all that failed"
            )
        case state:
            return f"is {state} at {entry.source}, but its book was deleted from the database"
