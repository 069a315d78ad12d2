"""Where a book's values come from: the run and the file that asked, the record that was sent."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from crawler.catalog.formats.csv_table import cell_text
from crawler.catalog.rows import BookRow, read_row
from crawler.names import from_cell
from crawler.sources.volume import VolumeInfo, read_volume
from crawler.store.payloads import PayloadUnreadable, decompressor, unpack


class Asked(Struct, frozen=True):
    """How the ISBN came into the ledger, and how often it was settled there.

    `number` is its place in the input; `file` is None where several files may have named it.
    """

    number: int
    run: int
    command: str | None
    began_at: str | None
    attempts: int
    settled_at: str | None
    file: str | None


class Sent(Struct, frozen=True):
    """The text that the source sent, of which the `field` of the book was made."""

    field: str
    text: str


def find_asked(connection: sqlite3.Connection, book: BookRow) -> Asked | None:
    """What the ledger and the runs tell of it; None where its row was deleted."""
    query = (
        "SELECT number, run, command, started_at, attempts, settled_at, NULL "
        "FROM ledger LEFT JOIN runs ON runs.id = run WHERE isbn13 = ? AND source = ?"
    )
    cells = connection.execute(query, (int(book.isbn13), book.source)).fetchone()
    if cells is None:
        return None
    asked = read_row(Asked, cells)
    return replace(asked, file=_find_file(connection)) if asked.command == "crawl" else asked


def _find_file(connection: sqlite3.Connection) -> str | None:
    """The only file that was ever read. Of several it is not kept which one named an ISBN."""
    files = connection.execute("SELECT file FROM inputs LIMIT 2").fetchall()
    if len(files) != 1 or not isinstance(files[0][0], str | bytes):
        return None
    return from_cell(files[0][0])


def find_payload(connection: sqlite3.Connection, book: BookRow) -> bytes | None:
    """The record of the book as it was received, JSON; None where none is kept that can be read."""
    query = (
        "SELECT payloads.body, dictionaries.body FROM payloads "
        "JOIN dictionaries ON dictionaries.id = dictionary WHERE payloads.id = ?"
    )
    row = connection.execute(query, (book.id,)).fetchone()
    if row is None or not isinstance(row[1], bytes):
        return None
    with suppress(PayloadUnreadable):
        return unpack(row[0], decompressor(row[1]))
    return None


def find_sent(connection: sqlite3.Connection, book: BookRow) -> tuple[Sent, ...]:
    """The texts of the record that stand otherwise in the book: cleaned, shortened, mended."""
    payload = find_payload(connection, book) if book.source == "google" else None
    if payload is None:
        return ()
    try:
        info = read_volume(payload).volume_info
    except (msgspec.DecodeError, RecursionError):  # a record may be nested deeper than can be read
        return ()
    stored = msgspec.structs.asdict(book)
    return tuple(
        sent for sent in _texts(info, book) if _differs(sent.text, cell_text(stored[sent.field]))
    )


def _differs(sent: str, stored: str) -> bool:
    """A link by http is stored with https: nearly all are, and that alone tells nothing."""
    return sent not in {stored, stored.replace("https://", "http://", 1)}


def _texts(info: VolumeInfo, book: BookRow) -> Iterator[Sent]:
    unsure = book.published_year is None  # a certain year is seen in `published`
    images = info.image_links
    for field, value in (
        ("title", info.title),
        ("subtitle", info.subtitle),
        ("authors", info.authors),
        ("publisher", info.publisher),
        ("published", info.published_date),
        ("published_year", info.published_date if unsure else None),
        ("description", info.description),
        ("categories", info.categories),
        ("page_count", info.page_count),
        ("language", info.language),
        ("average_rating", info.average_rating),
        ("thumbnail_url", images and (images.thumbnail or images.small_thumbnail)),
        ("info_link", info.info_link),
    ):
        if value is not None:
            yield Sent(field, cell_text(value))
