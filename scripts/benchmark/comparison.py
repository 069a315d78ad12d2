"""`scripts/bench`: the candidates beside each other, from one run."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from scripts.benchmark import machine
from scripts.benchmark.cores import keep_to, share_out
from scripts.benchmark.field import CANDIDATES, Candidate
from scripts.benchmark.progress import say
from scripts.benchmark.record import LeftOut, Report, Run
from scripts.benchmark.rounds import Place, run_rounds, warm_up
from scripts.benchmark.running_server import serving
from scripts.benchmark.workloads import WORKLOADS, Workload

QUICK_BOOKS = 200

T = TypeVar("T", Candidate, Workload)


class Plan(Struct, frozen=True):
    """What is to be run: `only` names candidates and workloads, none of a kind means all of it."""

    only: frozenset[str] = frozenset()
    rounds: int = 3
    books: int | None = None
    quick: bool = False

    def workloads(self) -> list[Workload]:
        """Those that are wanted, with as many books as are wanted; quick leaves those that wait."""
        wanted = _chosen(WORKLOADS, self.only)
        if self.quick:
            named = self.only & {workload.name for workload in WORKLOADS}
            wanted = wanted if named else [WORKLOADS[0]]
        return [replace(workload, books=self._books(workload)) for workload in wanted]

    def candidates(self) -> tuple[list[Candidate], list[LeftOut]]:
        """Those that are wanted and can run, and the others that are wanted."""
        wanted = _chosen(CANDIDATES, self.only)
        left_out = [left for each in wanted if (left := each.reason_to_leave_out())]
        names = {left.candidate for left in left_out}
        return [each for each in wanted if each.name not in names], left_out

    def _books(self, workload: Workload) -> int:
        if self.books:
            return self.books
        return min(workload.books, QUICK_BOOKS) if self.quick else workload.books


def _chosen(all_: Sequence[T], only: frozenset[str]) -> list[T]:
    return [each for each in all_ if each.name in only] or list(all_)


def compare(plan: Plan) -> Report:
    """Run it all."""
    workloads = plan.workloads()
    candidates, left_out = plan.candidates()
    cores = share_out()
    keep_to(cores.clients)
    books = max(workload.books for workload in workloads)
    with tempfile.TemporaryDirectory(prefix="bookcrawl-bench-") as name:
        folder = Path(name)
        say(f"preparing {books:,} answers")
        with serving(books, folder, cores) as server:
            place = Place(server, folder)
            where = machine.look(folder, cores, server.ready)
            runs: list[Run] = []
            if not plan.quick:
                say("running each candidate once, uncounted")
                warm_up(place, WORKLOADS[0], candidates)
            for workload in workloads:
                running = [each for each in candidates if workload.name in each.workloads]
                runs += run_rounds(place, workload, running, plan.rounds, say)
    return Report(where, plan.rounds, tuple(runs), tuple(left_out))
