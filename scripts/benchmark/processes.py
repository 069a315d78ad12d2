"""Running a program to its end, with the kernel's account of what it took."""

import fcntl
import os
import pty
import resource
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread, Timer

from scripts.benchmark.record import Spent

ROOT = Path(__file__).parents[2]

LAST_WORDS = 400
"""Characters of a program's output that are kept."""

_TERMINAL = struct.pack("HHHH", 40, 120, 0, 0)  # rows, columns
_BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


def run(
    command: Sequence[str | Path], folder: Path, *, timeout_s: float, terminal: bool = False
) -> Spent:
    """Run it in `folder`, killed after `timeout_s`; with `terminal` its standard error is one.

    What is measured of a process begins with the peak of the one that started it, where that is
    the higher one (Linux, `exec`): whoever calls this has to be small.
    """
    with (folder / "output").open("w+b") as output:
        if terminal:
            return _run_on_terminal(command, folder, output.fileno(), timeout_s)
        return _run(command, folder, output.fileno(), output.fileno(), timeout_s)


def _run_on_terminal(
    command: Sequence[str | Path], folder: Path, output: int, timeout_s: float
) -> Spent:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, _TERMINAL)
    reader = Thread(target=_drain, args=(ours,))
    reader.start()
    try:
        return _run(command, folder, output, theirs, timeout_s)
    finally:
        os.close(theirs)
        reader.join()
        os.close(ours)


def _drain(terminal: int) -> None:
    with suppress(OSError):  # that is how the end of a terminal is told
        while os.read(terminal, 65536):
            pass


def _run(
    command: Sequence[str | Path], folder: Path, output: int, errors: int, timeout_s: float
) -> Spent:
    began_at = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command,
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        start_new_session=True,
    )
    timer = Timer(timeout_s, os.killpg, (process.pid, signal.SIGKILL))
    timer.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
        ended_at = time.monotonic()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Spent(
        began_at,
        ended_at,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * _BYTES_OF_MAXRSS,
        process.returncode,
        _last_words(output),
    )


def environment(folder: Path) -> Mapping[str, str]:
    """Ours, without bookcrawl's options, proxies and the like, and with a home of its own."""
    others = ("BOOKCRAWL_", "GOOGLE_BOOKS_", "PYTHON", "XDG_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(others) and not name.lower().endswith("_proxy")
    }
    return kept | {"PYTHONPATH": str(ROOT), "HOME": str(folder), "TERM": "xterm-256color"}


def peak_bytes() -> int:
    """The peak of this process itself."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_OF_MAXRSS


def _last_words(output: int) -> str:
    size = os.fstat(output).st_size
    words = os.pread(output, LAST_WORDS, max(0, size - LAST_WORDS))
    return words.decode(errors="replace").strip()
