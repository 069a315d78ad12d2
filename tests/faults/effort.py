"""How much is tried: a short form with the suite, a long one by `scripts/soak`."""

import os
from typing import TypeVar

T = TypeVar("T")

LONG = os.environ.get("BOOKCRAWL_SOAK") == "1"


def by_effort(short: T, long: T) -> T:
    """`short` with the suite, `long` in a soak."""
    return long if LONG else short
