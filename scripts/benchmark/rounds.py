"""Letting the candidates run in turn, round by round, so that a slow minute hits all alike."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from scripts.benchmark import expected, processes
from scripts.benchmark.field import Candidate
from scripts.benchmark.record import Run
from scripts.benchmark.running_server import RunningServer
from scripts.benchmark.workloads import Workload

TIMEOUT_S = 180.0
"""No run takes so long; one that does is killed, and its line says so."""

WARM_UP_BOOKS = 5


class Place(Struct, frozen=True):
    """The server, and the folder of its books."""

    server: RunningServer
    folder: Path


def run_rounds(
    place: Place,
    workload: Workload,
    candidates: Sequence[Candidate],
    rounds: int,
    say: Callable[[str], None],
) -> Iterator[Run]:
    """Each candidate once, then each once more, and so on."""
    for number in range(1, rounds + 1):
        for candidate in candidates:
            books = min(workload.books, candidate.most)
            run = run_once(place, workload, candidate, number, books)
            pace = f"{run.isbns_per_s:,.0f} ISBNs/s" if run.isbns_per_s else run.spent.said
            say(f"{workload.name}, round {number} of {rounds}: {candidate.name} {pace}")
            yield run


def warm_up(place: Place, workload: Workload, candidates: Sequence[Candidate]) -> None:
    """Run each once without looking: the first run of a program compiles what it imports."""
    for candidate in candidates:
        run_once(place, workload, candidate, 0, min(workload.books, WARM_UP_BOOKS))


def run_once(
    place: Place, workload: Workload, candidate: Candidate, number: int, books: int
) -> Run:
    """One candidate, once."""
    isbns = expected.first_isbns(place.folder, books)
    place.server.begin(workload.behaviour)
    with _scratch(place.folder) as scratch:
        database = scratch / "books.db"
        command = candidate.command(workload, place.server.base_url, isbns, database)
        spent = processes.run(command, scratch, timeout_s=TIMEOUT_S, terminal=candidate.terminal)
        stored = expected.check(place.folder, database, books) if candidate.stores else None
    return Run(
        workload.name,
        candidate.name,
        number,
        books,
        None if stored is None else stored.books,
        None if stored is None else stored.right,
        place.server.arrivals(),
        spent,
    )


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(dir=folder))
    try:
        yield path
    finally:
        shutil.rmtree(path)
