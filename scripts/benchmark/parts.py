"""Where the time of a crawl goes: its parts by themselves, and what is left of the whole."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

import msgspec
from msgspec import Struct

from scripts.benchmark.behaviour import Behaviour
from scripts.benchmark.cores import keep_to, share_out
from scripts.benchmark.expected import first_isbns
from scripts.benchmark.processes import environment
from scripts.benchmark.running_server import RunningServer, serving
from scripts.benchmark.tables import table

BOOKS = 20_000
QUICK_BOOKS = 200
ROUNDS = 5
TIMEOUT_S = 300.0

WORDS: Mapping[str, str] = {
    "http": "HTTP: aiohttp with our checks of what came, nothing around it",
    "read": "reading the answer: JSON, match, texts made plain",
    "ledger": "ledger: reading the list, adding, feeding",
    "store": "store: books, payloads compressed, states, commits",
    "index": "index: full text",
    "rest": "the rest: workers, queues, quota, pace, health, and caches that are cold",
    "whole": "the whole crawl",
}


class Part(Struct, frozen=True):
    """What a part costs, in microseconds of CPU time an ISBN: the median, least and most."""

    name: str
    us: float
    least_us: float
    most_us: float


def measure(say: Callable[[str], None], *, quick: bool = False) -> list[Part]:
    """All parts, in several rounds."""
    cores = share_out()
    keep_to(cores.clients)
    books, rounds = (QUICK_BOOKS, 1) if quick else (BOOKS, ROUNDS)
    with tempfile.TemporaryDirectory(prefix="bookcrawl-bench-") as name:
        folder = Path(name)
        with serving(books, folder, cores) as server:
            measured = []
            for number in range(1, rounds + 1):
                say(f"round {number} of {rounds}")
                measured.append(_measure(books, folder, server))
    return [_part(name, [costs[name] for costs in measured]) for name in WORDS]


def _measure(books: int, folder: Path, server: RunningServer) -> Mapping[str, float]:
    server.begin(Behaviour())
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        words = (server.base_url, first_isbns(folder, books), scratch)
        ended = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "scripts.benchmark.parting", *words],
            env=environment(folder), stdout=subprocess.PIPE, check=True, timeout=TIMEOUT_S,
        )  # fmt: skip
    costs = msgspec.json.decode(ended.stdout, type=dict[str, float])
    return costs | {"rest": 2 * costs["whole"] - sum(costs.values())}


def _part(name: str, us: Sequence[float]) -> Part:
    return Part(name, median(us), min(us), max(us))


def tell(parts: Sequence[Part]) -> Iterator[str]:
    """A table of Markdown."""
    yield from table(
        ("part", "µs of CPU an ISBN", "least..most"),
        [
            (WORDS[part.name], f"{part.us:.0f}", f"{part.least_us:.0f}..{part.most_us:.0f}")
            for part in parts
        ],
    )
