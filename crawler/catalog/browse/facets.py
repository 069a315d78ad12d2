"""Counting the names in the arrays of a table: authors, categories."""

import sqlite3
from collections.abc import Mapping

from datasette.database import QueryInterrupted
from datasette.facets import ArrayFacet
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args

from crawler.catalog.browse.names import narrowing
from crawler.catalog.browse.texts import LONGEST_NAME, cut


class NamesFacet(ArrayFacet):  # type: ignore[misc]  # Datasette has no types
    """As Datasette's own, which first copies each row for each of its names: of a million books
    that took too long to be shown at all, and this takes half a second.

    A name that stands twice in one array counts twice.
    """

    async def facet_results(self) -> tuple[list[Mapping[str, object]], list[str]]:
        """The facets, and the columns that took longer than a facet may."""
        facets: list[Mapping[str, object]] = []
        timed_out: list[str] = []
        for configured in self.get_configs():
            column = configured["config"].get("column") or configured["config"]["simple"]
            try:
                rows = await self._count(column)
            except QueryInterrupted:
                timed_out.append(column)
            else:
                facets.append(self._facet(column, rows, configured["source"] != "metadata"))
        return facets, timed_out

    async def _count(self, column: str) -> list[sqlite3.Row]:
        """The most frequent names, one more than are shown."""
        array = f"books.{escape_sqlite(column)}"
        counted = await self.ds.execute(
            self.database,
            f"SELECT name.value AS value, count(*) AS count FROM ({self.sql}) AS books, "  # noqa: S608  Datasette's own query; the column is quoted
            f"json_each(CASE WHEN json_valid({array}) THEN {array} END) AS name "
            f"GROUP BY name.value ORDER BY count DESC, value LIMIT {self.get_facet_size() + 1}",
            self.params,
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        return list(counted.rows)

    def _facet(self, column: str, rows: list[sqlite3.Row], hideable: bool) -> Mapping[str, object]:
        size = self.get_facet_size()
        without = path_with_removed_args(self.request, {"_facet_array": column})
        return {
            "name": column,
            "type": self.type,
            "hideable": hideable,
            "toggle_url": self.ds.urls.path(without),
            "results": [self._value(column, row) for row in rows[:size]],
            "truncated": len(rows) > size,
        }

    def _value(self, column: str, row: sqlite3.Row) -> Mapping[str, object]:
        """A name, and the way to the books that have it, or from there."""
        name = str(row["value"])
        wanted = narrowing(self.table, column, name)
        selected = next(iter(wanted.items())) in self.get_querystring_pairs()
        toggle = path_with_removed_args if selected else path_with_added_args
        path = self.ds.urls.path(toggle(self.request, wanted))
        return {
            "value": name,
            "label": cut(name, LONGEST_NAME),
            "count": row["count"],
            "toggle_url": self.ds.absolute_url(self.request, path),
            "selected": selected,
        }
