"""The answer and the table of the tutorials: a few fields of the first hit, as they come."""

from typing import NotRequired, TypedDict

CREATE = """
    CREATE TABLE books (
        isbn13 TEXT PRIMARY KEY, title TEXT, authors TEXT, publisher TEXT, published TEXT,
        description TEXT, categories TEXT, pages INTEGER, language TEXT
    )
"""
INSERT = "INSERT OR REPLACE INTO books VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

Row = tuple[str | int | None, ...]


class Identifier(TypedDict):
    """An industry identifier."""

    type: str
    identifier: str


class VolumeInfo(TypedDict, total=False):
    """What tutorials read of a volume."""

    title: str
    authors: list[str]
    publisher: str
    publishedDate: str
    description: str
    categories: list[str]
    pageCount: int
    language: str
    industryIdentifiers: list[Identifier]


class Volume(TypedDict):
    """An item of an answer."""

    volumeInfo: VolumeInfo


class Volumes(TypedDict):
    """An answer; without a hit it has no items."""

    items: NotRequired[list[Volume]]


def row_of_first(isbn: str, answer: Volumes) -> Row | None:
    """The first hit, taken for the book."""
    items = answer.get("items")
    return _row(isbn, items[0]["volumeInfo"]) if items else None


def rows_by_identifier(answer: Volumes) -> list[Row]:
    """All hits of a search for several, each under its own ISBN."""
    infos = [item["volumeInfo"] for item in answer.get("items", [])]
    return [_row(isbn, info) for info in infos if (isbn := _isbn13(info))]


def _isbn13(info: VolumeInfo) -> str | None:
    identifiers = info.get("industryIdentifiers", [])
    return next((each["identifier"] for each in identifiers if each["type"] == "ISBN_13"), None)


def _row(isbn: str, info: VolumeInfo) -> Row:
    return (
        isbn,
        info.get("title"),
        ", ".join(info.get("authors", [])),
        info.get("publisher"),
        info.get("publishedDate"),
        info.get("description"),
        ", ".join(info.get("categories", [])),
        info.get("pageCount"),
        info.get("language"),
    )
