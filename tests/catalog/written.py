"""A book with all of its fields, and what a format makes of books."""

import io
from collections.abc import Iterable

from crawler.book import Match, Precision
from crawler.catalog.formats import FORMATS, Format
from crawler.catalog.rows import BookRow

FULL = BookRow(
    id=7,
    isbn13="9780140328721",
    isbn10="0140328726",
    title="Fantastic Mr. Fox",
    subtitle="A Tale of Boggis, Bunce & Bean",
    authors=("Roald Dahl", "Quentin Blake", "Penguin Books"),
    publisher="Puffin & Sons",
    published="1988-10",
    published_year=1988,
    published_precision=Precision.MONTH,
    description="Three farmers.\n\nOne fox: 100% cunning.",
    categories=("Juvenile Fiction", "Foxes"),
    page_count=96,
    language="pt-BR",
    print_type="MAGAZINE",
    average_rating=4.5,
    ratings_count=12,
    thumbnail_url="https://books.google.com/books/content?id=mh0X_Dg2oTAC&img=1",
    info_link="https://books.google.com/books?id=mh0X_Dg2oTAC&hl=",
    source="google",
    source_id="mh0X_Dg2oTAC",
    match=Match.CONFIRMED,
    retrieved_at="2026-11-20T10:02:03Z",
)

BARE = BookRow(
    id=8,
    isbn13="9788437604947",
    isbn10=None,
    title=None,
    subtitle=None,
    authors=(),
    publisher=None,
    published=None,
    published_year=None,
    published_precision=None,
    description=None,
    categories=(),
    page_count=None,
    language=None,
    print_type=None,
    average_rating=None,
    ratings_count=None,
    thumbnail_url=None,
    info_link=None,
    source="google",
    source_id="x",
    match=Match.UNCONFIRMED,
    retrieved_at="2026-11-20T10:02:03Z",
)


def written(books: Iterable[BookRow], form: str | Format) -> bytes:
    """The file that holds the books in this format."""
    out = io.BytesIO()
    load = FORMATS[form].load if isinstance(form, str) else form.load
    load()(books, out)
    return out.getvalue()
