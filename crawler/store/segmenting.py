"""Scripts that write no blank between words, parted so that any run of their characters is found.

The tokenizer unicode61 takes a run of letters for one word, so that of `百年孤独` it would find
neither `百年` nor `孤独`. Each character counts as a word of its own here, and a run that is looked
for as a phrase of them.
"""

import re

Cell = str | int | float | bytes | None
"""What SQLite may hand to a function, whatever the schema says of a column."""

PARTING = "\N{ZERO WIDTH SPACE}"
"""unicode61 takes it for no part of a word, and who reads the text does not see it."""

UNPARTED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Korean, whose particles join words
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b"  # signs that repeat or stand for Han characters
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uffdc"  # hiragana, katakana, and their narrow forms
    "\u3100-\u312f\u31a0-\u31bf"  # bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
)
"""The characters, as a regular expression writes them in a class."""

_CHARACTER = re.compile(f"[{UNPARTED}]")
_EDGE = re.compile(rf"(?<=[{UNPARTED}])(?=\S)|(?<=\S)(?=[{UNPARTED}])")


def part(text: str) -> str:
    """The text with `PARTING` before and behind each character of such a script."""
    return _EDGE.sub(PARTING, text)


def segmented(cell: Cell) -> Cell:
    """A text parted; what is no text stays what it is."""
    return part(cell) if isinstance(cell, str) else cell


def is_unparted(*cells: Cell) -> bool:
    """Whether one of them is a text with such a character."""
    return any(
        isinstance(cell, str) and not cell.isascii() and _CHARACTER.search(cell) for cell in cells
    )
