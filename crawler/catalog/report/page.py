"""The page: one HTML file that holds all it needs and asks nobody for more.

Nothing of the database is markup in it. Texts are escaped, and the policy of the page lets neither
a script run nor anything be loaded, whatever it says.
"""

import sqlite3
from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment
from markupsafe import Markup
from msgspec import Struct

from crawler.catalog.report.calls import count_calls
from crawler.catalog.report.exhibit import Cell
from crawler.catalog.report.labels import label
from crawler.catalog.report.of_books import of_books
from crawler.catalog.report.of_crawl import of_crawl
from crawler.catalog.report.of_ledger import Outcome, find_outcome, of_ledger


class _Number(Struct, frozen=True):
    name: str
    count: int


def make_page(catalog: sqlite3.Connection, name: str, now: datetime) -> bytes:
    """The report of the database that goes by this name, as UTF-8.

    A million books take some seconds, and no more memory than a few. Raises `DatabaseUnusable`
    where a cell holds what bookcrawl never writes.
    """
    outcome = find_outcome(catalog)
    style = _read("page.css")
    page = (
        _environment()
        .from_string(_read("page.html"))
        .render(
            name=label(name),
            date=f"{now.day} {now:%B %Y, %H:%M} UTC",
            sentence=outcome.sentence(),
            numbers=_numbers(outcome, count_calls(catalog)),
            sections=(of_ledger(catalog, outcome), of_books(catalog), of_crawl(catalog)),
            style=Markup(style),  # noqa: S704 - our own file
            policy=_policy(style),
        )
    )
    return page.encode()


def _environment() -> Environment:
    environment = Environment(
        autoescape=True, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["cell"] = _cell_text
    environment.filters["drawn"] = Markup
    return environment


def _policy(style: str) -> str:
    """No script, no request, and no style but this one (CSP Level 3)."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _numbers(outcome: Outcome, calls: int) -> list[_Number]:
    states = outcome.states
    return [
        _Number("ISBNs", outcome.asked),
        *(_Number(state, states[state]) for state in ("found", "missing", "failed", "pending")),
        _Number("lines rejected", outcome.rejected),
        _Number("calls", calls),
    ]


def _cell_text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.1f}" if cell >= 1 or not cell else f"{cell:.2g}"
    return label(cell)


def _read(name: str) -> str:
    return files("crawler.catalog.report").joinpath(name).read_text("utf-8")
