"""MARCXML: a collection of MARC 21 bibliographic records, for library systems.

Names stand in direct order, which the first indicator 0 of fields 100 and 700 is for. Nothing is
guessed: no relators, no articles to skip in sorting, no punctuation between the parts.
MARC 21 Format for Bibliographic Data, Library of Congress; the tags are told in fields.py.

ISO 2709, the binary form, has room for 9,999 bytes in a field and 99,999 in a record, fewer than
descriptions have: cut ones would be the price, so there is no .mrc.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import BinaryIO

from langcodes import Language
from pymarc import Field, Indicators, Record, Subfield, XMLWriter

from crawler.catalog.formats.plain import all_on_one_line, moment, on_one_line, web_link
from crawler.catalog.rows import BookRow

UNDETERMINED = "und"

_MONOGRAPH, _SERIAL = "m", "s"
_BIBLIOGRAPHIC_LEVELS = {"MAGAZINE": _SERIAL}
_LAST_YEAR = 9999


def write_books(books: Iterable[BookRow], out: BinaryIO) -> int:
    """Write a record a book; how many they were."""
    writer = XMLWriter(out)
    count = 0
    for book in books:
        writer.write(_record(book))
        out.write(b"\n")
        count += 1
    writer.close(close_fh=False)
    return count


def _record(book: BookRow) -> Record:
    level = _BIBLIOGRAPHIC_LEVELS.get(book.print_type or "", _MONOGRAPH)
    return Record(leader=f"     na{level} a22     uu 4500", fields=list(_fields(book)))


def _fields(book: BookRow) -> Iterator[Field]:
    """In the order of their tags."""
    retrieved = moment(book.retrieved_at)
    yield Field("001", data=book.isbn13)
    if retrieved:
        yield Field("005", data=f"{retrieved:%Y%m%d%H%M%S}.0")
    yield Field("008", data=_fixed_length(book, f"{retrieved:%y%m%d}" if retrieved else "||||||"))
    yield from _field("020  ", a=book.isbn13)
    yield from _field("020  ", a=book.isbn10)
    yield from _field("035  ", a=f"({book.source}){book.source_id}")
    if book.language:
        yield from _field("041 7", a=book.language, _2="rfc5646")
    names = all_on_one_line(book.authors)
    yield from _field("1000 ", a=names[0] if names else None)
    yield from _field(f"245{1 if names else 0}0", a=book.title, b=book.subtitle)
    yield from _field("264 1", b=book.publisher, c=book.published)
    if book.page_count is not None:
        yield from _field("300  ", a=f"{book.page_count} pages")
    yield from _field("520  ", a=book.description)
    for category in book.categories:
        yield from _field("653  ", a=category)
    for name in names[1:]:
        yield from _field("7000 ", a=name)
    if link := web_link(book.info_link):
        yield from _field("85642", _3="Page at the source", u=link)
    if link := web_link(book.thumbnail_url):
        yield from _field("85642", _3="Cover image", u=link)


def _field(tag_and_indicators: str, **values: str | None) -> Iterator[Field]:
    """The field with those of its subfields that say something; none without any."""
    tag, first, second = tag_and_indicators[:3], *tag_and_indicators[3:]
    subfields = [
        Subfield(code.removeprefix("_"), line)
        for code, value in values.items()
        if (line := on_one_line(value))
    ]
    if subfields:
        yield Field(tag, Indicators(first, second), subfields)


def _fixed_length(book: BookRow, entered: str) -> str:
    """Field 008: when it was made, the year, the language; `|` is "not coded", `xx` no place."""
    year = book.published_year
    dated = year is not None and 0 <= year <= _LAST_YEAR
    date = f"s{year:04}    " if dated else "nuuuuuuuu"
    return f"{entered}{date}xx {'|' * 17}{marc_language(book.language or '')} d"


@lru_cache
def marc_language(tag: str) -> str:
    """The code that MARC has for the language of a tag such as `pt-BR` (ISO 639-2/B, by langcodes).

    `und` where it is none that is known.
    """
    try:
        return Language.get(tag).to_alpha3(variant="B")
    except (LookupError, ValueError):
        return UNDETERMINED
