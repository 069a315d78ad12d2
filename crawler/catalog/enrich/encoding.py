"""In which encoding cells are added to a file, so that it stays in one."""

import codecs

from crawler.errors import InputUnreadable, WrongUse
from crawler.reader.originals import Form

_ASCII = bytes(range(0x80))
_STATEFUL = ("iso2022", "hz")
"""They write other scripts with the bytes of ASCII, commas and quotes among them."""


def choose_codec(form: Form, wanted: str | None) -> str:
    """The encoding `wanted`, else the file's own.

    Raises `WrongUse` for one that Python does not have, or that can't stand in this file.
    """
    if wanted is None:
        return form.codec
    if form.sure:
        raise WrongUse(
            f"{form.name} tells itself that it is in {form.codec.upper()}: leave out --encoding"
        )
    try:
        name = codecs.lookup(wanted).name
        whole = _ASCII.decode("ascii").encode(wanted) == _ASCII
    except (LookupError, UnicodeError, ValueError):
        whole, name = False, wanted
    if not whole or name.startswith(_STATEFUL):
        raise WrongUse(
            f"{wanted!r} is no encoding for --encoding: name one that has ASCII in it, such as "
            "utf-8, cp1252 or gb18030"
        )
    return name


def refuse_other_encodings(text: bytes, name: str) -> None:
    """Raises `InputUnreadable` for text of the file `name` that is no UTF-8."""
    if text.isascii():
        return
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise InputUnreadable(
            f"{name} is not in UTF-8: name the encoding in which it is and cells are to be added, "
            "such as --encoding cp1252 (Western Europe) or cp1251 (Cyrillic)"
        ) from error
