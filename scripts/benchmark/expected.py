"""What a candidate is to ask for and what it has to have stored then: files that the server writes
while it prepares, since it knows each book by then.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:  # whoever runs the candidates stays small without the sandbox: see processes.py
    from scripts.benchmark.answers import Answer


class Stored(Struct, frozen=True):
    """How many of the books that were asked for a candidate has, and how many of them are right."""

    books: int
    right: int


def noting(answers: Iterable["Answer"], folder: Path) -> Iterator["Answer"]:
    """The answers as they come, and when they end, the list of ISBNs and the table of titles."""
    noted: list[tuple[int, str]] = []
    for answer in answers:
        noted.append((answer.isbn, answer.title))
        yield answer
    _list_of(folder).write_text("".join(f"{isbn}\n" for isbn, _ in noted))
    with closing(sqlite3.connect(_table_of(folder))) as db, db:
        db.execute("CREATE TABLE expected (number INTEGER PRIMARY KEY, isbn13 INTEGER, title TEXT)")
        db.executemany("INSERT INTO expected (isbn13, title) VALUES (?, ?)", noted)


def first_isbns(folder: Path, books: int) -> Path:
    """A file with the first `books` of the ISBNs, a line each."""
    path = folder / f"first-{books}.txt"
    if not path.exists():
        with _list_of(folder).open() as whole:
            path.write_text("".join(islice(whole, books)))
    return path


def check(folder: Path, database: Path, books: int) -> Stored:
    """What stands in the table `books` of a candidate's database, which has `isbn13` and `title`.

    A title is right if it begins with the expected one, in whatever case: isbnlib puts the subtitle
    behind it and begins each word with a capital.
    """
    if not database.exists():
        return Stored(0, 0)
    with closing(sqlite3.connect(database)) as db:
        db.execute("ATTACH ? AS answers", (str(_table_of(folder)),))
        (stored, right) = db.execute(
            """
            SELECT count(*), total(
                substr(trim(books.title), 1, length(expected.title)) = expected.title COLLATE NOCASE
            )
            FROM answers.expected JOIN main.books
                ON CAST(books.isbn13 AS INTEGER) = expected.isbn13
            WHERE expected.number <= ?
            """,
            (books,),
        ).fetchone()
    return Stored(int(stored), int(right))


def _list_of(folder: Path) -> Path:
    return folder / "isbns.txt"


def _table_of(folder: Path) -> Path:
    return folder / "expected.db"
