"""What a benchmark measures, as it is written by `--json`."""

from msgspec import Struct

from scripts.benchmark.behaviour import Arrivals


class Spent(Struct, frozen=True):
    """A process, from its start to its end, in seconds of the machine's monotonic clock.

    `cpu_s` and `peak_bytes` are the kernel's account of it; `code` is negative for a signal;
    `said` are its last words.
    """

    began_at: float
    ended_at: float
    cpu_s: float
    peak_bytes: int
    code: int
    said: str

    @property
    def seconds(self) -> float:
        """From start to end."""
        return self.ended_at - self.began_at


class Run(Struct, frozen=True):
    """One candidate, once, under one workload.

    `books` were asked for, `stored` are there in the end, of these `right`; both are None for what
    stores nothing.
    """

    workload: str
    candidate: str
    round: int
    books: int
    stored: int | None
    right: int | None
    arrivals: Arrivals
    spent: Spent

    @property
    def done(self) -> int:
        """The ISBNs that came to a good end."""
        answered = self.arrivals.calls - self.arrivals.refused
        return min(self.books, answered) if self.right is None else self.right

    @property
    def seconds(self) -> float | None:
        """From the first call to the end of the process: without the start of an interpreter."""
        first = self.arrivals.first_at
        return None if first is None else self.spent.ended_at - first

    @property
    def isbns_per_s(self) -> float | None:
        """ISBNs with a good end in each of these seconds."""
        return self.done / self.seconds if self.seconds else None


class LeftOut(Struct, frozen=True):
    """A candidate that could not run, and why."""

    candidate: str
    reason: str


class Machine(Struct, frozen=True):
    """Where it was measured; `load` is the load average before the first run."""

    cpu: str
    cores: int
    memory_gb: float
    system: str
    disk: str
    load: float
    pinning: str
    loop: str
    python: str
    versions: dict[str, str]
    plain_bytes: int
    packed_bytes: int


class Report(Struct, frozen=True):
    """All that was measured, in the order in which it was."""

    machine: Machine
    rounds: int
    runs: tuple[Run, ...]
    left_out: tuple[LeftOut, ...] = ()
