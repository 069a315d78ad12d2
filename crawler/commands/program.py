"""How commands are named to the user in sentences: as they can be typed here."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path


def command_line(words: Sequence[str]) -> str:
    """A command of ours with its arguments: the verb as it is, the rest quoted for a shell."""
    verb, *rest = words
    return " ".join([program(), verb, *map(shlex.quote, rest)])


def program() -> str:
    """`bookcrawl`, the path of it where it is not on the PATH, or `python -m crawler`."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m crawler"
    if started.name != "bookcrawl" or shutil.which("bookcrawl") == str(started.absolute()):
        return "bookcrawl"
    path, here = started.absolute(), Path.cwd()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))
