"""The database as Datasette reads it: through connections of ours, which can do nothing else."""

import sqlite3
from pathlib import Path

from datasette.app import Datasette
from datasette.database import Database, Results

from crawler.catalog.browse.search import prepare_search
from crawler.catalog.database import connect_for_threads


class Notes(Database):  # type: ignore[misc]  # Datasette has no types
    """What Datasette notes of the tables for itself, in memory; here it can be closed."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Remembered, for `close`."""
        connection: sqlite3.Connection = super().connect(write)
        self._all_file_connections.append(connection)
        return connection


class ReadOnly(Database):  # type: ignore[misc]
    """Datasette's own connections take no path that has a `?` in it, and no read-only folder."""

    def __init__(self, site: Datasette, path: Path) -> None:
        super().__init__(site, path=str(path))

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection for one of Datasette's threads; it sees what a crawl has written."""
        if write:
            raise PermissionError("the database is only read")
        connection = connect_for_threads(Path(self.path))
        prepare_search(connection)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._all_file_connections.append(connection)
        return connection

    async def execute(self, sql: str, params: object = None, **options: object) -> Results:
        """As Datasette does, but errors are shown in the browser alone: their words may be those
        of a stranger, and would reach the terminal as they are.
        """
        return await super().execute(sql, params, **{**options, "log_sql_errors": False})
