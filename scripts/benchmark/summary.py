"""Many runs as one line: medians, and how far the runs lie apart."""

from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import Struct

from scripts.benchmark.record import Report, Run

BARE = "bare"


class Spread(Struct, frozen=True):
    """The median of the rounds, the lowest and the highest."""

    median: float
    low: float
    high: float


class Line(Struct, frozen=True):
    """A candidate under a workload.

    `of_bare` compares it with the bare loop of the same round; None without one. `asked` is the
    number of ISBNs, `right` of the round with the fewest.
    """

    workload: str
    candidate: str
    rounds: int
    asked: int
    right: int | None
    of_bare: Spread | None
    isbns_per_s: Spread
    calls_per_s: Spread
    highest_rate: int
    seconds: Spread
    whole_seconds: Spread
    cpu_s_per_1000: Spread
    peak_mb: Spread
    calls: int
    failed: tuple[str, ...]


def summarize(report: Report) -> list[Line]:
    """A line for each candidate of each workload, in the order in which they ran."""
    keys = dict.fromkeys((run.workload, run.candidate) for run in report.runs)
    bare = {(r.workload, r.round): r for r in report.runs if r.candidate == BARE}
    lines = []
    for workload, candidate in keys:
        runs = [r for r in report.runs if (r.workload, r.candidate) == (workload, candidate)]
        lines.append(_line(runs, bare))
    return lines


def _line(runs: Sequence[Run], bare: dict[tuple[str, int], Run]) -> Line:
    first = runs[0]
    rights = [run.right for run in runs if run.right is not None]
    return Line(
        first.workload,
        first.candidate,
        len(runs),
        first.books,
        min(rights) if rights else None,
        _of_bare(runs, bare),
        _spread(run.isbns_per_s or 0.0 for run in runs),
        _spread(_calls_per_s(run) for run in runs),
        max(run.arrivals.most_in_a_second for run in runs),
        _spread(run.seconds or run.spent.seconds for run in runs),
        _spread(run.spent.seconds for run in runs),
        _spread(run.spent.cpu_s / run.books * 1000 for run in runs),
        _spread(run.spent.peak_bytes / 1e6 for run in runs),
        max(run.arrivals.calls for run in runs),
        tuple(_trouble(run) for run in runs if run.spent.code),
    )


def _of_bare(runs: Sequence[Run], bare: dict[tuple[str, int], Run]) -> Spread | None:
    ratios = [
        run.isbns_per_s / limit.isbns_per_s
        for run in runs
        if (limit := bare.get((run.workload, run.round)))
        and run.isbns_per_s is not None
        and limit.isbns_per_s
    ]
    return _spread(ratios) if ratios else None


def _calls_per_s(run: Run) -> float:
    """Between the first call and the last."""
    came = run.arrivals
    if came.first_at is None or came.last_at is None or came.last_at == came.first_at:
        return 0.0
    return (came.calls - 1) / (came.last_at - came.first_at)


def _trouble(run: Run) -> str:
    words = run.spent.said.splitlines()[-1:] or ["without a word"]
    return f"round {run.round} ended with {run.spent.code}: {words[0]}"


def _spread(values: Iterable[float]) -> Spread:
    found = list(values)
    return Spread(median(found), min(found), max(found))
