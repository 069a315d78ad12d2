"""The rows of people's own files, with what the database knows of their books added to them."""

from crawler.catalog.enrich.rows import Enrichment
from crawler.catalog.enrich.standing import Status

__all__ = ["Enrichment", "Status"]
