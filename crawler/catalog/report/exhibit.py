"""What a report is made of: sections of exhibits, each a sentence, a picture and its numbers."""

from collections.abc import Callable, Sequence

from msgspec import Struct

Cell = str | int | float | None
"""A `float` has one decimal, below 1 two digits; None is an empty cell."""


class Exhibit(Struct, frozen=True):
    """`picture` is SVG, made by `charts`, where there is one; `rows` are its numbers."""

    title: str
    sentence: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    picture: str = ""


class Section(Struct, frozen=True):
    """Exhibits of one subject; `sentence` says what they have in common."""

    title: str
    sentence: str
    exhibits: tuple[Exhibit, ...]


def exhibit(
    title: str,
    sentence: str,
    headings: Sequence[str],
    rows: Sequence[tuple[Cell, ...]],
    draw: Callable[[], str],
    nothing: str,
) -> Exhibit:
    """An exhibit with its picture drawn; where there are no rows it says `nothing` instead."""
    if not rows:
        return Exhibit(title, nothing)
    return Exhibit(title, sentence, tuple(headings), tuple(rows), draw())


def percent(part: float, whole: float) -> float:
    """Of 100; 0 of nothing."""
    return 100 * part / whole if whole else 0.0
