"""How a crawl is going, for people: one line on a terminal, a line now and then elsewhere."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from crawler.estimate import estimate, in_words

SPEED_OVER_S = 15.0
"""The speed that is shown is the mean of this long."""

TERMINAL_EVERY_S = 0.1
ELSEWHERE_EVERY_S = 10.0


class Snapshot(Struct, frozen=True):
    """A crawl at one moment: the ledger's counts, calls sent, and what the quota still gives.

    `reading` says that the input has not been read to its end, so that the total may still grow;
    `quota_left` is in calls, `None` without a quota; `rate` in calls a second, 0 without a limit.
    """

    pending: int
    found: int
    missing: int
    failed: int
    calls: int
    calls_left: float
    reading: bool
    rate: float
    daily_quota: int
    quota_left: int | None
    waits_until: datetime | None = None

    @property
    def settled(self) -> int:
        """ISBNs that are not pending."""
        return self.found + self.missing + self.failed


class Speedometer:
    """Calls a second over the last `SPEED_OVER_S`."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def see(self, at_s: float, snapshot: Snapshot) -> None:
        """Note where the crawl is at a moment of a monotonic clock."""
        self._seen.append((at_s, snapshot.calls))
        while self._seen[0][0] < at_s - SPEED_OVER_S:
            self._seen.popleft()

    @property
    def calls_per_s(self) -> float:
        """The mean; 0 while too little was seen."""
        (since, calls), (until, calls_now) = self._seen[0], self._seen[-1]
        return (calls_now - calls) / (until - since) if until > since else 0.0


class Line(Struct, frozen=True):
    """What is told of a snapshot, ready to be shown."""

    done: int
    total: int
    states: str
    speed: str
    quota: str
    left: str


def tell(snapshot: Snapshot, speed: Speedometer) -> Line:
    """The snapshot in words."""
    remaining = estimate(
        snapshot.calls_left,
        calls_per_s=speed.calls_per_s or snapshot.rate,
        quota_left=snapshot.quota_left,
        daily=snapshot.daily_quota,
    )
    known = bool(speed.calls_per_s or snapshot.rate)
    left = f"{in_words(remaining) if known else '…'} left" + ("+" if snapshot.reading else "")
    if snapshot.waits_until:
        left += f", waiting until {snapshot.waits_until:%H:%M} UTC"
    return Line(
        done=snapshot.settled,
        total=snapshot.settled + snapshot.pending,
        states=", ".join(
            f"{getattr(snapshot, state):,} {state}" for state in ("found", "missing", "failed")
        ),
        speed=f"{speed.calls_per_s:,.1f}/s",
        quota="" if snapshot.quota_left is None else f"quota {snapshot.quota_left:,}",
        left=left,
    )


class Display(Protocol):
    """Shows lines somewhere, one every `every_s` seconds, and the last one if it `stays`."""

    every_s: float
    stays: bool

    def show(self, line: Line) -> None:
        """Show a line in place of the one before, or after it."""
        ...


class TerminalDisplay:
    """One line that is drawn anew, with a bar."""

    every_s = TERMINAL_EVERY_S
    stays = True

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, line=Line(0, 0, "", "", "", ""))

    def show(self, line: Line) -> None:
        """Draw the line."""
        self._progress.update(self._task, completed=line.done, total=line.total or None, line=line)
        self._progress.refresh()


class PlainDisplay:
    """A line now and then, for logs."""

    every_s = ELSEWHERE_EVERY_S
    stays = False

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, line: Line) -> None:
        """Write the line."""
        parts = [f"{line.done:,} of {line.total:,}", line.states, line.speed, line.quota, line.left]
        self._console.print(Text("; ".join(part for part in parts if part)), soft_wrap=True)


@contextmanager
def open_display(console: Console) -> Iterator[Display]:
    """A display that fits the console: a drawn line on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield PlainDisplay(console)
        return
    columns = [
        BarColumn(bar_width=None),
        TextColumn("{task.completed:,.0f}/{task.fields[line].total:,.0f}"),
        TextColumn("[green]{task.fields[line].states}"),
        TextColumn("{task.fields[line].speed}"),
        TextColumn("[cyan]{task.fields[line].quota}"),
        TextColumn("[yellow]{task.fields[line].left}"),
    ]
    with Progress(*columns, console=console, auto_refresh=False, expand=True) as progress:
        yield TerminalDisplay(progress)


async def watch(look: Callable[[], Snapshot], display: Display) -> None:
    """Show what `look` sees until cancelled."""
    speed = Speedometer()
    clock = asyncio.get_running_loop().time
    speed.see(clock(), look())
    try:
        while True:
            await asyncio.sleep(display.every_s)
            _show(look(), speed, clock(), display)
    finally:
        if display.stays:
            _show(look(), speed, clock(), display)


def _show(snapshot: Snapshot, speed: Speedometer, at_s: float, display: Display) -> None:
    speed.see(at_s, snapshot)
    display.show(tell(snapshot, speed))
