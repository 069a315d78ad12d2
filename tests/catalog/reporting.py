"""A database with something of everything that a report tells."""

import random
from datetime import UTC, datetime
from html.parser import HTMLParser

from crawler.catalog.database import open_catalog
from crawler.catalog.report.page import make_page
from tests.catalog.shelf import Shelf

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
EVIL = "</script><script>alert(1)</script>\u202egpj.exe\x1b[31m"
FIRST = 9_780_000_000_000


def fill(shelf: Shelf, books: int = 40) -> None:
    """Books of four publishers, ISBNs in each state, rejects, three runs and their calls."""
    chance = random.Random(7)  # noqa: S311
    for number in range(books):
        shelf.add(
            FIRST + number, f"Book {number}", indexed=False, authors=("A",),
            publisher=(EVIL, "Harbour & Stone", "岩波書店", None)[number % 4],
            categories=("Fiction", EVIL)[: number % 3], published_year=1950 + number,
            page_count=chance.randrange(10, 1500), language="en",
        )  # fmt: skip
    for place, (state, reason) in enumerate(
        [("missing", None), ("missing", None), ("failed", "HTTP 503"), ("pending", None)]
    ):
        shelf.note(FIRST + books + place, state, reason=reason)
    shelf.connection.execute(
        "INSERT INTO ledger (number, isbn13, source, state, run) "
        "SELECT id, isbn13, source, 'found', 1 FROM books"
    )
    _crawl(shelf)


def _crawl(shelf: Shelf) -> None:
    execute = shelf.connection.executemany
    execute(
        "INSERT INTO rejects (file, line, text, reason) VALUES ('a.txt', ?, 'x', ?)",
        [(1, "bad_check_digit"), (2, "bad_check_digit"), (3, "not_an_isbn")],
    )
    execute(
        "INSERT INTO runs (command, options, pid, started_at, ended_at, stopped, found, missing, "
        "calls, retried) VALUES (?, '{}', 1, '2026-11-20T10:00:00Z', ?, ?, 20, 1, 7, 1)",
        [("crawl", "2026-11-20T10:05:00Z", "quota"), ("resume", None, None)],
    )
    execute("INSERT INTO quota VALUES (?, ?, ?)", [("a", "2026-11-19", 10), ("b", "2026-11-20", 4)])
    execute(
        "INSERT INTO call_minutes VALUES (1, ?, ?, ?, ?, ?, ?)",
        [
            ("2026-11-20T10:00Z", "200", 50, 1000, 20_000, 900),
            ("2026-11-20T10:01Z", "200", 40, 400, 12_000, 700),
            ("2026-11-20T10:01Z", "503", 2, 20, 9_000, 5_000),
        ],
    )


def report(shelf: Shelf) -> str:
    with open_catalog(shelf.path) as catalog:
        return make_page(catalog, shelf.path.name, NOW).decode()


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.tags: set[str] = set()
        self._title = self._tag = ""

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.add(tag)
        if tag == "h3":
            self._title = ""
        elif tag == "tr":
            self.tables.setdefault(self._title, []).append([])
        elif tag in {"td", "th"}:
            self.tables[self._title][-1].append("")
        if tag != "bdi":
            self._tag = tag

    def handle_endtag(self, _tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "h3":
            self._title += data
        elif self._tag in {"td", "th"}:
            self.tables[self._title][-1][-1] += data


def tables(page: str) -> dict[str, list[list[str]]]:
    """The rows below each exhibit's title, the headings first."""
    parser = _Tables()
    parser.feed(page)
    return parser.tables


def tags(page: str) -> set[str]:
    """The names of the page's elements."""
    parser = _Tables()
    parser.feed(page)
    return parser.tags
