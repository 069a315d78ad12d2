"""What Datasette is told of the database: words for its tables, facets, search, ready queries."""

from collections.abc import Mapping

from crawler.catalog.comments import Relation, read_relations
from crawler.catalog.queries import Query, read_queries

DATABASE = "bookcrawl"
"""What the database is called in addresses, whatever its file is called."""

BOOKS = "books"
"""The table that most of it is about."""

SETTINGS: Mapping[str, int | bool] = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 1000,
    "default_facet_size": 12,
    "suggest_facets": False,  # the good ones are there, and looking for others reads every column
    "allow_download": False,  # a file that a crawl is writing can't be copied so
    "truncate_cells_html": 500,
    "default_cache_ttl": 0,  # a crawl may be writing
}

_INTERNAL = frozenset(
    {
        "books_as_indexed",
        "books_fts",
        "books_segmented",
        "books_unindexed",
        "dictionaries",
        "ledger_counts",
        "payloads",
    }
)

_OF_A_TABLE: Mapping[str, Mapping[str, object]] = {
    BOOKS: {
        "label_column": "title",
        "facets": [
            {"array": "authors"},
            {"array": "categories"},
            "language",
            "published_year",
            "source",
            "match",
        ],
    },
    "dictionaries": {"label_column": "id"},  # and not what a dictionary holds
    "ledger": {"facets": ["state", "source", "reason"]},
    "rejects": {"facets": ["reason", "file"]},
    "runs": {"sort_desc": "id"},
    "quota": {"sort_desc": "day"},
}


def make_configuration(file: str) -> Mapping[str, object]:
    """Datasette's metadata for the database in this file."""
    queries = {name: _query(query) for name, query in read_queries().items()}
    tables = {name: _relation(relation) for name, relation in read_relations().items()}
    return {
        "title": file,
        "description": "Books by their ISBNs, and what became of each ISBN that was asked for.",
        "extra_css_urls": ["/assets/browse.css"],
        "databases": {DATABASE: {"title": file, "tables": tables, "queries": queries}},
    }


def _relation(relation: Relation) -> Mapping[str, object]:
    return {
        "description": relation.comment,
        "columns": dict(relation.columns),
        "hidden": relation.name in _INTERNAL,
        **_OF_A_TABLE.get(relation.name, {}),
    }


def _query(query: Query) -> Mapping[str, object]:
    return {"title": query.title, "sql": query.sql, "hide_sql": False}
