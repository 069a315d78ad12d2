"""How the rows of the input came out, and which ISBNs were named before."""

from collections import Counter
from collections.abc import Iterator, Sequence
from mmap import mmap

from pyroaring import BitMap

from crawler.reader.encodings import legible
from crawler.reader.padding import restore
from crawler.reader.plain import BOOKLAND
from crawler.reader.row import Row
from crawler.seed import InputCounts, Reason, Rejected, Seed

_HEADROOM = 16 * 1024 * 1024
"""In bytes. The bitmap is made by a library in C that crashes where it is given no memory, so it is
made sure beforehand that there is some."""


class Tally:
    """Counts rows, and passes on each ISBN once; 20 MB for ten million ISBNs.

    A row is blank, rejected, or names at least one ISBN. Each ISBN that it names is a seed or a
    duplicate, so with `further` for the ISBNs of rows beyond their first,
    `lines + further == seeds + duplicates + rejected + blank`. `reasons` counts the rejected.
    """

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self._lines = self._seeds = self._duplicates = 0
        self._rejected = self._blank = self._repaired = 0
        self._further = 0
        self._short = 0
        self._seen = BitMap()

    @property
    def counts(self) -> InputCounts:
        """The counts so far."""
        return InputCounts(
            lines=self._lines,
            seeds=self._seeds,
            duplicates=self._duplicates,
            rejected=self._rejected,
            blank=self._blank,
            repaired=self._repaired,
            further=self._further,
        )

    @property
    def named(self) -> int:
        """How many times an ISBN was named."""
        return self._seeds + self._duplicates

    def take(self, file: str, rows: Sequence[Row]) -> tuple[list[Seed], list[Rejected]]:
        """Count `rows` of `file`; the seeds in them that are new, and what is rejected.

        Raises `OSError` where memory is about to run out.
        """
        mmap(-1, _HEADROOM).close()
        seeds: list[Seed] = []
        rejects: list[Rejected] = []
        for row in rows:
            if row.isbns:
                self._take_isbns(file, row, seeds)
            elif row.reason is not None:
                rejects.append(Rejected(file, row.line, legible(row.text), row.reason))
                self._short += (
                    row.reason is Reason.WRONG_LENGTH and restore(row.text.strip()) is not None
                )
            else:
                self._blank += 1
        self._lines += len(rows)
        self._rejected += len(rejects)
        self.reasons.update(reject.reason for reject in rejects)
        return seeds, rejects

    def short_numbers(self) -> Iterator[str]:
        """A sentence on those rejected since the last that only lack their leading zeros."""
        if self._short:
            yield (
                f"{self._short:,} of the numbers that are too short would be ISBNs with leading "
                "zeros, but do not show that it's zeros they have lost"
            )
        self._short = 0

    def _take_isbns(self, file: str, row: Row, seeds: list[Seed]) -> None:
        self._further += len(row.isbns) - 1
        for isbn in row.isbns:
            number = (isbn - BOOKLAND) // 10
            if number in self._seen:
                self._duplicates += 1
                continue
            self._seen.add(number)
            self._seeds += 1
            self._repaired += row.repaired
            seeds.append(Seed(isbn, file, row.line, row.repaired))
