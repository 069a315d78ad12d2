"""What reading a database may cost and may do, whoever has made the file or written the query."""

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

LONGEST_CELL_BYTES = 100_000_000

HEAP_BYTES = 256 * 1024 * 1024
"""All that SQLite may hold in memory: a cell or two of the longest, and sorters spill to files."""

STEPS_BETWEEN_CHECKS = 10_000
"""Of SQLite's virtual machine: too seldom to slow a query down."""

GRACE_S = 1.0
"""So long after its limit a query has not heard of it: it works within a single step."""


def distrust(connection: sqlite3.Connection) -> None:
    """Take the file for one that somebody else may have made (SQLite, "Defense Against The Dark
    Arts"): its views and generated columns call nothing that has effects, its pages are checked
    before they are read, its cells are bounded. Signals are heard while SQLite works.
    """
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL_BYTES)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    # Python runs handlers of signals between steps of its own, such as this call.
    connection.set_progress_handler(lambda: False, STEPS_BETWEEN_CHECKS)


def limit_memory(connection: sqlite3.Connection) -> None:
    """From now on all of SQLite in this process keeps to `HEAP_BYTES`; beyond is a `MemoryError`.

    For a program that does nothing else: the limit can be lowered, never raised again.
    """
    connection.execute(f"PRAGMA hard_heap_limit = {HEAP_BYTES}").fetchall()


class TimeLimit:
    """A limit on the time that SQLite works, which it does inside a `with` of this; what the reader
    of the rows takes does not count.
    """

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self._clock = clock
        self._spent = 0.0
        self._started: float | None = None

    def __enter__(self) -> Self:
        self._started = self._clock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._started is not None:
            self._spent += self._clock() - self._started
        self._started = None

    def is_over(self, grace_s: float = 0.0) -> bool:
        """Whether the limit is passed by more than `grace_s`; true makes SQLite stop."""
        started = self._started  # another thread may be looking
        now = 0.0 if started is None else self._clock() - started
        return self._spent + now > self.seconds + grace_s

    @property
    def running(self) -> bool:
        """Whether SQLite works."""
        return self._started is not None


@contextmanager
def last_resort(limit: TimeLimit, stop: Callable[[], None]) -> Iterator[None]:
    """Inside, `stop` is called, from a thread, where SQLite works on after the limit.

    SQLite asks for the time between its steps, and a single one (`instr`, `like`, `replace` of long
    texts) can take hours.
    """
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(GRACE_S / 4):
            if limit.running and limit.is_over(GRACE_S):
                stop()

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        ended.set()
