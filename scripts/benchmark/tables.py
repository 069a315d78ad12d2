"""What was measured, as tables in Markdown that can be read as they are."""

from collections.abc import Iterator, Sequence

from scripts.benchmark.field import CANDIDATES, SEEDS
from scripts.benchmark.record import Machine, Report
from scripts.benchmark.summary import Line, Spread, summarize
from scripts.benchmark.workloads import WORKLOADS, Workload

HEAD = (
    "candidate", "of bare", "ISBNs/s", "min..max", "calls/s", "calls", "s", "s, start included",
    "CPU s per 1,000", "MB", "right",
)  # fmt: skip
HEAD_OF_RATES = (
    "candidate", "of the rate", "calls/s", "most in a second", "calls", "s", "CPU s per 1,000",
    "MB", "right",
)  # fmt: skip

LEGEND = """\
Medians of {rounds} rounds. *Of bare*: ISBNs a second beside those of the bare aiohttp loop of the
same round. ISBNs a second are those that came to a good end, from the first call's arrival at the
server to the end of the process; so is *s*. *s, start included* counts from the start of the
interpreter. *calls/s* is between the first call and the last. *Right*: books in the database with
the right title, of those asked for. bookcrawl commits with `synchronous=FULL` always, keeps the
record of each book and indexes its text before it ends; the others do none of these two."""


def tell(report: Report) -> Iterator[str]:
    """All tables, with the machine above and what was left out below."""
    yield from tell_machine(report.machine)
    yield ""
    yield LEGEND.format(rounds=report.rounds)
    lines = summarize(report)
    for workload in WORKLOADS:
        of_workload = [line for line in lines if line.workload == workload.name]
        if of_workload:
            yield ""
            yield f"**{workload.name}**: {workload.what}"
            yield ""
            yield from _table_of(workload, of_workload)
            yield from _troubles(of_workload)
            if workload.name in SEEDS:
                yield ""
                yield _headline(of_workload)
    yield ""
    yield from _names({line.candidate for line in lines})
    yield from (f"- left out: {left.candidate}, {left.reason}" for left in report.left_out)


def tell_machine(machine: Machine) -> Iterator[str]:
    """Where it was measured."""
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    yield f"- {machine.cpu}, {machine.cores} cores, {machine.memory_gb} GB; {machine.system}"
    yield f"- {machine.pinning}; load before the first run {machine.load}; disk {machine.disk}"
    yield f"- Python {machine.python}, {versions}"
    yield (
        f"- server on {machine.loop}; an answer is {machine.plain_bytes:,} bytes with its headers, "
        f"packed {machine.packed_bytes:,}, the same whatever is asked of its form"
    )


def _table_of(workload: Workload, lines: Sequence[Line]) -> Iterator[str]:
    if workload.rate:
        return table(HEAD_OF_RATES, [_row_of_rate(line, workload.rate) for line in lines])
    return table(HEAD, [_row(line) for line in lines])


def _headline(lines: Sequence[Line]) -> str:
    """As the seeds tell theirs: the seconds of each in proportion."""
    seconds = (f"{line.seconds.median:.2f}" for line in lines)
    return f"{' : '.join(line.candidate for line in lines)} = {' : '.join(seconds)} s"


def _row(line: Line) -> tuple[str, ...]:
    speed = line.isbns_per_s
    return (
        line.candidate,
        _ratio(line.of_bare),
        _number(speed.median),
        f"{_number(speed.low)}..{_number(speed.high)}",
        _number(line.calls_per_s.median),
        f"{line.calls:,}",
        f"{line.seconds.median:.2f}",
        f"{line.whole_seconds.median:.2f}",
        f"{line.cpu_s_per_1000.median:.3f}",
        f"{line.peak_mb.median:.0f}",
        _right(line),
    )


def _row_of_rate(line: Line, rate: int) -> tuple[str, ...]:
    return (
        line.candidate,
        f"{line.calls_per_s.median / rate:.1%}",
        f"{line.calls_per_s.median:,.2f}",
        f"{line.highest_rate:,}",
        f"{line.calls:,}",
        f"{line.seconds.median:.2f}",
        f"{line.cpu_s_per_1000.median:.3f}",
        f"{line.peak_mb.median:.0f}",
        _right(line),
    )


def _ratio(ratio: Spread | None) -> str:
    return "" if ratio is None else f"{ratio.median:.3g}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004 - two digits tell


def _right(line: Line) -> str:
    if line.right is None:
        return "stores nothing"
    if line.right == line.asked:
        return f"all {line.asked:,}"
    return f"{line.right:,} of {line.asked:,}"


def _troubles(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield from (f"- {line.candidate}: {trouble}" for trouble in line.failed)


def _names(candidates: set[str]) -> Iterator[str]:
    for candidate in CANDIDATES:
        if candidate.name in candidates:
            yield f"- {candidate.name}: {candidate.what}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table of Markdown, its columns as wide as their cells; the first is of words."""
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    yield _printed(head, widths)
    dashes = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    yield _printed(dashes, widths)
    yield from (_printed(row, widths) for row in rows)


def _printed(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    words = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(words)} |"
