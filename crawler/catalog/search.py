"""Finding books: through the full-text index where words are given, through columns otherwise."""

# ruff: noqa: S608  the SQL is put together of constants; what a user gives is bound

import sqlite3
from collections.abc import Iterator, Sequence
from operator import itemgetter

from crawler.catalog.query import (
    ALWAYS,
    Condition,
    Search,
    column_condition,
    indexed_limits,
    is_of_words,
    match_expression,
)
from crawler.catalog.rows import SELECTED, BookRow, parse_row
from crawler.store.indexing import FUNCTIONS

WEIGHTS = {
    "title": 10.0,
    "subtitle": 5.0,
    "authors": 7.0,
    "publisher": 2.0,
    "categories": 3.0,
    "description": 1.0,
}
"""How much a word counts by the column it stands in; the columns of books_fts in their order."""

TOKENIZER = "unicode61 remove_diacritics 2 categories ''L* N* Co M*''"
"""As in schema.sql, so that both indexes cut a text into the same words. Marks (M) are of them:
without its vowel signs a word of Hindi or Tamil would fall into letters."""

NAMES = "title subtitle authors"
"""What people know of a book."""

RANKED = 1000
"""Books that are ranked in a tier. Ranking one costs as much as finding a hundred."""

RARE = 60_000
"""So many books and fewer are gathered by the columns' index before the words are looked for."""

_INDEXED = ", ".join(WEIGHTS)
_SEGMENTED = ", ".join(f"segmented({column})" for column in WEIGHTS)
_WEIGHT_LIST = ", ".join(str(weight) for weight in WEIGHTS.values())


def find_best(connection: sqlite3.Connection, search: Search, limit: int) -> Iterator[BookRow]:
    """At most `limit` books, the best match first; without words, in the order of the input.

    Books with all the words in title, subtitle and authors come first, then those with some of them
    elsewhere, then those where the last word is only the beginning of one. Within each tier the
    order is that of bm25 with `WEIGHTS`, among its first 1,000 books of the input (or `limit`,
    where that is more): a word that stands in half of a million books tells none of them apart, and
    to rank them all takes half a second.

    Raises `WrongUse` where the words contradict the rules of `Search`.
    """
    if not search.words or match_expression(search) is None:
        return find_all(connection, search, limit)
    index = "books_fts"
    if _index_the_rest(connection):
        _add_to_the_rest(connection, _find_numbers(connection, index, search, limit))
        index = "rest_fts"
    return _books(connection, _find_numbers(connection, index, search, limit))


def find_all(
    connection: sqlite3.Connection, search: Search, limit: int | None = None
) -> Iterator[BookRow]:
    """Each book that matches, in the order of the input; raises `WrongUse` as `find_best` does."""
    match = match_expression(search)
    condition = column_condition(search)
    matches = "TRUE"
    match_bindings: tuple[str, ...] = ()
    if is_of_words(search):
        _index_the_rest(connection)
    if match is not None:
        matches = """books.id IN (
            SELECT rowid FROM books_fts WHERE books_fts MATCH ?
            UNION ALL SELECT rowid FROM temp.rest_fts WHERE rest_fts MATCH ?)"""
        match_bindings = (match, match)
    few = _few(connection, search)
    # In the order of the input some are soon found; through an index all would be read and sorted.
    cells = connection.execute(
        f"SELECT {SELECTED} FROM books NOT INDEXED WHERE {matches} "
        f"AND {_among('books.id', few)} AND {condition.sql} ORDER BY id LIMIT ?",
        (*match_bindings, *few.bindings, *condition.bindings, -1 if limit is None else limit),
    )
    return map(parse_row, cells)


def _index_the_rest(connection: sqlite3.Connection) -> int:
    """Index the books that the crawl has not indexed, for this connection alone; how many.

    The crawl fills books_fts in bulk, so during a crawl, or after one was killed, there are books
    that the index does not know: those in books_unindexed.
    """
    _make_the_rest(connection)
    connection.execute("INSERT INTO temp.rest_fts (rest_fts) VALUES ('delete-all')")
    return connection.execute(
        f"INSERT INTO temp.rest_fts (rowid, {_INDEXED}) SELECT id, {_SEGMENTED} FROM books "
        "WHERE id IN (SELECT id FROM books_unindexed)"
    ).rowcount


def _make_the_rest(connection: sqlite3.Connection) -> None:
    """Once: neither function nor table can be replaced while the connection is being read from."""
    if connection.execute("SELECT 1 FROM temp.sqlite_schema WHERE name = 'rest_fts'").fetchone():
        return
    for name, arguments, function in FUNCTIONS:
        connection.create_function(name, arguments, function, deterministic=True)
    connection.execute(
        f"CREATE VIRTUAL TABLE temp.rest_fts USING fts5 "
        f"({_INDEXED}, content = '', tokenize = '{TOKENIZER}')"
    )


def _add_to_the_rest(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """bm25 counts how rare a word is in its own index, so the ranks of two indexes can't be
    compared, but those within one can.
    """
    connection.executemany(
        f"INSERT INTO temp.rest_fts (rowid, {_INDEXED}) "
        f"SELECT id, {_SEGMENTED} FROM books WHERE id = ?",
        [(number,) for number in numbers],
    )


def _find_numbers(
    connection: sqlite3.Connection, index: str, search: Search, limit: int
) -> list[int]:
    """The best of an index, by their ids, the best first."""
    few, condition = _few(connection, search), column_condition(search)
    narrowing = _narrowing(index, few, condition)
    query = (
        f"SELECT id FROM (SELECT {index}.rowid AS id, bm25({index}, {_WEIGHT_LIST}) AS rank "
        f"FROM {index} {narrowing} LIMIT ?) ORDER BY rank, id LIMIT ?"
    )
    found: dict[int, None] = {}
    tiers = (
        match_expression(search, NAMES, whole=True),
        match_expression(search, whole=True),
        match_expression(search),
    )
    for match in dict.fromkeys(tiers):
        bindings = (match, *few.bindings, *condition.bindings, max(RANKED, limit), limit)
        found.update(dict.fromkeys(number for (number,) in connection.execute(query, bindings)))
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _narrowing(index: str, few: Condition, condition: Condition) -> str:
    """The WHERE clause of match and condition, with a row of `books` read only for the few."""
    if condition == ALWAYS:
        return f"WHERE {index} MATCH ?"
    # The plus keeps SQLite from asking the full-text index for each of the few.
    among = _among(f"+{index}.rowid", few)
    return (
        f"CROSS JOIN books ON books.id = {index}.rowid "
        f"WHERE {index} MATCH ? AND {among} AND {condition.sql}"
    )


def _among(number: str, few: Condition) -> str:
    return few.sql if few == ALWAYS else f"{number} IN (SELECT id FROM books WHERE {few.sql})"


def _few(connection: sqlite3.Connection, search: Search) -> Condition:
    """The limit that the fewest books keep, to be gathered by its index; none where all keep many.

    Of two limits SQLite would take the index of years, though nearly all books may be of these.
    """
    counted = [(_count(connection, limit), limit) for limit in indexed_limits(search)]
    fewest, limit = min(counted, key=itemgetter(0), default=(0, ALWAYS))
    return limit if fewest <= RARE else ALWAYS


def _count(connection: sqlite3.Connection, limit: Condition) -> int:
    """How many books keep the limit, as far as it matters."""
    query = f"SELECT count(*) FROM (SELECT 1 FROM books WHERE {limit.sql} LIMIT ?)"
    (count,) = connection.execute(query, (*limit.bindings, RARE + 1)).fetchone()
    return int(count)


def _books(connection: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[BookRow]:
    query = f"SELECT {SELECTED} FROM books WHERE id = ?"
    return (parse_row(cells) for n in numbers for cells in connection.execute(query, (n,)))
