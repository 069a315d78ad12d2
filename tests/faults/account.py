"""What was tried and what it cost: each fault test gives account, a soak prints the table."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

PROPERTY = "fault"
"""Under this name an account travels from the worker that ran a test to the one that prints."""


class Tried(Struct, frozen=True, array_like=True):
    """A fault, how it was injected, how often, and how much of what was paid for was lost."""

    group: str
    fault: str
    how: str
    times: int
    lost: int


class Account(Protocol):
    """The fixture `account`: called by a test once it has seen that its invariants hold."""

    def __call__(self, group: str, fault: str, how: str, *, times: int, lost: int) -> None: ...


def summed(tried: Iterable[Tried]) -> list[Tried]:
    """One for each fault and way, in the order of their groups and first appearance."""
    sums: dict[tuple[str, str, str], Tried] = {}
    for one in tried:
        key = (one.group, one.fault, one.how)
        before = sums.get(key, Tried(*key, 0, 0))
        sums[key] = Tried(*key, before.times + one.times, before.lost + one.lost)
    return sorted(sums.values(), key=lambda one: (one.group, one.fault))


def table(tried: Sequence[Tried]) -> list[str]:
    """The lines of a Markdown table."""
    head = ["| | fault | how it is injected | times | lost |", "|---|---|---|---|---|"]
    rows = [
        f"| {one.group} | {one.fault} | {one.how} | {one.times:,} | {one.lost:,} |"
        for one in summed(tried)
    ]
    return head + rows
