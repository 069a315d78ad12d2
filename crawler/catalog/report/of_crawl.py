"""How the crawl went."""

import sqlite3
from collections.abc import Callable, Sequence

from crawler.catalog.report import calls, charts
from crawler.catalog.report.exhibit import Cell, Exhibit, Section, exhibit
from crawler.catalog.standing import RunRecord, find_runs
from crawler.words import counted

LAST_RUNS = 20
LAST_DAYS = 30

_NO_MINUTES = "No minutes of calls are kept in this database: nothing was asked for since they are."
_MS = 1000
_OF_A_RUN = (
    "Run", "Command", "Began (UTC)", "Ended", "Found", "Missing", "Failed", "Calls",
    "Of these again", "ISBNs settled a call",
)  # fmt: skip


def of_crawl(catalog: sqlite3.Connection) -> Section:
    """The section."""
    return Section(
        "The crawl",
        "Calls are what a crawl costs: a key has so many a day.",
        (_days(catalog), _answers(catalog), *_longest_run(catalog), _runs(catalog)),
    )


def _days(catalog: sqlite3.Connection) -> Exhibit:
    days = calls.count_days(catalog, LAST_DAYS)
    return exhibit(
        "Calls by day",
        "Calls counted against the quota; its day ends at midnight Pacific time.",
        ("Day of the quota", "Calls"),
        [(day.day.isoformat(), day.calls) for day in days],
        lambda: charts.days([day.day for day in days], [day.calls for day in days]),
        "No call was made yet.",
    )


def _answers(catalog: sqlite3.Connection) -> Exhibit:
    answers = calls.count_answers(catalog)
    return exhibit(
        "How they were answered",
        "Calls by HTTP status; none: no answer came.",
        ("Status", "Calls", "ISBNs a call", "Seconds, mean", "Seconds, slowest"),
        [
            (a.status, a.calls, _ratio(a.isbns, a.calls), _seconds(a), a.slowest_ms / _MS)
            for a in answers
        ],
        lambda: charts.bars([a.status for a in answers], [a.calls for a in answers]),
        _NO_MINUTES,
    )


def _longest_run(catalog: sqlite3.Connection) -> tuple[Exhibit, ...]:
    """Its calls over time; nothing where none were kept, which `_answers` has said already."""
    run = calls.find_longest_run(catalog)
    if run is None:
        return ()
    moments = calls.count_moments(catalog, run)
    return (
        _course(
            moments,
            "Calls a minute",
            f"Run {run}, the one with the most calls, {_began(moments)}; times in UTC.",
            lambda moment: _ratio(moment.calls, moment.minutes),
        ),
        _latencies(moments, run),
        _course(
            moments,
            "ISBNs a call",
            f"Run {run}: how many ISBNs one call named.",
            lambda moment: _ratio(moment.isbns, moment.calls),
        ),
    )


def _began(moments: Sequence[calls.Moment]) -> str:
    return f"from {moments[0].at[: len('2026-11-21')]} on"


def _course(
    moments: Sequence[calls.Moment], title: str, sentence: str, of: Callable[[calls.Moment], float]
) -> Exhibit:
    times, values = [moment.at for moment in moments], [of(moment) for moment in moments]
    return exhibit(
        title,
        sentence,
        ("Time (UTC)", title),
        [*zip(times, values, strict=True)],
        lambda: charts.course(_as_times(times), values),
        _NO_MINUTES,
    )


def _latencies(moments: Sequence[calls.Moment], run: int) -> Exhibit:
    means = [_seconds(moment) for moment in moments]
    slowest = [moment.slowest_ms / _MS for moment in moments]
    times = [moment.at for moment in moments]
    return exhibit(
        "Seconds until the answer",
        f"Run {run}: the mean, and fainter the slowest call.",
        ("Time (UTC)", "Mean", "Slowest"),
        [*zip(times, means, slowest, strict=True)],
        lambda: charts.course(_as_times(times), means, slowest),
        _NO_MINUTES,
    )


def _as_times(times: Sequence[str]) -> list[str]:
    """With the zone, since a time without is one of the machine that draws; an hour alone is no
    ISO 8601 that Vega reads, so it gets its minutes.
    """
    return [f"{time}:00Z" if time.count(":") == 0 and "T" in time else f"{time}Z" for time in times]


def _runs(catalog: sqlite3.Connection) -> Exhibit:
    runs = find_runs(catalog, LAST_RUNS)
    settled = sum(_settled(run) for run in runs)
    called = sum(run.calls for run in runs)
    again = sum(run.retried for run in runs)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(run.id), run.command, _minute(run.started_at), _ending(run), run.found, run.missing,
         run.failed, run.calls, run.retried, _ratio(_settled(run), run.calls))
        for run in runs
    )  # fmt: skip
    if not rows:
        return Exhibit("Runs", "There was none yet.")
    return Exhibit(
        "Runs",
        f"{counted(len(rows), 'run')}: {settled:,} ISBNs settled with "
        f"{counted(called, 'call')}, {again:,} of them made again after trouble.",
        _OF_A_RUN,
        rows,
    )


def _settled(run: RunRecord) -> int:
    return run.found + run.missing + run.failed


def _ending(run: RunRecord) -> str:
    if run.ended_at is None:
        return "not yet, or killed"
    return f"early: {run.stopped}" if run.stopped else _minute(run.ended_at)


def _minute(moment: str) -> str:
    return moment[: len("2026-11-21T07:15")].replace("T", " ")


def _seconds(counted_calls: calls.Answered | calls.Moment) -> float:
    return _ratio(counted_calls.total_ms, counted_calls.calls) / _MS


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
