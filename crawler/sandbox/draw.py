"""Chance by a fixed rule: the same words give the same draws, in every run and on every machine."""

from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A sequence of draws that its words determine.

    Only `Random.random()` is used: Python promises to keep its sequence between versions, and
    makes no such promise for `choice` and its like.
    """

    __slots__ = ("_next",)

    def __init__(self, *words: str | int) -> None:
        self._next = Random(":".join(map(str, words))).random  # noqa: S311 - chance, not secrecy

    def chance(self, share: float) -> bool:
        """True in `share` of all draws; `share` runs from 0 to 1."""
        return self._next() < share

    def between(self, low: int, high: int) -> int:
        """An integer of `low` to `high`, both included."""
        return low + int(self._next() * (high - low + 1))

    def within(self, low: float, high: float) -> float:
        """A number of `low` up to `high`."""
        return low + self._next() * (high - low)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely as the other."""
        return choices[int(self._next() * len(choices))]

    def by_share(self, shares: Iterable[tuple[T, float]]) -> T | None:
        """One of those that have a share; `None` in what the shares leave of 1."""
        drawn = self._next()
        for choice, share in shares:
            if drawn < share:
                return choice
            drawn -= share
        return None
