"""Rows that are too long or too short for their table, most often by a comma without quotes."""

from collections.abc import Sequence

from crawler.isbn import ISBN13
from crawler.reader.columns import Choice
from crawler.reader.plain import TEN, THIRTEEN, plain_isbn

_AROUND = " \t\"'=[]()"
_JOINTS = str.maketrans("", "", "- ")


def find_shifted(cells: Sequence[str], choice: Choice, width: int) -> ISBN13 | None:
    """The ISBN of a row that has not `width` cells; None where no cell is plainly the ISBN.

    An ISBN-13 is plain wherever it stands, as long as it's the only one. Ten digits are plain only
    as far from their column as cells are too many or too few, and not beside columns of numbers,
    since one number of ten digits in eleven looks like an ISBN.
    """
    bare = [cell.strip(_AROUND).translate(_JOINTS) for cell in cells]
    thirteens = {isbn for cell in bare if len(cell) == THIRTEEN and (isbn := plain_isbn(cell))}
    if thirteens:
        return thirteens.pop() if len(thirteens) == 1 else None
    off = len(cells) - width
    tens = {
        isbn
        for column in choice.columns
        for place in _places(column.index, off)
        if place < len(bare) and len(bare[place]) == TEN and (isbn := plain_isbn(bare[place]))
        if choice.numeric.isdisjoint(_between(column.index, place))
    }
    return tens.pop() if len(tens) == 1 else None


def _places(index: int, off: int) -> range:
    return range(index + 1, index + off + 1) if off > 0 else range(max(0, index + off), index)


def _between(index: int, place: int) -> range:
    return range(min(index + 1, place), max(index - 1, place) + 1)
