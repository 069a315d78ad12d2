"""How long the event loop keeps others waiting while it crawls: what makes a pace inexact."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from scripts.benchmark.cores import keep_to, share_out
from scripts.benchmark.expected import first_isbns
from scripts.benchmark.processes import environment
from scripts.benchmark.running_server import RunningServer, serving
from scripts.benchmark.tables import table
from scripts.benchmark.workloads import WORKLOADS, Workload

MEASURED = ("rate-100", "rate-1000", "150ms-100", "no-latency")
TIMEOUT_S = 600.0
QUICK_BOOKS = 200


class Stalls(Struct, frozen=True):
    """How late the beats of a heart in the crawl's loop were, in milliseconds."""

    workload: str
    what: str
    beats: int
    median_ms: float
    p99_ms: float
    longest_ms: float


def measure(say: Callable[[str], None], *, quick: bool = False) -> Iterator[Stalls]:
    """One workload after the other; quick: the one without latency, and few ISBNs."""
    cores = share_out()
    keep_to(cores.clients)
    workloads = [each for each in WORKLOADS if each.name in MEASURED]
    if quick:
        workloads = [replace(workloads[0], books=QUICK_BOOKS)]
    with tempfile.TemporaryDirectory(prefix="bookcrawl-bench-") as name:
        folder = Path(name)
        with serving(max(each.books for each in workloads), folder, cores) as server:
            for workload in workloads:
                say(workload.name)
                yield _measure(workload, folder, server)


def _measure(workload: Workload, folder: Path, server: RunningServer) -> Stalls:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        listed = first_isbns(folder, workload.books)
        server.begin(workload.behaviour)
        words = (server.base_url, listed, Path(scratch) / "books.db",
                 str(workload.concurrency), str(workload.rate))  # fmt: skip
        ended = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "scripts.benchmark.beating", *words],
            env=environment(folder), stdout=subprocess.PIPE, check=True, timeout=TIMEOUT_S,
        )  # fmt: skip
    late_ms = sorted(1_000 * late for late in msgspec.json.decode(ended.stdout, type=list[float]))
    return Stalls(
        workload.name, workload.what, len(late_ms),
        late_ms[len(late_ms) // 2], late_ms[len(late_ms) * 99 // 100], late_ms[-1],
    )  # fmt: skip


def tell(rows: Sequence[Stalls]) -> Iterator[str]:
    """A table of Markdown."""
    yield from table(
        ("workload", "median ms", "p99 ms", "longest ms", "beats"),
        [
            (row.what, f"{row.median_ms:.2f}", f"{row.p99_ms:.2f}", f"{row.longest_ms:.0f}",
             f"{row.beats:,}")
            for row in rows
        ],
    )  # fmt: skip
