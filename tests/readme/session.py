"""The commands of the README as its reader runs them: in one shell, on a terminal, in a clone.

What differs from one run to the next does not count: times and durations, how many calls the groups
of ISBNs took, since answers overtake one another, the line on which the progress is drawn, and what
stands for `…` in the README, which in a line of its own is any number of lines.
"""

import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.readme.page import ROOT

COLUMNS = 80
PATIENCE_S = 120.0

_DIFFERS = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\dZ| UTC|)"), "(a time)"),
    (re.compile(r"settled in [\d.]+ s"), "settled in (a while)"),
    (re.compile(r"\b[\d,]+( of [\d,]+)? calls\b"), "(some) calls"),
    (re.compile(r"(all done( +\d+){3}) +\d+$", re.MULTILINE), r"\1 (calls)"),
    (re.compile(r'"seconds": [\d.]+'), '"seconds": (a while)'),
)
_PROGRESS = re.compile(r"[ ━╸╺]*[\d,]+/[\d,]+( .* left.*)?")
_ESCAPES = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")
_MARK = "\x1e"
# The mark keeps the status of the command before it, for those that ask for $?.
_MARKING = f"mark() {{ status=$?; echo '{_MARK}'; return $status; }}"


def make_clone(folder: Path) -> Path:
    """A clone in which `.venv` is set up: the scripts have tests of their own."""
    (folder / "data").symlink_to(ROOT / "data")
    bookcrawl = folder / ".venv" / "bin" / "bookcrawl"
    start = f"import sys; sys.argv[0] = {str(bookcrawl)!r}; from crawler.cli import main; main()"
    _write_script(bookcrawl, f"{shlex.quote(sys.executable)} -c {shlex.quote(start)}")
    _write_script(bookcrawl.with_name("python3"), shlex.quote(sys.executable))
    _write_script(folder / "scripts" / "crawl", f"{shlex.quote(str(bookcrawl))} crawl")
    return folder


def _write_script(path: Path, command: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    path.chmod(0o755)


def play(commands: Sequence[str], clone: Path) -> list[list[str]]:
    """The lines that each command prints, as they stand on the terminal in the end."""
    script = "\n".join([_MARKING, *(f"mark\n{command}" for command in commands)])
    _, *outputs = _run_on_terminal(script, clone).split(f"{_MARK}\n")
    return [_on_screen(output) for output in outputs]


def fits(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether a command printed what is shown of it."""
    pattern = re.escape(_unchanging(shown)).replace("…", ".*?")
    pattern = re.sub(r"(?m)^(\\ )*\.\*\?\\\n", r"(?:.*\\n)*?", pattern)
    return re.fullmatch(pattern, _unchanging(printed)) is not None


def _unchanging(lines: Sequence[str]) -> str:
    text = "".join(f"{line}\n" for line in lines)
    for pattern, word in _DIFFERS:
        text = pattern.sub(word, text)
    return text


def _on_screen(output: str) -> list[str]:
    lines = [
        line.rpartition("\r")[2].rstrip() for line in _ESCAPES.sub("", output).split("\n")[:-1]
    ]
    return [line for line in lines if not _PROGRESS.fullmatch(line)]


def _run_on_terminal(script: str, clone: Path) -> str:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 25, COLUMNS, 0, 0))
    shell = subprocess.Popen(
        ["sh", "-c", script],
        cwd=clone,
        env=_environment(clone),
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        return _read_all(master, shell).replace("\r\n", "\n")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
        os.close(master)


def _read_all(master: int, shell: "subprocess.Popen[bytes]") -> str:
    """What is printed until the shell has ended; a terminal has no end of file of its own."""
    printed = b""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        ended = shell.poll() is not None
        readable, _, _ = select.select([master], [], [], 0 if ended else 0.1)
        try:
            part = os.read(master, 65_536) if readable else b""
        except OSError:  # Linux has it for a terminal that nobody writes to any more
            part = b""
            shell.wait(timeout=PATIENCE_S)
        printed += part
        if ended and not part:
            return printed.decode()
    raise AssertionError(f"the README's commands hang after:\n{printed.decode()}")


def _environment(clone: Path) -> dict[str, str]:
    ours = ("BOOKCRAWL_", "GOOGLE_BOOKS_")
    others = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return others | {
        "PYTHONPATH": str(ROOT),
        "XDG_STATE_HOME": str(clone / "state"),
        "PYTHONUTF8": "1",
        "TERM": "xterm",
        "NO_COLOR": "1",
        "COLUMNS": str(COLUMNS),
    }
