"""How many ISBNs go into one call: learned from the answers, so that each call is worth most."""

from math import sqrt

FIRST_SIZE = 5
"""Small: where the API does not take groups, the first calls are lost."""

FULL = 40
"""Records that an answer has room for."""

FULL_RARELY = 2.0
"""An answer is to stay this many standard deviations below full: what is crowded out costs a call
of its own, more than the few ISBNs that one group more takes in."""

TRIED = 3
"""So many groups have to map not one ISBN each, on the mean, before groups are given up."""

WEIGHT = 0.1
"""Of the newest answer in the means."""

FAST, CAREFUL = 2.0, 1.5
"""How much larger the next group may be, and from the half of one that was refused on."""

AGAIN_AFTER = 50
"""ISBNs that are asked for alone until groups are tried anew, then twice as many: the top of a list
and a bad hour tell little of the rest. Where groups never pay, 12,000 ISBNs cost 21 calls more."""


class GroupSize:
    """The size of the next group, between 1 and `largest`, unless it is `fixed`.

    A group of g that maps m of its ISBNs costs 1 call and saves m, so it pays while m > 1. The
    larger it is the more it maps, until the records of its answer reach the 40 places. Records come
    r for each ISBN, with about the spread of a Poisson process, so g is what keeps
    g r + 2 sqrt(g r) below 40.
    """

    def __init__(self, fixed: int | None, largest: int) -> None:
        self._fixed = fixed
        self._largest = largest
        self._alone = 0
        self._again_after = AGAIN_AFTER
        self._begin()

    def _begin(self) -> None:
        self._size = float(min(FIRST_SIZE, self._largest))
        self._careful_from = float(self._largest)
        self._records_per_isbn: float | None = None
        self._mapped = 1.0 + WEIGHT
        self._unmapped = 0.0
        self._seen = 0

    @property
    def size(self) -> int:
        """ISBNs in the next group; 1 where groups do not pay."""
        if self._fixed is not None:
            return self._fixed
        if self._seen >= TRIED and self._mapped <= 1:
            return 1
        return max(1, int(self._size))

    @property
    def proven(self) -> bool:
        """Whether the API was seen to answer for several ISBNs at once."""
        return self._fixed is not None or (self._seen > 0 and self._mapped > 1)

    @property
    def calls_per_isbn(self) -> float:
        """What an ISBN costs that no group was asked for yet: its part of a group's call, and one
        of its own if the group does not map it.
        """
        size = self.size
        if size == 1 or not self._seen:
            return 1.0
        return min(1.0, 1 / size + self._unmapped)

    def learn(self, asked: int, *, mapped: int, records: int) -> None:
        """From an answer to a group of `asked` ISBNs, of which it mapped `mapped`."""
        self._seen += 1
        weight = max(WEIGHT, 1 / self._seen)
        self._mapped += weight * (mapped - self._mapped)
        self._unmapped += weight * (1 - mapped / asked - self._unmapped)
        per_isbn = records / asked
        known = self._records_per_isbn
        self._records_per_isbn = per_isbn if known is None else known + weight * (per_isbn - known)
        if records >= FULL:
            self._size *= 0.8
            return
        growth = FAST if self._size < self._careful_from else CAREFUL
        self._size = min(
            growth * self._size, _largest_that_fits(self._records_per_isbn), self._largest
        )

    def learn_alone(self) -> None:
        """From an answer to one ISBN: where groups did not pay, they are tried again in the end."""
        if self.size > 1:
            return
        self._alone += 1
        if self._alone >= self._again_after:
            self._alone = 0
            self._again_after *= 2
            self._begin()

    def refuse(self, asked: int) -> None:
        """From a group of `asked` ISBNs that was refused, be it for its size or by chance."""
        self._size = self._careful_from = max(1.0, min(self._size, asked / 2))


def _largest_that_fits(records_per_isbn: float) -> float:
    """The g with g r + 2 sqrt(g r) = 40."""
    root = sqrt(FULL + FULL_RARELY**2 / 4) - FULL_RARELY / 2
    return root**2 / records_per_isbn if records_per_isbn else float(FULL)
