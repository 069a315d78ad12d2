"""RIS, which reference managers read: UTF-8, a tag a line, lines that end in CRLF.

Names stand as the source writes them: where a last name begins, no comma tells (see bibtex.py).
"""

import io
from collections.abc import Iterable
from typing import BinaryIO

import rispy  # type: ignore[import-untyped]

from crawler.catalog.formats.plain import (
    all_on_one_line,
    certain_date,
    moment,
    on_one_line,
    web_link,
)
from crawler.catalog.rows import BookRow

_REFERENCE_TYPES = {"MAGAZINE": "MGZN"}


class _Writer(rispy.RisWriter):  # type: ignore[misc]
    """rispy's writer, without a number above each record, which the format does not know."""

    NEWLINE = "\r\n"

    def set_header(self, count: int) -> str:  # noqa: ARG002 - the name is rispy's
        return ""


def write_books(books: Iterable[BookRow], out: BinaryIO) -> int:
    """Write a record a book, an empty line between two; how many they were."""
    writer = _Writer()
    count = 0
    for book in books:
        text = io.StringIO(newline="")
        writer.format_lines(text, [_reference(book)])
        out.write(b"\r\n" if count else b"")
        out.write(text.getvalue().encode())
        count += 1
    return count


def _reference(book: BookRow) -> dict[str, str | list[str]]:
    """By the names that rispy has for the tags: AU, TI, ST, PB, PY, DA, SN, SP, LA, KW."""
    title, subtitle = on_one_line(book.title), on_one_line(book.subtitle)
    link = web_link(book.info_link)
    fields: dict[str, str | list[str] | None] = {
        "type_of_reference": _REFERENCE_TYPES.get(book.print_type or "", "BOOK"),
        "authors": all_on_one_line(book.authors),
        "title": ": ".join(filter(None, (title, subtitle))),
        "short_title": title if subtitle else None,
        "publisher": on_one_line(book.publisher),
        "year": None if book.published_year is None else f"{book.published_year:04}",
        "date": _date(book),
        "issn": book.isbn13,
        "start_page": None if book.page_count is None else str(book.page_count),
        "language": on_one_line(book.language),
        "keywords": all_on_one_line(book.categories),
        "abstract": on_one_line(book.description),
        "urls": [link] if link else None,
        "figure": web_link(book.thumbnail_url),
        "name_of_database": on_one_line(book.source),
        "accession_number": on_one_line(book.source_id),
        "access_date": _access_date(book.retrieved_at),
    }
    return {name: value for name, value in fields.items() if value}


def _date(book: BookRow) -> str | None:
    """Year/month/day/what else is known; the last where there is no certain date."""
    if date := certain_date(book):
        year, month, day, *_ = [*date.split("-"), "", ""]
        return f"{year}/{month}/{day}/"
    given = on_one_line(book.published)
    return f"///{given}" if given else None


def _access_date(retrieved_at: str) -> str | None:
    retrieved = moment(retrieved_at)
    return f"{retrieved:%Y/%m/%d}/" if retrieved else None
