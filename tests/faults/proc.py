"""What Linux tells of a running process (proc(5))."""

import resource
import signal
import time
from contextlib import suppress
from pathlib import Path

from tests.acceptance.driver import Process


def status(process: Process, field: str) -> str:
    """A field of its status; empty where it has just ended."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next((line.split()[1] for line in lines if line.startswith(f"{field}:")), "")


def catches(process: Process, number: signal.Signals) -> bool:
    """Whether it has a handler for the signal."""
    return bool(int(status(process, "SigCgt") or "0", 16) >> (number - 1) & 1)


def waits(process: Process) -> bool:
    """Whether it sleeps, and used no processor for a twentieth of a second."""
    before = _switches(process)
    time.sleep(0.05)
    return status(process, "State") == "S" and _switches(process) == before


def _switches(process: Process) -> tuple[str, str]:
    names = ("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches")
    return status(process, names[0]), status(process, names[1])


def opened(process: Process) -> set[str]:
    """The names of its open files."""
    names = set()
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            names.add(link.readlink().name)
    return names


def squeeze(process: Process, headroom_kb: int) -> None:
    """Let it have so much more memory than it has; below 0, no more and less than it has."""
    if size_kb := status(process, "VmSize"):
        limit = (int(size_kb) + headroom_kb) * 1024
        resource.prlimit(process.pid, resource.RLIMIT_AS, (limit, limit))
