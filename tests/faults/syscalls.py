"""A command under strace: faults put into what it does to its files, and a record of that."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

STRACE = ("strace", "-D", "-f", "-qq")
"""-D: the command stays a child of the test's, so that signals and exit codes are its own."""

QUICK = "--seccomp-bpf"
"""Only the traced calls are stopped at: a start costs 0.1 s more instead of 0.3 s."""

CHANGES = "pwrite64,write,ftruncate,fdatasync,fsync,openat,?unlink,?unlinkat,?rename,?renameat2"
"""All that a process may do to a file of SQLite's, which maps none but its `-shm` into memory."""


class Write(Struct, frozen=True):
    path: Path
    offset: int | None
    """None: at the end."""
    data: bytes


class Resize(Struct, frozen=True):
    path: Path
    size: int


class Create(Struct, frozen=True):
    path: Path


class Remove(Struct, frozen=True):
    path: Path


class Sync(Struct, frozen=True):
    """What was written to the file is on the disk; of a folder, which files there are in it."""

    path: Path


Change = Write | Resize | Create | Remove | Sync


@cache
def why_not() -> str | None:
    """Why nothing can be traced here, if so."""
    if shutil.which("strace") is None:
        return "there is no strace (Debian: apt-get install strace)"
    command = [*STRACE, QUICK, "-o", "/dev/null", "-e", "trace=openat", "true"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"strace can't trace here: {tried.stderr.strip()}"
    return None


def files_of(database: Path) -> tuple[Path, ...]:
    """The files into which SQLite writes what has to last."""
    return (database, *(database.with_name(database.name + end) for end in ("-wal", "-journal")))


def injecting(*faults: str, into: Iterable[Path]) -> tuple[str, ...]:
    """The words before a command that put faults into its calls on the files `into`.

    A fault is said as in strace(1): `pwrite64:error=ENOSPC:when=6+`. A signal comes before the
    call, which is then not made. Each thread counts its calls, and each call is counted by itself.
    """
    signals = any(":signal=" in fault for fault in faults)  # which seccomp would swallow
    calls = ",".join(fault.partition(":")[0] for fault in faults)
    return (
        *STRACE, *(() if signals else (QUICK,)), "-o", "/dev/null", "-e", f"trace={calls}",
        *_only(into), *(word for fault in faults for word in ("-e", f"inject={fault}")),
    )  # fmt: skip


def recording(log: Path, *, of: Iterable[Path]) -> tuple[str, ...]:
    """The words before a command that write its calls on the files and folders `of` to `log`."""
    return (
        *STRACE, QUICK, "-o", str(log), "-y", "-xx", "-s", "1000000", "-e", f"trace={CHANGES}",
        *_only(of),
    )  # fmt: skip


def _only(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        yield from ("-P", str(path))


_CALL = re.compile(r"\d+ +(\w+)\((.*)\) += (\d+)(?:<(.*)>)?")
_BEGUN = re.compile(r"(\d+ +)(\w+\(.*) <unfinished \.\.\.>")
_RESUMED = re.compile(r"(\d+ +)<\.\.\. \w+ resumed>(.*)")


def read_changes(log: Path) -> list[Change]:
    """What `recording` wrote: the calls that did something, in the order in which they ended."""
    calls = (_CALL.fullmatch(line) for line in _whole(log.read_text().splitlines()))
    return [change for call in calls if call for change in _changes(*call.groups())]


def _whole(lines: Sequence[str]) -> Iterator[str]:
    """A call during which another thread made one is told in two lines."""
    begun: dict[str, str] = {}
    for line in lines:
        if matched := _BEGUN.fullmatch(line):
            begun[matched[1]] = matched[2]
        elif matched := _RESUMED.fullmatch(line):
            yield matched[1] + begun.pop(matched[1]) + matched[2]
        else:
            yield line


def _changes(call: str, arguments: str, returned: str, opened: str | None) -> Iterator[Change]:
    """Descriptors stand with their paths, `8</books.db>`; these and strings are in hex."""
    first, *rest = arguments.split(", ")
    match call:
        case "pwrite64" | "write":
            offset = int(rest[2]) if call == "pwrite64" else None
            yield Write(_path(first), offset, _bytes(rest[0])[: int(returned)])
        case "ftruncate":
            yield Resize(_path(first), int(rest[0]))
        case "fdatasync" | "fsync":
            yield Sync(_path(first))
        case "unlink" | "unlinkat":
            yield Remove(_path(arguments[arguments.index('"') :]))
        case "openat":
            if "O_CREAT" in rest[1]:
                yield Create(_path(opened or ""))
            if "O_TRUNC" in rest[1]:
                yield Resize(_path(opened or ""), 0)
        case _:
            raise AssertionError(f"{call} is not reckoned with")


def _path(text: str) -> Path:
    return Path(_bytes(text).decode())


def _bytes(text: str) -> bytes:
    return bytes.fromhex("".join(re.findall(r"\\x(..)", text)))
