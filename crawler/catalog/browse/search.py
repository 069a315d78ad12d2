"""The search of the table of books: it takes what `search` takes.

Books come in the order of the table, and those that the crawl has not indexed yet are not found.
"""

import sqlite3
from itertools import count

from datasette.filters import FilterArguments
from datasette.utils.asgi import BadRequest

from crawler.catalog.query import Condition, Search, column_condition, match_expression
from crawler.catalog.search import WEIGHTS
from crawler.errors import WrongUse

_FOUND = "books.id IN (SELECT rowid FROM books_fts WHERE books_fts MATCH ?)"


def prepare_search(connection: sqlite3.Connection) -> None:
    """Make the index of what is not indexed yet, which a condition asks as well; it is empty."""
    columns = ", ".join(WEIGHTS)
    connection.execute(f"CREATE VIRTUAL TABLE temp.rest_fts USING fts5 ({columns}, content = '')")


def find(words: str) -> FilterArguments:
    """The search in SQL, of the table of books; raises `BadRequest` with a sentence."""
    clauses: list[str] = []
    bindings: dict[str, str | int] = {}
    numbers = count()
    for condition in _conditions(words) if words else []:
        names = [f"search_{next(numbers)}" for _ in condition.bindings]
        clauses.append(f"({_named(condition.sql, names)})")
        bindings.update(zip(names, condition.bindings, strict=True))
    told = [f'search matches "{words}"'] if words else []
    return FilterArguments(clauses, bindings, told, {"supports_search": True, "search": words})


def _conditions(words: str) -> list[Condition]:
    search = Search(words)
    try:
        match = match_expression(search)
        condition = column_condition(search)
    except WrongUse as error:
        raise BadRequest(str(error)) from error
    return [condition] if match is None else [Condition(_FOUND, (match,)), condition]


def _named(sql: str, names: list[str]) -> str:
    """With the names in the place of the question marks: Datasette binds by name."""
    first, *rest = sql.split("?")
    return first + "".join(f":{name}{piece}" for name, piece in zip(names, rest, strict=True))
