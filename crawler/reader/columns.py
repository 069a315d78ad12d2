"""Which columns of a table hold its ISBNs, by their names and by what is in their cells."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from crawler.errors import WrongUse
from crawler.reader.cell import read_text
from crawler.reader.headers import Role, role_of
from crawler.reader.padding import Padding
from crawler.seed import Reason

JUDGED_ROWS = 1000
_CLEAR_SHARE = 0.5
_SURE = 2
_MANY = 10
_ATTEMPTS = frozenset({Reason.SCIENTIFIC_NOTATION, Reason.BAD_CHECK_DIGIT, Reason.WRONG_LENGTH})


class Column(Struct, frozen=True):
    """A column with ISBNs: its place from 0, its name, and whether its leading zeros are lost."""

    index: int
    name: str
    role: Role
    padded: bool = False


class Content(Struct):
    """What the cells of a column hold: how many say anything, name an ISBN, or try to.

    `wrong` are those that are as long as an ISBN and have a wrong check digit.
    """

    filled: int = 0
    named: int = 0
    attempts: int = 0
    wrong: int = 0
    padded: bool = False

    @property
    def clear(self) -> bool:
        """Whether most of the filled cells name an ISBN."""
        return self.named > 0 and self.named >= self.filled * _CLEAR_SHARE

    @property
    def doubtful(self) -> bool:
        """Whether most of the numbers are wrong, so that the right ones may be right by chance."""
        return self.wrong >= _MANY and self.wrong > self.named

    @property
    def promising(self) -> bool:
        """Whether later cells may name ISBNs, as far as the sample shows."""
        return bool(self.named or self.attempts or not self.filled)


class Choice(Struct, frozen=True):
    """The columns taken, in the order in which they are believed, and what there is besides.

    `others` hold ISBNs as well; `numeric` are the places of columns that aren't taken and have
    numbers as long as ISBNs.
    """

    columns: tuple[Column, ...]
    others: tuple[Column, ...] = ()
    numeric: frozenset[int] = frozenset()
    named: int = 0
    """Cells of the first column that name an ISBN, in the sample."""
    all_cells: bool = False
    """Whether all columns that hold anything were taken by what they hold."""


def judge(cells: Sequence[str]) -> Content:
    """What the `cells` of one column hold, and whether its habit is to lose leading zeros."""
    content, padding = Content(), Padding()
    for cell in cells:
        reading = read_text(cell)
        if not reading.isbns and reading.reason in {None, Reason.NO_ISBN_IN_ROW}:
            continue
        content.filled += 1
        content.named += bool(reading.isbns)
        content.attempts += reading.reason in _ATTEMPTS
        content.wrong += reading.reason is Reason.BAD_CHECK_DIGIT
        padding.see(cell.strip())
    if padding.is_habit(content.filled):
        content.padded = True
        content.named += padding.restorable
    return content


def choose_columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Choice:
    """The columns with ISBNs of a table with these `names`, judged on the sample `rows`."""
    contents = [judge(cells) for cells in _by_column(len(names), rows)]
    named: list[Column] = []
    unnamed: list[Column] = []
    for index, (name, content) in enumerate(zip(names, contents, strict=True)):
        role = role_of(name)
        if role is None and content.clear and _is_sure(content, index, rows):
            unnamed.append(Column(index, name, Role.UNNAMED, content.padded))
        elif role and (content.named or role < Role.FALLBACK):
            named.append(Column(index, name, role, content.padded))
    if any(contents[column.index].named for column in named):
        taken = [column for column in named if contents[column.index].promising]
        return _choice(taken, contents, others=tuple(unnamed))
    return _choice(named + unnamed, contents)


def _is_sure(content: Content, index: int, rows: Sequence[Sequence[str]]) -> bool:
    """Not by a single number of ten digits, which may as well be a telephone's."""
    return content.named >= _SURE or any(
        read_text(row[index], thirteen_only=True).isbns for row in rows if index < len(row)
    )


def pick_column(
    file: str, names: Sequence[str], rows: Sequence[Sequence[str]], wanted: str
) -> Choice:
    """The column with the name `wanted`, or of that number from 1. Raises `WrongUse`."""
    folded = [name.strip().casefold() for name in names]
    if wanted.strip().casefold() in folded:
        index = folded.index(wanted.strip().casefold())
    elif wanted.isdecimal() and 0 < int(wanted) <= len(names):
        index = int(wanted) - 1
    else:
        there = ", ".join(repr(name) for name in names)
        raise WrongUse(f"{file} has no column {wanted!r}: name one of {there}.")
    contents = [judge(cells) for cells in _by_column(len(names), rows)]
    return _choice([Column(index, names[index], Role.ISBN, contents[index].padded)], contents)


def _by_column(width: int, rows: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """The cells of each column, of the rows that have the right width."""
    judged = [row for row in rows if len(row) == width][:JUDGED_ROWS]
    return ([row[index] for row in judged] for index in range(width))


def _choice(
    columns: list[Column], contents: Sequence[Content], others: tuple[Column, ...] = ()
) -> Choice:
    taken = {column.index for column in columns}
    numeric = {
        index
        for index, content in enumerate(contents)
        if index not in taken and content.named + content.wrong
    }
    ranked = _ranked(columns)
    named = contents[ranked[0].index].named if ranked else 0
    all_cells = all(
        content.clear if index in taken else not content.filled
        for index, content in enumerate(contents)
    )
    return Choice(ranked, others, frozenset(numeric), named, bool(ranked) and all_cells)


def _ranked(columns: list[Column]) -> tuple[Column, ...]:
    """By role; of several columns with one role the first keeps it, the others are fallbacks."""
    ranked: list[Column] = []
    for column in sorted(columns, key=lambda column: (column.role, column.index)):
        taken = column.role < Role.FALLBACK and any(c.role == column.role for c in ranked)
        role = Role.FALLBACK if taken else column.role
        ranked.append(Column(column.index, column.name, role, column.padded))
    return tuple(sorted(ranked, key=lambda column: (column.role, column.index)))
