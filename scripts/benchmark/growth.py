"""How the crawl grows with its list: the ledger alone, with no more than a few calls."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

from msgspec import Struct

from scripts.benchmark import processes
from scripts.benchmark.behaviour import Behaviour
from scripts.benchmark.cores import keep_to, share_out
from scripts.benchmark.isbns import isbns
from scripts.benchmark.record import Spent
from scripts.benchmark.running_server import RunningServer, serving
from scripts.benchmark.tables import table

SIZES = (10**4, 10**5, 10**6)
FULL_SIZES = (*SIZES, 10**7)

ASKED = 40
"""ISBNs that each crawl asks for; those that the server does not know are missing."""

KNOWN = 1_000
STATUS_ROUNDS = 3
TIMEOUT_S = 3_600.0


class Growth(Struct, frozen=True):
    """A list of so many ISBNs; times in seconds from the start of the interpreter.

    `read_s` is the whole crawl, which ends when the list is read; `help_s` is what the start of the
    program takes in itself.
    """

    isbns: int
    first_call_s: float
    read_s: float
    peak_mb: float
    database_mb: float
    bytes_an_isbn: float
    status_s: float
    resume_first_call_s: float
    resume_s: float
    resume_peak_mb: float
    help_s: float
    failed: tuple[str, ...]


def grow(sizes: Sequence[int], say: Callable[[str], None]) -> Iterator[Growth]:
    """One list after the other."""
    cores = share_out()
    keep_to(cores.clients)
    with tempfile.TemporaryDirectory(prefix="bookcrawl-bench-") as name:
        folder = Path(name)
        with serving(KNOWN, folder, cores) as server:
            for size in sizes:
                say(f"{size:,} ISBNs")
                with tempfile.TemporaryDirectory(dir=folder) as scratch:
                    yield _grow(size, Path(scratch), server)


def _grow(size: int, folder: Path, server: RunningServer) -> Growth:
    listed = folder / "isbns.txt"
    with listed.open("w") as file:
        file.writelines(f"{isbn}\n" for isbn in islice(isbns(), size))
    crawl, first_call_s = _asking(server, folder, "crawl", str(listed))
    database = folder / "books.db"
    size_bytes = sum(path.stat().st_size for path in folder.glob("books.db*"))
    statuses = [_run(folder, "status", "--db", str(database)) for _ in range(STATUS_ROUNDS)]
    resume, resume_first_call_s = _asking(server, folder, "resume")
    helps = [_run(folder, "--help") for _ in range(STATUS_ROUNDS)]
    return Growth(
        isbns=size,
        first_call_s=first_call_s,
        read_s=crawl.seconds,
        peak_mb=crawl.peak_bytes / 1e6,
        database_mb=size_bytes / 1e6,
        bytes_an_isbn=size_bytes / size,
        status_s=median(status.seconds for status in statuses),
        resume_first_call_s=resume_first_call_s,
        resume_s=resume.seconds,
        resume_peak_mb=resume.peak_bytes / 1e6,
        help_s=median(help_.seconds for help_ in helps),
        failed=tuple(ended.said for ended in (crawl, *statuses, resume, *helps) if ended.code),
    )


def _asking(server: RunningServer, folder: Path, *words: str) -> tuple[Spent, float]:
    """The run, and when its first call came."""
    server.begin(Behaviour())
    spent = _run(
        folder, *words, "--db", str(folder / "books.db"), "--base-url", server.base_url,
        "--rate", "0", "--daily-quota", "0", "--group", "1", "--limit", str(ASKED),
    )  # fmt: skip
    first_at = server.arrivals().first_at
    return spent, float("nan") if first_at is None else first_at - spent.began_at


def _run(folder: Path, *words: str) -> Spent:
    return processes.run([sys.executable, "-m", "crawler", *words], folder, timeout_s=TIMEOUT_S)


def tell(rows: Sequence[Growth]) -> Iterator[str]:
    """A table of Markdown."""
    yield from table(
        ("ISBNs", "first call s", "read s", "MB of memory", "MB of database", "bytes an ISBN",
         "status s", "resume: first call s", "resume s", "resume: MB", "--help s"),
        [_row(row) for row in rows],
    )  # fmt: skip
    for row in rows:
        yield from (f"- {row.isbns:,}: {words}" for words in row.failed)


def _row(row: Growth) -> tuple[str, ...]:
    return (
        f"{row.isbns:,}",
        f"{row.first_call_s:.2f}",
        f"{row.read_s:.2f}",
        f"{row.peak_mb:.0f}",
        f"{row.database_mb:.1f}",
        f"{row.bytes_an_isbn:.0f}",
        f"{row.status_s:.3f}",
        f"{row.resume_first_call_s:.2f}",
        f"{row.resume_s:.2f}",
        f"{row.resume_peak_mb:.0f}",
        f"{row.help_s:.3f}",
    )
