"""The program as its users start it, judged by what it leaves: exit code, words, database."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.acceptance.database import Database

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample.csv"

PATIENCE_S = 30.0
"""No step of a test takes so long, unless something hangs."""

Process = subprocess.Popen[bytes]


class Input(Struct, frozen=True):
    lines: int
    seeds: int
    duplicates: int
    rejected: int
    blank: int
    repaired: int


class Ledger(Struct, frozen=True):
    pending: int
    found: int
    missing: int
    failed: int


class ThisRun(Struct, frozen=True):
    found: int
    missing: int
    failed: int


class Calls(Struct, frozen=True):
    total: int
    retried: int
    by_status: dict[str, int]


class Quota(Struct, frozen=True):
    limit: int
    used: int
    resets_at: str


class Summary(Struct, frozen=True):
    """The summary with the keys of the contract, all of which have to be there; more may be."""

    run: int
    db: str
    stopped: str | None
    input: Input
    ledger: Ledger
    this_run: ThisRun
    calls: Calls
    quota: Quota
    seconds: float


class Ended(Struct, frozen=True):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def summary(self) -> Summary:
        return msgspec.json.decode(self.out.splitlines()[-1], type=Summary)

    @property
    def go_on_with(self) -> str:
        (command,) = re.findall(r"^go on with: (.*)$", self.err, re.MULTILINE)
        return str(command)


class Bookcrawl:
    """The program in a folder of its own; its database is `books.db` there.

    `under` are words before the command, such as those of a tracer.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.under: tuple[str, ...] = ()
        self.database = Database(home / "books.db")
        ours = ("BOOKCRAWL_", "GOOGLE_BOOKS_", "NO_COLOR", "PYTHON", "XDG_")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "PYTHONPATH": str(ROOT),
            "HOME": str(home.parent / "user"),
            "PYTHONIOENCODING": "utf-8",
            # One ISBN a call, so that a log of calls is a log of ISBNs.
            "BOOKCRAWL_GROUP": "1",
        }

    def write(self, name: str, isbns: list[str]) -> str:
        (self.home / name).write_text("".join(f"{isbn}\n" for isbn in isbns))
        return name

    def run(self, *arguments: str | Path, stdin: bytes = b"", **environment: str) -> Ended:
        with self.start(*arguments, stdin=subprocess.PIPE, **environment) as process:
            return ending(process, stdin)

    def run_and_kill(self, *arguments: str, when: Callable[[], object]) -> None:
        with self.start(*arguments) as process:
            wait_until(when, process)
            kill(process)

    def run_as_printed(self, command: str) -> Ended:
        """Run a whole command line that the program has printed."""
        with self._started(shlex.split(command), stdin=subprocess.DEVNULL) as process:
            return ending(process)

    @contextmanager
    def start(
        self, *arguments: str | Path, stdin: int = subprocess.DEVNULL, **environment: str
    ) -> Iterator[Process]:
        """Started, and killed at the end of the block if it still runs."""
        command = [sys.executable, "-m", "crawler", *map(str, arguments)]
        with self._started(command, stdin=stdin, **environment) as process:
            yield process

    @contextmanager
    def _started(self, command: list[str], stdin: int, **environment: str) -> Iterator[Process]:
        with subprocess.Popen(
            [*self.under, *command],
            cwd=self.home,
            env=self._measured_or_not() | environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _measured_or_not(self) -> dict[str, str]:
        """Under limits, coverage would meet them as well, and say so in the command's name."""
        if not self.under:
            return self.environment
        names = (name for name in self.environment if not name.startswith("COVERAGE"))
        return {name: self.environment[name] for name in names}


def ending(process: Process, stdin: bytes | None = None) -> Ended:
    """Wait until it ends by itself."""
    out, err = process.communicate(stdin, timeout=PATIENCE_S)
    return Ended(process.returncode, out.decode(), err.decode())


def kill(process: Process) -> None:
    """As a power cut does: no handler runs, nothing is flushed."""
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE_S)


def wait_until(condition: Callable[[], object], process: Process) -> None:
    """Look again and again until it holds; a process that ends before it holds is an error."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert process.poll() is None, "it ended before what was waited for"
        assert time.monotonic() < deadline, "what was waited for did not come"
        time.sleep(0.002)
