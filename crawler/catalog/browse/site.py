"""The ASGI application: Datasette over one database, between guards."""

import secrets
from pathlib import Path

from datasette.app import Datasette
from datasette.plugins import pm

from crawler.catalog.browse import plugin
from crawler.catalog.browse.configuration import DATABASE, SETTINGS, make_configuration
from crawler.catalog.browse.database import Notes, ReadOnly
from crawler.catalog.browse.guards import App, guarded

_HERE = Path(__file__).parent
_NOTES = "_internal"
"""The name by which Datasette looks for its own notes."""

_REPLACED = ("datasette.handle_exception", "datasette.facets")
"""Plugins of Datasette's own, in whose place are parts of ours."""

_OURS = "bookcrawl"


class Site:
    """Datasette over the database at `path`, as an application that a server can run."""

    def __init__(self, path: Path) -> None:
        _register()
        self._datasette = Datasette(
            files=[],
            metadata=make_configuration(path.name),
            settings=dict(SETTINGS),
            template_dir=str(_HERE / "templates"),
            static_mounts=[("assets", str(_HERE / "static"))],
        )
        for name in list(self._datasette.databases):
            self._datasette.remove_database(name)
        self._databases: dict[str, Notes | ReadOnly] = {
            _NOTES: Notes(self._datasette, memory_name=secrets.token_hex()),
            DATABASE: ReadOnly(self._datasette, path),
        }
        for name, database in self._databases.items():
            self._datasette.add_database(database, name=name)
        self.app: App = guarded(self._datasette.app())

    def close(self) -> None:
        """Wait for the queries that run, which have a time limit, and let go of the file."""
        self._datasette.executor.shutdown()
        for database in self._databases.values():
            database.close()


def _register() -> None:
    """Plugins are registered for the process."""
    if not pm.has_plugin(_OURS):
        for name in _REPLACED:
            pm.unregister(name=name)
        pm.register(plugin, _OURS)
