"""A book as a row: its columns, and the SQL that writes it."""

import msgspec

from crawler.book import Book
from crawler.isbn import isbn10
from crawler.store.base import Row

BOOK_COLUMNS = (
    "id", "isbn13", "isbn10", "title", "subtitle", "authors", "publisher", "published",
    "published_year", "published_precision", "description", "categories", "page_count", "language",
    "print_type", "average_rating", "ratings_count", "thumbnail_url", "info_link", "source",
    "source_id", "match", "retrieved_at",
)  # fmt: skip

UPSERT_BOOK = (
    f"INSERT INTO books ({', '.join(BOOK_COLUMNS)}) VALUES ({', '.join('?' * len(BOOK_COLUMNS))}) "
    f"ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in BOOK_COLUMNS[1:])
)
UPSERT_PAYLOAD = (
    "INSERT INTO payloads (id, dictionary, body) VALUES (?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET dictionary = excluded.dictionary, body = excluded.body"
)


def book_row(number: int, book: Book, at: str) -> Row:
    """In the order of `BOOK_COLUMNS`; lists as JSON, `at` as in `clock.iso`."""
    return (
        number, book.isbn13, isbn10(book.isbn13), book.title, book.subtitle,
        _json_list(book.authors), book.publisher, book.published, book.published_year,
        book.published_precision, book.description, _json_list(book.categories), book.page_count,
        book.language, book.print_type, book.average_rating, book.ratings_count,
        book.thumbnail_url, book.info_link, book.source, book.source_id, book.match, at,
    )  # fmt: skip


def _json_list(values: tuple[str, ...]) -> str:
    return msgspec.json.encode(values).decode()
