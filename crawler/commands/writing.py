"""Where the commands that make a file write it."""

from pathlib import Path

STANDARD_OUTPUT = Path("-")


def name_of(out: Path) -> str:
    """The place as it is told to people."""
    return "standard output" if out == STANDARD_OUTPUT else str(out)
