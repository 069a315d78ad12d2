"""How a sandbox is to behave."""

from pathlib import Path

from msgspec import Struct

from crawler.sandbox.faults import FaultShare
from crawler.sandbox.world import NUMBERLESS_AMONG_HITS, World

HIT_RATE = 0.85
"""Share of the ISBNs that `isbn:` finds, unless told otherwise."""


class SandboxOptions(Struct, frozen=True, kw_only=True):
    """`daily_quota` in calls a day, `rate_limit` in calls a second, 0 for no limit; `latency_s` the
    shortest and the longest wait before an answer; `replay` a folder of recorded answers, instead
    of made-up books.
    """

    seed: int = 0
    hit_rate: float = HIT_RATE
    numberless: float = NUMBERLESS_AMONG_HITS
    latency_s: tuple[float, float] = (0.0, 0.0)
    daily_quota: int = 0
    rate_limit: int = 0
    errors: tuple[FaultShare, ...] = ()
    require_key: bool = False
    honour_or: bool = True
    refuse_as_403: bool = False
    replay: Path | None = None
    log: Path | None = None

    @property
    def world(self) -> World:
        """What is known of each ISBN."""
        return World(self.seed, self.hit_rate, self.numberless)
