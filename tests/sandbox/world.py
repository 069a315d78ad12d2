"""What the tests of this folder share: a clock that is turned by hand, ISBNs, the recorded data."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from crawler.isbn import ISBN13
from crawler.sandbox.world import Case, World, case_of, isbn_of

REAL = Path(__file__).parents[2].parent / "shared" / "real"

patient = settings(deadline=None)
"""For properties that make many books: a machine that is busy has not failed."""

WORLD = World(seed=7, hit_rate=0.8)


class TurnedClock:
    """Time passes only when a test turns it, or where the sandbox sleeps."""

    def __init__(self, start: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)) -> None:
        self._start = start
        self.passed_s = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        return self.passed_s

    async def sleep(self, seconds: float) -> None:
        self.passed_s += seconds


def some_isbns(count: int, first: int = 978_014_032_000, step: int = 7_919) -> list[ISBN13]:
    numbers = (isbn_of(first + step * n) for n in range(count))
    return [isbn for isbn in numbers if isbn is not None]


def isbn_with(case: Case, world: World = WORLD) -> ISBN13:
    return next(isbn for isbn in some_isbns(5_000) if case_of(isbn, world) is case)


def book(core: int) -> ISBN13:
    isbn = isbn_of(core)
    assert isbn is not None
    return isbn


isbns = (
    st.integers(978_000_000_000, 978_999_999_999) | st.integers(979_100_000_000, 979_999_999_999)
).map(book)
