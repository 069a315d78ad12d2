"""The candidates, and which of the workloads each runs in."""

import sys
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from scripts.benchmark.record import LeftOut
from scripts.benchmark.workloads import Workload

COST = ("no-latency",)
LATENCY = ("150ms-10", "150ms-100", "150ms-500")
RATES = ("rate-1", "rate-100", "rate-1000")
REFUSALS = ("refusals",)
SEEDS = ("seeds-150", "seeds-10")


class Candidate(Struct, frozen=True):
    """A program of `candidates/`, with what comes after its four arguments; None is bookcrawl, with
    further options. `most` books are asked for at most, so that the slow ones end as well; `needs`
    are modules beyond those of the project.
    """

    name: str
    what: str
    program: str | None
    workloads: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    most: int = 1_000_000
    needs: tuple[str, ...] = ()
    stores: bool = True
    terminal: bool = False

    def command(
        self, workload: Workload, base_url: str, isbns: Path, database: Path
    ) -> list[str | Path]:
        """The command line; bookcrawl's is the one that its users type."""
        concurrency = str(workload.concurrency)
        if self.program is not None:
            module = f"scripts.benchmark.candidates.{self.program}"
            order: list[str | Path] = [base_url, isbns, database, concurrency]
            return [sys.executable, "-m", module, *order, *self.arguments]
        return [
            sys.executable, "-m", "crawler", "crawl", isbns, "--db", database,
            "--base-url", base_url, "--rate", str(workload.rate), "--daily-quota", "0",
            "--concurrency", concurrency, *self.arguments,
        ]  # fmt: skip

    def reason_to_leave_out(self) -> LeftOut | None:
        """What of its needs is not installed."""
        lacking = [module for module in self.needs if find_spec(module) is None]
        return LeftOut(self.name, f"{', '.join(lacking)} not installed") if lacking else None


# Left out where it makes no sense. Rates: only bookcrawl has them; what the others have is a delay,
# or nothing. Latency: those that ask one after the other would only show that the sum is the sum,
# which the workloads of the seeds show; isbnlib likewise. The gathering tutorials take no number of
# calls in flight: aiohttp gives them 100 connections, so they run at 100. The bare loop stores
# nothing, so there is nothing that refusals could make it lose. Grouped calls at 1 a second take a
# call for 20 books.
CANDIDATES = (
    Candidate(
        "bare", "aiohttp reading bodies, nothing else", "bare", (*COST, *LATENCY), stores=False,
    ),
    Candidate(
        "bare-gzip", "the same asking for packed bodies, left packed", "bare", COST,
        ("gzip",), stores=False,
    ),
    Candidate(
        "ours", "bookcrawl, one ISBN a call", None,
        (*COST, *LATENCY, *RATES, *REFUSALS, *SEEDS), ("--group", "1"),
    ),
    Candidate(
        "ours-terminal", "the same with progress drawn on a terminal", None, (*COST, "150ms-100"),
        ("--group", "1"), terminal=True,
    ),
    Candidate(
        "ours-grouped", "bookcrawl, --group auto", None, (*COST, *LATENCY, *REFUSALS, *SEEDS),
        ("--group", "auto"),
    ),
    Candidate(
        "sequential", "tutorial: requests, one after the other", "sequential",
        (*COST, *REFUSALS, *SEEDS), most=1_000, needs=("requests",),
    ),
    Candidate(
        "one-by-one", "tutorial: aiohttp, each call awaited", "one_by_one",
        (*COST, *REFUSALS, *SEEDS), most=2_000,
    ),
    Candidate(
        "gather", "tutorial: asyncio.gather over everything", "gather",
        (*COST, "150ms-100", *REFUSALS, *SEEDS),
    ),
    Candidate(
        "gather-40", "in the manner of google_books_crawler, 40 a call", "gather_parts",
        (*COST, "150ms-100", *REFUSALS),
    ),
    Candidate(
        "terms", "several terms a call by httpx, 10 a call", "terms", (*COST, *LATENCY, *REFUSALS),
        most=5_000, needs=("httpx",),
    ),
    Candidate(
        "isbnlib", "isbnlib.meta, which waits a second between calls", "isbnlib_meta", COST,
        most=10, needs=("isbnlib",),
    ),
    Candidate(
        "isbnlib-unthrottled", "the same with that wait turned off", "isbnlib_meta",
        (*COST, *REFUSALS), ("unthrottled",), most=1_000, needs=("isbnlib",),
    ),
    Candidate(
        "scrapy", "Scrapy with a SQLite pipeline", "scrapy_spider", (*COST, *LATENCY, *REFUSALS),
        most=2_000, needs=("scrapy",),
    ),
    Candidate(
        "scrapy-jobdir", "the same with a JOBDIR, so that it can resume", "scrapy_spider", COST,
        ("jobdir",), most=2_000, needs=("scrapy",),
    ),
    Candidate(
        "crawlee", "Crawlee's HttpCrawler", "crawlee_crawler", (*COST, *LATENCY, *REFUSALS),
        most=500, needs=("crawlee",),
    ),
)  # fmt: skip
