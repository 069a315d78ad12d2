"""What the machine has too little of: no fault of ours, and over when there is more of it."""

import errno
import mmap
import resource
from typing import TYPE_CHECKING, Any

from crawler.errors import WrongUse

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

LEAST_MEMORY = 128 * 1024 * 1024
"""In bytes of address space: so much for a list of some thousand ISBNs, 240 MB for 2 million."""

FILES_BESIDE = 32
"""Open files besides the connections: 13 as a rule, more where names are looked up."""

EXIT_CODE = 75
"""As for other early stops: run it again later."""

_MEMORY = "the memory is used up: end other programs, or allow this one more (`ulimit -v`)"
_FILES = "too many files are open: allow more (`ulimit -n`), or give a smaller --concurrency"
_THREADS = "no thread can be started: allow more processes or memory (`ulimit -u`, `ulimit -v`)"
_GO_ON = "what was answered is stored, and the same command again goes on"

_BY_NUMBER = {errno.ENOMEM: _MEMORY, errno.EMFILE: _FILES, errno.ENFILE: _FILES}


def claim_memory() -> None:
    """Raise `OSError` where there is not enough to begin with, before anything is begun."""
    mmap.mmap(-1, LEAST_MEMORY).close()


def claim_files(connections: int) -> None:
    """Allow ourselves as many open files as so many connections take, where we may.

    Raises `WrongUse` where we may not.
    """
    needed = connections + FILES_BESIDE
    allowed, at_most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != allowed < needed:
        if resource.RLIM_INFINITY != at_most < needed:
            raise WrongUse(
                f"{connections:,} connections take {needed:,} open files, and {at_most:,} are "
                "allowed: allow more (`ulimit -n`), or give a smaller --concurrency"
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, at_most))


def leave_out(loop: "AbstractEventLoop", told: dict[str, Any]) -> None:
    """Handles what a loop tells of its own troubles: want of memory is told at the end, by us."""
    error = told.get("exception")
    if error is None or find_shortage(error) is None:
        loop.default_exception_handler(told)


def find_shortage(error: BaseException) -> str | None:
    """The sentence for what there was too little of, if `error` or one of its group tells of that.

    Python's own texts are matched where it has no number for it.
    """
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(find_shortage, error.exceptions)), None)
    lack = _lack(error)
    return lack and f"{lack}; {_GO_ON}"


def _lack(error: BaseException) -> str | None:
    match error:
        case MemoryError():
            return _MEMORY
        case OSError():
            return _BY_NUMBER.get(error.errno or 0)
        case RuntimeError() if "start new thread" in str(error):
            return _THREADS
        case ImportError() if "failed to map" in str(error):
            return _MEMORY
    return None
