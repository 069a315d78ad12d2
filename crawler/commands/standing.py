"""What `status` tells, gathered and drawn."""

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from crawler.catalog.standing import (
    FailureReason,
    RunRecord,
    calls_per_isbn,
    count_calls,
    count_calls_of_user,
    count_states,
    count_unmapped,
    find_failures,
    find_last_options,
    find_runs,
)
from crawler.clock import iso, quota_day, quota_day_ends
from crawler.commands.database import command_line
from crawler.commands.terminal import printable, render, terminal_width
from crawler.estimate import Estimate, estimate, in_words
from crawler.library.mixture import read_asked
from crawler.names import for_shell
from crawler.store.holder import is_running
from crawler.store.user_file import find_user_file
from crawler.words import counted

LAST_RUNS = 5

RUNS_WIDTH = 80
"""In columns; a terminal with fewer breaks the lines of the table, which keep their numbers so."""

SANDBOX = "sandbox"
"""Under this name the sandbox's calls are counted, which cost nothing."""


class Today(Struct, frozen=True):
    """Calls used on the quota's day, by key; it ends at `resets_at`."""

    used: dict[str, int]
    limit: int
    resets_at: str


class Standing(Struct, frozen=True):
    """How a database stands."""

    ledger: dict[str, int]
    failures: list[FailureReason]
    today: Today
    remaining: Estimate
    runs: list[RunRecord]


def look(catalog: sqlite3.Connection, now: datetime, *, rate: float, daily_quota: int) -> Standing:
    """Gather it; `rate` in calls a second and `daily_quota` in calls, 0 for no limit each."""
    states = count_states(catalog)
    alone = count_unmapped(catalog)
    today = quota_day(now)
    used = count_calls(catalog, today)
    shared = count_calls_of_user(find_user_file(), today)
    used = {key: max(calls, shared.get(key, 0)) for key, calls in used.items()} | {
        key: calls for key, calls in shared.items() if key not in used
    }
    most_used = max((calls for key, calls in used.items() if key != SANDBOX), default=0)
    return Standing(
        ledger=states,
        failures=find_failures(catalog),
        today=Today(used, daily_quota, iso(quota_day_ends(now))),
        remaining=estimate(
            alone + (states["pending"] - alone) * calls_per_isbn(catalog),
            calls_per_s=rate,
            quota_left=max(0, daily_quota - most_used) if daily_quota else None,
            daily=daily_quota,
        ),
        runs=find_runs(catalog, LAST_RUNS),
    )


def resume_command(catalog: sqlite3.Connection, db: Path) -> str:
    """The command that goes on, asking whom the last run asked."""
    told = find_last_options(catalog)
    place = read_asked(told).words if told else []
    return " ".join([command_line("resume", db), *map(for_shell, place)])


def tell(standing: Standing, db: str, resume: str) -> str:
    """Draw it as text for standard output."""
    states = standing.ledger
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row(Text("ISBNs"), Text(f"{sum(states.values()):,} in {printable(db)}"))
    for state, count in states.items():
        facts.add_row(Text(f"  {state}"), Text(f"{count:,}"))
    for failure in standing.failures:
        facts.add_row(Text("    why"), Text(f"{failure.count:,}: {printable(failure.reason)}"))
    facts.add_row(Text("Quota"), Text(_today(standing.today)))
    facts.add_row(Text("To do"), Text(_to_do(standing, resume)))
    return f"{render(facts)}\n{render(_runs(standing.runs), max(RUNS_WIDTH, terminal_width()))}"


def _today(today: Today) -> str:
    used = [
        f"{_calls(calls, 0 if key == SANDBOX else today.limit)} used today ({printable(key)})"
        for key, calls in today.used.items()
    ]
    return f"{'; '.join(used) or 'no calls used today'}; the day ends {today.resets_at}"


def _calls(calls: int, limit: int) -> str:
    return f"{calls:,} of {counted(limit, 'call')}" if limit else counted(calls, "call")


def _to_do(standing: Standing, resume: str) -> str:
    if not standing.remaining.calls:
        return "nothing: all are settled"
    calls = counted(standing.remaining.calls, "call")
    return f"about {calls}, {in_words(standing.remaining)}: `{resume}`"


def _runs(runs: list[RunRecord]) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("Run", "Began (UTC)", "Command", "Ended"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Found", "Missing", "Failed", "Calls"):
        table.add_column(heading, justify="right", no_wrap=True)
    for run in runs:
        counts = (run.found, run.missing, run.failed, run.calls)
        told = [f"{count:,}" for count in counts] if run.ended_at else ["…"] * len(counts)
        began = run.started_at[:16].replace("T", " ")
        facts = (str(run.id), began, run.command, _end_of(run, newest=run is runs[0]), *told)
        table.add_row(*(Text(printable(fact)) for fact in facts))
    return table


def _end_of(run: RunRecord, *, newest: bool) -> str:
    """How a run ended; one that wrote no end is still going on if its process is there.

    Only the newest may be. And containers number their processes alike: what has the number of this
    one is this one, which crawls nothing.
    """
    if run.ended_at:
        return run.stopped or "all done"
    runs = newest and run.pid != os.getpid() and is_running(run.pid)
    return "running" if runs else "broken off"
