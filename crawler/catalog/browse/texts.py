"""Texts of strangers, as a page shows them."""

import re

LONGEST_PASSAGE = 10_000
LONGEST_NAME = 200
MOST_NAMES = 100
"""What is shown of one cell at most, in characters and in names: fifty cells are on a page."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")


def printable(value: object) -> object:
    """A text without control characters and without what turns the direction of what follows."""
    if not isinstance(value, str):
        return value
    shown = _DIRECTION_OVERRIDES.sub("", _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", value))
    return type(value)(shown)


def cut(text: str, longest: int) -> str:
    """The text, or its beginning."""
    return text if len(text) <= longest else f"{text[:longest]}…"
