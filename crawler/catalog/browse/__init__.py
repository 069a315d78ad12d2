"""The database in a browser: Datasette, set up for it."""

from crawler.catalog.browse.server import serve

__all__ = ["serve"]
