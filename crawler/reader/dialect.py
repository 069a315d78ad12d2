"""How a table of text is written: its delimiter and its quotes, judged on a sample of it."""

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from crawler.reader.cell import read_text
from crawler.reader.headers import Role, role_of
from crawler.reader.records import Dialect, first_is_record, read_records

DELIMITERS = "\t;|,"
_SAMPLE_LINES = 400
HEADER_ROWS = 10
_LONGEST_NAME = 60
_SAME = 0.02
_EVEN, _HOLDING = 0.7, 0.3
_VERY_EVEN = 0.9
_NOTE = re.compile(r'"?sep=([\t;|,:])"?')
"""Excel's own note of the delimiter, on the first line."""


class Trial(Struct, frozen=True):
    """How a sample looks when it's read in a dialect; better trials compare greater."""

    dialect: Dialect
    header: int | None
    """The row on which a column is named for ISBNs, from 0."""
    width: int
    """The number of columns that most rows have."""
    share: float
    """The share of rows that have so many."""
    holding: float
    """The share of rows with a cell that is an ISBN."""

    @property
    def is_table(self) -> bool:
        """Whether the sample is a table in this dialect, and no list."""
        if self.width == 1:
            return False
        return (
            self.header is not None
            or (self.share >= _EVEN and self.holding >= _HOLDING)
            or self.share >= _VERY_EVEN
        )


def noted_delimiter(line: str) -> str | None:
    """The delimiter that a first line `sep=;` names."""
    note = _NOTE.fullmatch(line)
    return note[1] if note else None


def try_dialects(sample: str, delimiters: str, *, whole: bool) -> Trial:
    """The dialect in which `sample` looks most like a table."""
    lines = sample.split("\n")[:_SAMPLE_LINES]
    whole = whole and len(lines) < _SAMPLE_LINES
    trials = [
        _try(lines, Dialect(delimiter, quoted), whole=whole)
        for delimiter in delimiters
        for quoted in (True, False)
        if quoted or '"' in sample
    ]
    return max(trials, key=_merit)


def _merit(trial: Trial) -> tuple[bool, bool, float, int]:
    quotes = _SAME if trial.dialect.quoted else 0.0
    named = trial.header is not None and trial.width > 1
    return named, trial.is_table, trial.holding + trial.share + quotes, trial.width


def _try(lines: list[str], dialect: Dialect, *, whole: bool) -> Trial:
    is_record = first_is_record(lines, dialect)
    rows = [record.cells for record in read_records(iter(lines), dialect, is_record)]
    if not whole:
        del rows[-1:]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return Trial(dialect, None, 1, 0.0, 0.0)
    width, times = Counter(map(len, rows)).most_common(1)[0]
    holding = sum(any(_is_isbn(cell) for cell in row) for row in rows)
    return Trial(dialect, find_header(rows), width, times / len(rows), holding / len(rows))


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The row, among the first ten, that names a column for ISBNs, and most clearly."""
    named = [
        (min(roles) >= Role.FALLBACK, number)
        for number, row in enumerate(rows[:HEADER_ROWS])
        if (
            roles := [
                role for cell in row if len(cell) <= _LONGEST_NAME and (role := role_of(cell))
            ]
        )
    ]
    return min(named)[1] if named else None


def _is_isbn(cell: str) -> bool:
    return len(cell) <= _LONGEST_NAME and bool(read_text(cell).isbns)
