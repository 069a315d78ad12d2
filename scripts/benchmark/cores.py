"""Which cores the server and the candidates run on, so that neither takes the other's time."""

import os
import sys
from collections.abc import Collection

from msgspec import Struct


class Cores(Struct, frozen=True):
    """The last core for the server, the others for the candidates; empty where nothing is pinned:
    with a single core, and on systems that have no word for it.
    """

    server: tuple[int, ...] = ()
    clients: tuple[int, ...] = ()

    def __str__(self) -> str:
        if not self.server:
            return "not pinned: the server and the candidates share what cores there are"
        return f"server on core {self.server[0]}, candidates on {', '.join(map(str, self.clients))}"


def share_out() -> Cores:
    """The cores that this process may use, for the two sides."""
    if sys.platform != "linux":
        return Cores()
    *clients, server = sorted(os.sched_getaffinity(0))
    return Cores((server,), tuple(clients)) if clients else Cores()


def keep_to(cores: Collection[int]) -> None:
    """Keep this process, and those that it starts from now on, to these cores, if any."""
    if cores and sys.platform == "linux":
        os.sched_setaffinity(0, cores)
