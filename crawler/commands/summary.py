"""What a run did, for scripts (the contract's JSON) and for people."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from crawler.clock import iso
from crawler.commands.program import command_line, program
from crawler.drain import Stop, Stopped
from crawler.estimate import duration, estimate, in_words
from crawler.library.run import Crawled
from crawler.names import shown
from crawler.words import counted

USUAL_GROUP = 20

SIGNALLED = 128
"""A process that ends by signal n ends with 128 + n."""


class Summary(Crawled, frozen=True):
    """A run and what it leaves; `resume` is the command that goes on, `signal` what stopped it.

    `rate` and `group` are the options; `place` are those by which a command asks the same API.
    """

    signal: int | None
    rate: float
    group: int | None
    resume: str
    place: list[str]

    def exit_code(self) -> int:
        """As the contract has it."""
        match self.stopped.why if self.stopped else None:
            case Stop.QUOTA | Stop.UNREACHABLE:
                return 75
            case Stop.CREDENTIALS:
                return 5
            case Stop.SIGNAL:
                return SIGNALLED + (self.signal or 0)
        if self.input_troubled:
            return 2
        return 3 if self.ledger.failed else 0

    def as_json(self) -> bytes:
        """One line, with the names of the contract."""
        states = ("found", "missing", "failed")
        return msgspec.json.encode(
            {
                "run": self.run,
                "db": shown(self.db),
                "stopped": self.stopped.why if self.stopped else None,
                "input": self.input,
                "ledger": self.ledger,
                "this_run": {state: getattr(self.this_run, state) for state in states},
                "calls": self.calls,
                "quota": {
                    "limit": self.quota.limit,
                    "used": self.quota.used,
                    "resets_at": iso(self.quota.resets_at),
                },
                "seconds": round(self.seconds, 3),
            }
        )


def tell(summary: Summary) -> Iterator[str]:
    """The summary in sentences, a line each."""
    this, ledger = summary.this_run, summary.ledger
    settled = this.found + this.missing + this.failed
    again = f" ({summary.calls.retried:,} of them again)" if summary.calls.retried else ""
    yield (
        f"{counted(settled, 'ISBN')} settled in {duration(summary.seconds)} with "
        f"{counted(summary.calls.total, 'call')}{again}: "
        f"{this.found:,} found, {this.missing:,} missing, {this.failed:,} failed"
    )
    yield from _tell_input(summary)
    yield f"{summary.db}: {ledger.found:,} found, " + ", ".join(
        f"{getattr(ledger, state):,} {state}" for state in ("missing", "failed", "pending")
    )
    db = ["--db", summary.db] if summary.db != "books.db" else []
    if ledger.failed:
        why = command_line(["status", *db])
        again = command_line(["retry --failed", *db, *summary.place])
        yield f"what failed: `{why}` tells why, `{again}` asks again"
    if stopped := summary.stopped:
        yield f"stopped early: {_why(stopped, summary)}"
    elif ledger.found:
        search, export = (
            command_line([verb, *db]) for verb in ("search WORDS", "export books.csv")
        )
        yield f"look at it: `{search}`, `{export}`"


def _tell_input(summary: Summary) -> Iterator[str]:
    counts = summary.input
    if counts.lines:
        told = [counted(counts.seeds, "ISBN")]
        told += [
            f"{count:,} {name}"
            for name in ("duplicates", "repaired", "rejected", "blank")
            if (count := getattr(counts, name))
        ]
        hint = f" (`{program()} check FILE` tells why)" if counts.rejected else ""
        yield f"input: {counted(counts.lines, 'line')}, {', '.join(told)}{hint}"
    yield from summary.notes


def _why(stopped: Stopped, summary: Summary) -> str:
    pending = counted(summary.ledger.pending, "ISBN")
    match stopped.why:
        case Stop.QUOTA:
            quota = summary.quota
            remaining = estimate(
                summary.calls_left,
                calls_per_s=summary.rate,
                quota_left=0,
                daily=quota.limit,
            )
            return (
                f"{stopped.sentence or f'{quota.used:,} of {quota.limit:,} calls used'}; "
                f"{pending} pending, "
                f"about {in_words(remaining)}{_with_groups(summary)}; "
                f"next calls from {_minute(quota.resets_at)}"
            )
        case Stop.CREDENTIALS:
            return f"{stopped.sentence}; mend the key or the --country, {pending} pending"
        case Stop.UNREACHABLE:
            return f"{stopped.sentence}; {pending} pending, try again later"
    return f"{stopped.sentence}; {pending} pending"


def _with_groups(summary: Summary) -> str:
    """What those who ask singly could save."""
    if summary.group != 1 or not summary.quota.limit:
        return ""
    grouped = estimate(
        summary.ledger.pending / USUAL_GROUP,
        calls_per_s=summary.rate,
        quota_left=0,
        daily=summary.quota.limit,
    )
    return f" (or {in_words(grouped)} where groups of {USUAL_GROUP} are answered: --group auto)"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
