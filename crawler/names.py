"""Names of files, which are bytes: for people, for a shell, and for the database.

Python holds a byte that is no UTF-8 as a lone surrogate (PEP 383), which nothing can write.
"""

import os
import shlex

_STRAY = {0xDC00 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)}


def shown(name: str) -> str:
    r"""The name as text: `caf\xe9.txt` where a byte of it is no UTF-8."""
    return name if name.isascii() else name.translate(_STRAY)


def for_shell(word: str) -> str:
    """A word to be typed into a shell, where it means nothing but itself.

    What a terminal can't show is written in octal, inside `$'…'` (POSIX 2024, 2.2.4).
    """
    if word.isprintable():
        return shlex.quote(word)
    return f"$'{''.join(map(_octal, word))}'"


def _octal(character: str) -> str:
    if character in "'\\":
        return f"\\{character}"
    if character.isprintable():
        return character
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(character))


def as_cell(name: str) -> str | bytes:
    """The name as a database keeps it: its bytes where they are no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def from_cell(cell: str | bytes) -> str:
    """The name that `as_cell` has made a cell of."""
    return os.fsdecode(cell)
