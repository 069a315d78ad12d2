"""Finding books: through the full-text index where words are given, through columns otherwise."""

# ruff: noqa: S608  the SQL is put together of constants; what a user gives is bound

import sqlite3
from collections.abc import Iterator

from crawler.catalog.query import Condition, Search, column_condition, match_expression
from crawler.catalog.rows import SELECTED, BookRow, parse_row

WEIGHTS = {
    "title": 10.0,
    "subtitle": 5.0,
    "authors": 7.0,
    "publisher": 2.0,
    "categories": 3.0,
    "description": 1.0,
}
"""How much a word counts by the column it stands in; the columns of books_fts in their order."""

TOKENIZER = "unicode61 remove_diacritics 2"
"""As in schema.sql, so that both indexes cut a text into the same words."""

_INDEXED = ", ".join(WEIGHTS)
_WEIGHT_LIST = ", ".join(str(weight) for weight in WEIGHTS.values())


def find_best(connection: sqlite3.Connection, search: Search, limit: int) -> Iterator[BookRow]:
    """At most `limit` books, the best match first; without words, in the order of the input."""
    if not search.words:
        return find_all(connection, search, limit)
    match = match_expression(search)
    condition = column_condition(search)
    index = "books_fts"
    if _index_the_rest(connection):
        _index_the_best(connection, match, condition, limit)
        index = "rest_fts"
    return _books(
        connection,
        f"SELECT {SELECTED} {_ranked(index, condition)}",
        (match, *condition.bindings, limit),
    )


def find_all(
    connection: sqlite3.Connection, search: Search, limit: int | None = None
) -> Iterator[BookRow]:
    """Each book that matches, in the order of the input."""
    match = match_expression(search)
    condition = column_condition(search)
    matches = "TRUE"
    match_bindings: tuple[str, ...] = ()
    if match is not None:
        _index_the_rest(connection)
        matches = """books.id IN (
            SELECT rowid FROM books_fts WHERE books_fts MATCH ?
            UNION ALL SELECT rowid FROM temp.rest_fts WHERE rest_fts MATCH ?)"""
        match_bindings = (match, match)
    return _books(
        connection,
        f"SELECT {SELECTED} FROM books WHERE {matches} AND {condition.sql} ORDER BY id LIMIT ?",
        (*match_bindings, *condition.bindings, -1 if limit is None else limit),
    )


def _index_the_rest(connection: sqlite3.Connection) -> int:
    """Index the books that the crawl has not indexed, for this connection alone; how many.

    The crawl fills books_fts in bulk, so during a crawl, or after one was killed, books stand in
    the table that the index does not know. FTS5 keeps a row in books_fts_docsize for each that it
    does know.
    """
    connection.execute("DROP TABLE IF EXISTS temp.rest_fts")
    connection.execute(
        f"CREATE VIRTUAL TABLE temp.rest_fts USING fts5 "
        f"({_INDEXED}, content = '', tokenize = '{TOKENIZER}')"
    )
    return connection.execute(
        f"INSERT INTO temp.rest_fts (rowid, {_INDEXED}) SELECT id, {_INDEXED} FROM books "
        "WHERE id NOT IN (SELECT id FROM books_fts_docsize)"
    ).rowcount


def _index_the_best(
    connection: sqlite3.Connection, match: str | None, condition: Condition, limit: int
) -> None:
    """Add the best of books_fts to the rest: bm25 counts how rare a word is in its own index, so
    the ranks of two indexes can't be compared, but those within one can.
    """
    connection.execute(
        f"INSERT INTO temp.rest_fts (rowid, {_INDEXED}) SELECT id, {_INDEXED} FROM books "
        f"WHERE id IN (SELECT books.id {_ranked('books_fts', condition)})",
        (match, *condition.bindings, limit),
    )


def _ranked(index: str, condition: Condition) -> str:
    """The end of a query for the best books of an index; binds match, condition, limit."""
    return (
        f"FROM {index} JOIN books ON books.id = {index}.rowid "
        f"WHERE {index} MATCH ? AND {condition.sql} "
        f"ORDER BY bm25({index}, {_WEIGHT_LIST}), books.id LIMIT ?"
    )


def _books(
    connection: sqlite3.Connection, query: str, bindings: tuple[str | int | None, ...]
) -> Iterator[BookRow]:
    return (parse_row(cells) for cells in connection.execute(query, bindings))
