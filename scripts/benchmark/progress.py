"""What a benchmark says while it runs."""

import sys


def say(words: str) -> None:
    """A line on standard error: standard output is for what was measured."""
    print(words, file=sys.stderr, flush=True)
