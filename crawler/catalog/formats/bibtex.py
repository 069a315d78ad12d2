"""BibTeX, with the fields of biblatex where the classic styles have none: UTF-8, an entry a book.

Names stand in braces, which keep them as they are. Sources write them for the eye, and nothing in
"Ursula K. Le Guin" or "Penguin Books" tells where a last name begins, or that there is none: what
BibTeX would make of them is "Guin, Ursula K. Le" and "Books, Penguin".
"""

import io
import re
from collections.abc import Iterable
from typing import BinaryIO
from urllib.parse import quote

from pybtex.database import BibliographyData, Entry  # type: ignore[import-untyped]
from pybtex.database.output.bibtex import Writer  # type: ignore[import-untyped]

from crawler.catalog.formats.plain import (
    all_on_one_line,
    certain_date,
    moment,
    on_one_line,
    web_link,
)
from crawler.catalog.rows import BookRow

_ENTRY_TYPES = {"MAGAZINE": "periodical"}

_EPRINT_TYPES = {"google": "googlebooks"}
"""biblatex makes links of these (its manual, "Electronic Publishing Information")."""

_SPECIAL = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$",
    "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
})  # fmt: skip
"""The characters that TeX obeys. BibTeX counts braces even behind a backslash."""

_LIGATURE = re.compile(r"-(?=-)|'(?=')|[`!?](?=`)")
"""What TeX would join: two hyphens into a dash, quotation marks, Spanish ones."""

_SPECIAL_IN_LINKS = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "\\{}^`|\"'"})


class _LatexWriter(Writer):  # type: ignore[misc]
    """pybtex's writer, for values that are LaTeX already, with all their braces paired."""

    def _encode(self, text: str) -> str:
        return text

    def quote(self, s: str) -> str:
        return f"{{{s}}}"


def write_books(books: Iterable[BookRow], out: BinaryIO) -> int:
    """Write an entry a book, under a key made of its ISBN; how many they were."""
    writer = _LatexWriter()
    count = 0
    for book in books:
        text = io.StringIO()
        writer.write_stream(BibliographyData({f"isbn{book.isbn13}": _entry(book)}), text)
        out.write(b"\n" if count else b"")
        out.write(text.getvalue().encode())
        count += 1
    return count


def _entry(book: BookRow) -> Entry:
    retrieved = moment(book.retrieved_at)
    year = book.published_year
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in all_on_one_line(book.authors)),
        "title": _latex(book.title),
        "subtitle": _latex(book.subtitle),
        "publisher": _latex(book.publisher),
        "year": _latex(book.published if year is None else str(year)),
        "date": _latex(certain_date(book)),
        "isbn": book.isbn13,
        "pagetotal": None if book.page_count is None else str(book.page_count),
        "language": _latex(book.language),
        "keywords": ", ".join(map(_keyword, all_on_one_line(book.categories))),
        "abstract": _latex(book.description),
        "url": _link(book.info_link),
        "urldate": retrieved.date().isoformat() if retrieved else None,
        "eprint": quote(book.source_id, safe=""),
        "eprinttype": _latex(_EPRINT_TYPES.get(book.source, book.source)),
    }
    return Entry(
        _ENTRY_TYPES.get(book.print_type or "", "book"),
        {name: value for name, value in fields.items() if value},
    )


def _latex(text: str | None) -> str:
    line = on_one_line(text) or ""
    return _LIGATURE.sub(r"\g<0>{}", line.translate(_SPECIAL))


def _keyword(category: str) -> str:
    return f"{{{_latex(category)}}}" if "," in category else _latex(category)


def _link(link: str | None) -> str | None:
    """Fields of links are taken word for word, so nothing in them may be escaped but by percent."""
    known = web_link(link)
    return known.translate(_SPECIAL_IN_LINKS) if known else None
