"""Texts of strangers as labels: printable, and short."""

import unicodedata

LONGEST_LABEL = 60
"""Characters; nobody reads on."""

_JOINERS = "\u200c\u200d"  # Persian and some emoji need them to be written
_ELLIPSIS = "…"


def label(text: str) -> str:
    """The text without what is no sign to be seen, and cut where nobody reads on.

    vl-convert measures texts as XML 1.0, and ends the whole process at a character that XML does
    not know. What turns the direction of all that follows goes too.
    """
    printable = (
        sign if sign.isprintable() or sign in _JOINERS else " " if sign.isspace() else "\ufffd"
        for sign in text[: LONGEST_LABEL + 1]
    )
    shown = "".join(printable)
    return shown if len(shown) <= LONGEST_LABEL else shown[:LONGEST_LABEL] + _ELLIPSIS


def short_label(text: str, columns: int) -> str:
    """The label in so many columns; Chinese, Japanese and Korean signs take two.

    Vega could cut it as well, but counts in UTF-16 and cuts through the signs beyond U+FFFF.
    """
    shown, room = label(text), columns
    for place, sign in enumerate(shown):
        room -= _columns(sign)
        if room < 0:
            return shown[:place].rstrip() + _ELLIPSIS
    return shown


def width_of(text: str) -> int:
    """In columns, as `short_label` counts them."""
    return sum(map(_columns, text))


def _columns(sign: str) -> int:
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
