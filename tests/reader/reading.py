"""Reads content as a file would be, and keeps what came out."""

import io
from dataclasses import dataclass

from crawler.reader import Input, open_inputs
from crawler.seed import InputCounts, Reason, Rejected, Seed


@dataclass(frozen=True)
class Outcome:
    seeds: list[Seed]
    rejects: list[Rejected]
    counts: InputCounts
    further: int
    notes: list[str]
    troubles: list[str]

    @property
    def isbns(self) -> list[int]:
        return [seed.isbn for seed in self.seeds]

    @property
    def lines(self) -> list[tuple[int, int]]:
        return [(seed.line, seed.isbn) for seed in self.seeds]

    @property
    def reasons(self) -> list[tuple[int, Reason]]:
        return [(reject.line, reject.reason) for reject in self.rejects]


def outcome(opened: Input) -> Outcome:
    seeds: list[Seed] = []
    rejects: list[Rejected] = []
    with opened:
        for batch in opened.batches():
            seeds += batch.seeds
            rejects += batch.rejects
    return Outcome(
        seeds, rejects, opened.counts, opened.counts.further, opened.notes, opened.troubles
    )


def read(content: str | bytes, *, column: str | None = None, format_: str | None = None) -> Outcome:
    data = content.encode() if isinstance(content, str) else content
    return outcome(open_inputs(["-"], stdin=io.BytesIO(data), column=column, format=format_))


def read_one(text: str) -> tuple[list[int], Reason | None]:
    """What a list of the one line `text` gives."""
    result = read(text + "\n", format_="list")
    return result.isbns, result.rejects[0].reason if result.rejects else None
