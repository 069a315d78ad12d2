"""What a store is: the ledger is the truth, and an ISBN is settled together with its book."""

from collections.abc import Container, Sequence
from datetime import date, datetime
from typing import Literal, Protocol

from msgspec import Struct

from crawler.book import Ask, Book, Settled
from crawler.call import CallMinute
from crawler.drain import Stop
from crawler.isbn import ISBN13
from crawler.seed import Rejected, Seed

Row = tuple[str | int | float | bytes | None, ...]
"""The cells of a row, in the order of its table."""


class LedgerCounts(Struct, frozen=True):
    """How many ISBNs are in each state."""

    pending: int = 0
    found: int = 0
    missing: int = 0
    failed: int = 0


class InputRecord(Struct, frozen=True):
    """A file of ISBNs, by its absolute path or `-`, and how it was to be read."""

    file: str
    column: str | None = None
    format: str | None = None


class RunTotals(Struct, frozen=True):
    """What a run did."""

    found: int = 0
    missing: int = 0
    failed: int = 0
    calls: int = 0
    retried: int = 0


class Choice(Struct, frozen=True):
    """Which pending ISBNs: `only` those named, `unissued` or not, and how groups have left them.

    `unmapped` is None for those that no group has been asked for, `clean` or `unclear` for those
    that a group did not map, `any` for both of these.
    """

    unmapped: Literal["clean", "unclear", "any"] | None = None
    unissued: bool = False
    only: frozenset[ISBN13] | None = None


class Retry(Struct, frozen=True):
    """Which settled ISBNs are to be asked for again.

    `unconfirmed` are those found whose book carries no ISBN; `reason` keeps to the failed ones
    whose reason contains it.
    """

    failed: bool = False
    missing: bool = False
    unconfirmed: bool = False
    found: bool = False
    reason: str | None = None


class Kept(Struct, frozen=True):
    """A book's payload, None where it can't be unpacked, and the `row` of `books` as it stands."""

    number: int
    isbn: ISBN13
    source: str
    payload: bytes | None
    row: Row


class Purged(Struct, frozen=True):
    """How many books were dropped, how many of their ISBNs are to be asked for again, and the
    number `after` which there may be more.
    """

    books: int
    pending: int
    after: int


class Store(Protocol):
    """One database, written by one process at a time.

    Every method is one transaction: after a kill at any instant it has happened or it has not.
    All raise `DatabaseUnusable` where the database can't be read or written.
    """

    async def begin_run(self, command: str, options: str, *, pid: int, at: datetime) -> int:
        """The number of a new run; `options` is JSON."""
        ...

    async def options_of_runs(self) -> list[str]:
        """The options of all runs so far, as JSON."""
        ...

    async def end_run(
        self, run: int, totals: RunTotals, *, stopped: Stop | None, at: datetime
    ) -> None:
        """Note what a run did, and why it stopped early if it did."""
        ...

    async def begin_input(self, run: int, record: InputRecord) -> None:
        """Note that a file is read from its start; what it was rejected for before is dropped."""
        ...

    async def end_input(self, file: str, *, at: datetime) -> None:
        """Note that a file was read to its end."""
        ...

    async def unread_inputs(self) -> list[InputRecord]:
        """Files whose end no run has reached."""
        ...

    async def add(
        self,
        run: int,
        source: str,
        seeds: Sequence[Seed],
        rejects: Sequence[Rejected],
        unissued: Container[ISBN13] = frozenset(),
    ) -> int:
        """State: ∅ → pending, for ISBNs that are new; how many were."""
        ...

    async def pending(self, source: str, choice: Choice, *, after: int, limit: int) -> list[Ask]:
        """Up to `limit` pending ISBNs with numbers above `after`, in the order of the input."""
        ...

    async def sample(self, source: str, choice: Choice, *, size: int, seed: int) -> list[Ask]:
        """`size` of those pending ISBNs, or all if there are fewer, drawn at random by `seed`."""
        ...

    async def count_unmapped(self, source: str) -> int:
        """Pending ISBNs that groups were asked for in vain: each costs a call of its own."""
        ...

    async def assume_missing(
        self, source: str, choice: Choice, reason: str, *, at: datetime
    ) -> int:
        """State: pending → missing, for all of the choice, without a call; how many they were."""
        ...

    async def settle(self, batch: Sequence[Settled], *, at: datetime) -> None:
        """State: pending → found | missing | failed | unmapped; the whole batch with its books.

        An ISBN that is no longer pending keeps its state, so settling twice is settling once.
        """
        ...

    async def note_calls(self, run: int, minutes: Sequence[CallMinute]) -> None:
        """Add them to those of the run."""
        ...

    async def retry(self, choice: Retry, *, before: datetime | None) -> int:
        """State: found | missing | failed → pending, for those chosen; how many there were.

        `before` keeps to those that were settled before it. Their books stay until the new answer.
        """
        ...

    async def kept(self, *, after: int, limit: int) -> list[Kept]:
        """Up to `limit` books with their payloads, with numbers above `after`, in their order."""
        ...

    async def rewrite(self, books: Sequence[tuple[Kept, Book]]) -> int:
        """Put what payloads read as today into the books' rows where it is another; how many were.

        The ledger stays as it is.
        """
        ...

    async def purge(self, before: datetime, *, ask_again: bool, after: int, limit: int) -> Purged:
        """Drop up to `limit` books that were retrieved before; numbers above `after`, in order.

        State: found → ∅, or → pending with `ask_again`. ISBNs that are pending stay so.
        """
        ...

    async def give_back(self, *, dropped: bool) -> None:
        """Give the disk back what was dropped, and leave nothing of it in the file.

        Where nothing was `dropped` now, what one who was stopped has left.
        """
        ...

    async def index_books(self) -> None:
        """Make books that are not yet in the full-text index findable."""
        ...

    async def counts(self) -> LedgerCounts:
        """How many ISBNs are in each state."""
        ...

    async def reserve_calls(self, key: str, day: date, calls: int, limit: int) -> int:
        """Count up to `calls` more as used, `limit` in all (0: none); how many it gave."""
        ...

    async def give_back_calls(self, key: str, day: date, calls: int) -> None:
        """Uncount calls that were reserved and never sent."""
        ...

    async def calls_used(self, key: str, day: date) -> int:
        """Calls counted for a key on a day, and on later ones, by a clock that was ahead."""
        ...
