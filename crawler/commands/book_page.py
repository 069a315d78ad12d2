"""A book in full, pleasant to read in 80 columns."""

from collections.abc import Iterable, Iterator, Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler.book import Match
from crawler.catalog.formats.csv_table import cell_text
from crawler.catalog.origin import Asked, Sent
from crawler.catalog.rows import BookRow
from crawler.catalog.show import FullBook
from crawler.commands.terminal import printable, render, terminal_width
from crawler.isbn import ISBN13, hyphenated

WIDEST_PAGE = 80
LONGEST_SENT = 300
"""Characters of a text as it was sent; `--raw` prints all of it."""

WEB = ("https://", "http://")
_STANDARD_INPUT = {"-": "standard input"}
_LABEL_WIDTH = 12

_MATCHES = {
    Match.CONFIRMED: "confirmed: the record carries this ISBN",
    Match.UNCONFIRMED: "unconfirmed: the record carries no ISBN, so this may be another book",
}


def book_page(full: FullBook) -> str:
    """The book as text for standard output, styled where that is a terminal.

    Links stand on one line each, however long, so that they can be followed and copied.
    """
    book, width = full.book, min(WIDEST_PAGE, terminal_width())
    parts = [render(_heading(book), width), "\n", render(_table(_known(book)), width)]
    parts += [_link(label, link) for label, link in _links(book)]
    for paragraph in (book.description or "").split("\n\n"):
        if paragraph.strip():
            parts += ["\n", render(Padding(Text(printable(paragraph)), (0, 0, 0, 2)), width)]
    if full.asked or full.sent:
        parts += ["\n", render(_table(_asked(full.asked)), width), *_as_sent(full.sent, width)]
    return "".join(parts)


def _heading(book: BookRow) -> Text:
    heading = Text(printable(book.title or "(no title)"), style="bold")
    if book.subtitle:
        heading.append(f"\n{printable(book.subtitle)}", style="not bold")
    return heading


def _table(facts: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid()
    table.add_column(style="dim", width=_LABEL_WIDTH, no_wrap=True)
    table.add_column(overflow="fold")
    for label, fact in facts:
        if fact:
            table.add_row(label, Text(printable(fact)))
    return table


def _known(book: BookRow) -> Iterator[tuple[str, str]]:
    yield "Authors", cell_text(book.authors)
    yield "Publisher", ", ".join(filter(None, (book.publisher, book.published)))
    yield "Pages", cell_text(book.page_count)
    yield "Language", cell_text(book.language)
    yield "Categories", cell_text(book.categories)
    yield "Rating", _rating(book)
    yield "ISBN", _both_isbns(book)
    yield "Match", _MATCHES[book.match]
    yield "Source", f"{book.source} {book.source_id}, retrieved {book.retrieved_at}"


def _asked(asked: Asked | None) -> Iterator[tuple[str, str]]:
    if asked is None:
        return
    run = f"run {asked.run}" + (f", {asked.command} of {asked.began_at}" if asked.command else "")
    if asked.command == "lookup":
        yield "Asked for", f"by {run}"
    else:
        file = f", {_STANDARD_INPUT.get(asked.file, asked.file)}" if asked.file else ""
        yield "Asked for", f"as number {asked.number:,} of the input{file} ({run})"
    if asked.settled_at:
        again = f", settled {asked.attempts:,} times so far" if asked.attempts > 1 else ""
        yield "Settled", f"{asked.settled_at}{again}"


def _as_sent(sent: Sequence[Sent], width: int) -> Iterator[str]:
    """What the source wrote in another way than it stands in the database, links on one line."""
    for number, one in enumerate(sent):
        label = "" if number else "As sent"
        text = one.text if len(one.text) <= LONGEST_SENT else f"{one.text[:LONGEST_SENT]}…"
        if text.startswith(WEB):
            yield _link(label, f"{one.field}: {text}")
        else:
            yield render(_table([(label, f"{one.field}: {text}")]), width)


def _rating(book: BookRow) -> str:
    if book.average_rating is None:
        return ""
    return f"{book.average_rating:.1f} of 5 ({book.ratings_count or 0:,} ratings)"


def _both_isbns(book: BookRow) -> str:
    long = hyphenated(ISBN13(int(book.isbn13)))
    if book.isbn10 is None:
        return long
    # Without its prefix element, an ISBN-13 is parted as the ISBN-10 is.
    _, hyphen, parts = long.partition("-")
    short = f"{parts[:-1]}{book.isbn10[-1:]}" if hyphen else book.isbn10
    return f"{long}, {short}"


def _links(book: BookRow) -> Iterator[tuple[str, str]]:
    """Those of the web; a crawl stores no others, but anybody may have filled the database."""
    for label, link in (("Page", book.info_link), ("Cover", book.thumbnail_url)):
        if link and link.startswith(WEB):
            yield label, link


def _link(label: str, link: str) -> str:
    return render(
        Text.assemble((label.ljust(_LABEL_WIDTH), "dim"), printable(link)),
        width=_LABEL_WIDTH + len(link),
    )
