"""What the sandbox knows of each ISBN, as a pure function of the ISBN and the world's two numbers.

An `isbn:` query is a search and no look-up, so there are several cases of "found" and of "missing".
Their shares follow the recorded answers where there are any, else they are frequent enough to be
met in a few hundred ISBNs.
"""

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from stdnum import ean

from crawler.isbn import ISBN13, find_isbn
from crawler.sandbox.draw import Draw

Verdict = Literal["found", "unconfirmed", "plain_only", "missing"]


class Case(StrEnum):
    """How an `isbn:` search answers for an ISBN."""

    ALONE = "alone"
    """The volume, and nothing else."""
    SECOND = "second"
    """Another book first, then the volume."""
    CROWDED = "crowded"
    """The volume somewhere among other editions of the same work."""
    NUMBERLESS = "numberless"
    """The volume, which carries no ISBN at all."""
    PLAIN_ONLY = "plain_only"
    """No hit, while the plain query of the number finds the volume."""
    UNRELATED = "unrelated"
    """Books with other ISBNs, of other works."""
    UNKNOWN = "unknown"
    """No hit."""


SECOND_AMONG_HITS = 0.05
NUMBERLESS_AMONG_HITS = 0.06
"""Shares of the ISBNs that the search knows; the rest is ALONE, or CROWDED where a work has
several editions. Recorded: 2 of 17 searches for an ISBN found a volume that carries none."""

AMONG_MISSES = ((Case.PLAIN_ONLY, 0.06), (Case.UNRELATED, 0.10))
"""Shares of the ISBNs that the search does not know; the rest is UNKNOWN."""

SEVERAL_EDITIONS = 0.08
"""Share of the works that fill a run of eight ISBNs with editions; others have one ISBN each."""

_VERDICTS: dict[Case, Verdict] = {
    Case.ALONE: "found",
    Case.SECOND: "found",
    Case.CROWDED: "found",
    Case.NUMBERLESS: "unconfirmed",
    Case.PLAIN_ONLY: "plain_only",
    Case.UNRELATED: "missing",
    Case.UNKNOWN: "missing",
}

_EDITIONS = 8
_TRIES = 200


class World(Struct, frozen=True):
    """One Google Books among many: `hit_rate` is the share of ISBNs that `isbn:` finds, and
    `numberless` the share of these whose volume carries no ISBN.
    """

    seed: int
    hit_rate: float
    numberless: float = NUMBERLESS_AMONG_HITS


@lru_cache(maxsize=16_384)
def case_of(isbn: ISBN13, world: World) -> Case:
    """How the search answers for this ISBN. A higher hit rate keeps what was found."""
    draw = Draw(world.seed, isbn, "case")
    if not draw.chance(world.hit_rate):
        return draw.by_share(AMONG_MISSES) or Case.UNKNOWN
    among_hits = (Case.SECOND, SECOND_AMONG_HITS), (Case.NUMBERLESS, world.numberless)
    case = draw.by_share(among_hits)
    if case is None:
        case = Case.CROWDED if work_of(isbn, world) != isbn // 10 else Case.ALONE
    return case


def verdict_of(isbn: ISBN13, world: World) -> Verdict:
    """What a crawler has to make of this ISBN."""
    return _VERDICTS[case_of(isbn, world)]


def work_of(isbn: ISBN13, world: World) -> int:
    """The number of the work that this ISBN is an edition of: its own twelve digits where it is
    the only one, else a negative number that the eight editions share.
    """
    first = isbn // 10 // _EDITIONS * _EDITIONS
    several = Draw(world.seed, first, "editions").chance(SEVERAL_EDITIONS)
    return -first if several else isbn // 10


def editions_of(isbn: ISBN13, world: World) -> list[ISBN13]:
    """The other ISBNs of the same work that the search finds."""
    work = work_of(isbn, world)
    if work > 0:
        return []
    editions = (isbn_of(core) for core in range(-work, -work + _EDITIONS))
    return [other for other in editions if other is not None and _is_shown(other, isbn, world)]


def strangers_of(name: str | int, like: ISBN13, world: World) -> Iterator[ISBN13]:
    """ISBNs of other books that the search finds, drawn by `name` among those that begin as `like`
    does; it ends early in a world that has hardly any book.
    """
    draw = Draw(world.seed, name, "strangers")
    prefix = like // 1_000_000_000 * 100_000_000
    for _ in range(_TRIES):
        other = isbn_of(prefix + draw.between(0, 99_999_999))
        if other is not None and _is_shown(other, like, world):
            yield other


def isbn_of(core: int) -> ISBN13 | None:
    """The ISBN of these twelve digits; `None` where they number printed music."""
    digits = str(core)
    return find_isbn(digits + ean.calc_check_digit(digits))


def _is_shown(other: ISBN13, isbn: ISBN13, world: World) -> bool:
    # A volume that turns up beside another one must be one that its own search confirms: else the
    # verdict on its ISBN would depend on what it was asked together with.
    return other != isbn and verdict_of(other, world) == "found"
