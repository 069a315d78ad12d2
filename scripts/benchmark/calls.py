"""The calls that came to the server: how many, when, and which of them are refused."""

from array import array
from random import Random

from scripts.benchmark.behaviour import Arrivals, Behaviour

_DRAWN = 10_000
"""Draws that are made beforehand; they begin anew after so many calls."""


class Calls:
    """Counts under one behaviour; each candidate meets the same refusals, by the call's number."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        draw = Random(2026).random  # noqa: S311 - chance, not secrecy
        self._refuses = [draw() < behaviour.refused for _ in range(_DRAWN)]
        self._arrived = array("d")
        self._isbns = 0
        self._refused = 0

    def arrived(self, isbns: int, at_s: float) -> bool:
        """Count a call; whether it is refused."""
        refused = self._refuses[len(self._arrived) % _DRAWN]
        self._arrived.append(at_s)
        self._isbns += isbns
        self._refused += refused
        return refused

    def arrivals(self) -> Arrivals:
        """What came so far."""
        times = self._arrived
        return Arrivals(
            calls=len(times),
            refused=self._refused,
            isbns=self._isbns,
            most_in_a_second=_most_in_a_second(times),
            first_at=times[0] if times else None,
            last_at=times[-1] if times else None,
        )


def _most_in_a_second(times: "array[float]") -> int:
    most = start = 0
    for end, at_s in enumerate(times):
        while times[start] <= at_s - 1.0:
            start += 1
        most = max(most, end - start + 1)
    return most
