"""What the owner of a file should know of how it was read, as sentences."""

from collections import Counter
from collections.abc import Iterator

from crawler.reader.cells import CellsReader
from crawler.reader.columns import Choice
from crawler.reader.headers import Role
from crawler.reader.padding import Padding
from crawler.words import counted

_EXAMPLES = 3
_FEW, _MANY = 5, 0.2


def name_columns(choice: Choice) -> str:
    """`column 'isbn13', else 'isbn'`."""
    if not choice.columns:
        return "no column of ISBNs"
    first, *others = (repr(column.name) for column in choice.columns)
    return f"column {first}" + "".join(f", else {other}" for other in others)


def notes_on_choice(choice: Choice) -> Iterator[str]:
    """Sentences where it's not clear which column is meant."""
    if not choice.columns:
        yield (
            "no column is named for ISBNs or full of them, so only the one ISBN-13 of a row is "
            "read; name the column with --column"
        )
        return
    if all(column.role is Role.UNNAMED for column in choice.columns):
        yield f"no column is named for ISBNs; by its cells {name_columns(choice)} was taken"
    if choice.others:
        others = " and ".join(repr(column.name) for column in choice.others)
        yield f"ISBNs were taken from {name_columns(choice)}; there are ISBNs in {others} too"
    for column in choice.columns:
        if column.padded:
            yield note_on_padding(f"column {column.name!r}")


def note_on_none(name: str, rows: Counter[str]) -> str:
    """The sentence on a file that names no ISBN, with what its rows are, by the reasons."""
    told = ", ".join(f"{count:,} {reason}" for reason, count in rows.most_common())
    return f"{name} has no ISBN in it{told and f', but {told}'}: is it the right file?"


def note_on_padding(where: str) -> str:
    """That leading zeros are restored."""
    return (
        f"{where} has lost the leading zeros of its ISBNs; they are restored and marked as repaired"
    )


def notes_on_rows(cells: CellsReader) -> Iterator[str]:
    """Sentences about the rows that were read."""
    if cells.conflicts:
        lines = "line " + ", ".join(map(str, cells.conflicts[:_EXAMPLES]))
        more = ", …" if len(cells.conflicts) > _EXAMPLES else ""
        yield (
            f"two different books are named by {counted(len(cells.conflicts), 'row')}, "
            f"on {lines}{more}; taken was the ISBN-13, and none where that has lost its digits"
        )
    if cells.odd:
        yield (
            f"too many or too few cells, and no ISBN in their column, was found in "
            f"{counted(cells.odd, 'row')}, of which {cells.shifted} had a cell that is plainly "
            "the ISBN"
        )
    for column, padding in cells.paddings.items():
        yield from notes_on_habit(f"column {column.name!r}", padding)


def notes_on_habit(where: str, padding: Padding) -> Iterator[str]:
    """Sentences where a column did not go on as it began."""
    if padding.kept_zeros:
        yield (
            f"{where} seemed to have lost its leading zeros, but {padding.kept_zeros} of its "
            "ISBNs have kept theirs: look through those that are marked as repaired"
        )
    elif padding.not_restorable > max(_FEW, _MANY * padding.restorable):
        yield (
            f"{where} seemed to have lost its leading zeros, but {padding.not_restorable} of its "
            "short numbers are no ISBNs with them: look through those that are marked as repaired"
        )
