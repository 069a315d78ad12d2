"""Books by a name in one of their arrays: an author, a category.

Datasette's own filter for it opens the array of each book, and a page asks eight times: a million
books took six seconds. The full-text index tells of nearly all of them that they have not the name.
"""

import re
from collections.abc import Mapping

from datasette.filters import FilterArguments
from datasette.utils.asgi import Request

from crawler.catalog.browse.configuration import BOOKS
from crawler.catalog.rows import LISTS

_PLAIN = re.compile(r"[^\W_][\w .,'&()-]*")
_LAST_OF_CYRILLIC = "\u052f"
"""Of the scripts further on, some are segmented in the index."""

_INDEXED = """id IN (SELECT rowid FROM books_fts WHERE books_fts MATCH :{match}
    UNION ALL SELECT id FROM books_unindexed)"""
_CONTAINED = """:{name} IN (SELECT value FROM
    json_each(CASE WHEN json_valid(books.{column}) THEN books.{column} END))"""


def narrowing(table: str | None, column: str, name: str) -> Mapping[str, str]:
    """The argument of an address that leaves the rows with this name."""
    if table == BOOKS and column in LISTS:
        return {f"_{column}": name}
    return {f"{column}__arraycontains": name}


def narrow(request: Request) -> FilterArguments:
    """What such arguments of a request mean in SQL, of the table of books."""
    clauses: list[str] = []
    bindings: dict[str, str] = {}
    told: list[str] = []
    for column in LISTS:
        for number, name in enumerate(request.args.getlist(f"_{column}")):
            bound = f"{column}_{number}"
            if match := _match(column, name):
                clauses.append(_INDEXED.format(match=f"{bound}_match"))
                bindings[f"{bound}_match"] = match
            clauses.append(_CONTAINED.format(name=bound, column=column))
            bindings[bound] = name
            told.append(f'{column} has "{name}"')
    return FilterArguments(clauses, bindings, told)


def _match(column: str, name: str) -> str | None:
    """The name in the syntax of the index; None where the index may have it in other words, for it
    holds arrays as they are written, with the escapes of JSON.
    """
    if not _PLAIN.fullmatch(name) or max(name) > _LAST_OF_CYRILLIC:
        return None
    return f'{column} : "{name}"'
