"""How commands are named to the user in sentences: as they can be typed here."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.names import for_shell


def command_line(words: Sequence[str]) -> str:
    """A command of ours with its arguments: the verb as it is, the rest quoted for a shell."""
    verb, *rest = words
    return " ".join([program(), verb, *map(for_shell, rest)])


def program() -> str:
    """`bookcrawl`, the path of it where it is not on the PATH, or `python -m crawler`."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return f"{for_shell(sys.executable)} -m crawler"
    if started.name != "bookcrawl" or shutil.which("bookcrawl") == str(started.absolute()):
        return "bookcrawl"
    path, here = started.absolute(), Path.cwd()
    return for_shell(str(path.relative_to(here) if path.is_relative_to(here) else path))
