"""Words before a command that set the stage for it: limits, streams, signals that are ignored."""

import sys

Words = tuple[str, ...]

_NOBODY_LISTENS = """
import os, sys
reads, writes = os.pipe()
os.close(reads)
os.dup2(writes, int(sys.argv[1]))
os.execvp(sys.argv[2], sys.argv[2:])
"""


def shell(before: str, redirection: str = "") -> Words:
    """In a shell of its own, after the commands `before`."""
    return ("sh", "-c", f'{before}\nexec "$@" {redirection}', "sh")


def limited(*limits: str) -> Words:
    """By options of `ulimit`: `-n 20`, `-v 200000`."""
    return shell("\n".join(f"ulimit {limit} || exit 99" for limit in limits))


def unread(stream: int) -> Words:
    """With a pipe for `stream` that nobody reads any more."""
    return (sys.executable, "-c", _NOBODY_LISTENS, str(stream))
