"""The values of a JSON document, one after the other, without holding all of it.

Numbers stay as they are written: `9.78043902348e+12` must not become digits.
"""

import json
import re
from collections.abc import Iterator

from msgspec import Struct

Json = dict[str, "Json"] | list["Json"] | str | bool | None

_decoder: json.JSONDecoder = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=str, strict=False
)
_BETWEEN = re.compile(r"[\s,]*")
_LONGEST_VALUE = 1 << 24
_TEXT = 400


class BrokenJson(Exception):
    """The document is not well formed from line `line` on."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Value(Struct, frozen=True, gc=False):
    """A JSON value, the line on which it starts, and its text, cut."""

    line: int
    value: Json
    text: str


def decode(text: str) -> Json:
    """The one value that `text` is. Raises `ValueError`."""
    try:
        value: Json = _decoder.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value


class JsonStream:
    """A JSON document, read from `chunks` from the beginning."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._text = ""
        self._place = 0
        self._ended = False
        self.line = 1

    def peek(self) -> str:
        """The next character that is no blank and no comma; empty at the end."""
        while True:
            self._go_to(self._between(self._place))
            if self._place < len(self._text):
                return self._text[self._place]
            if self._ended:
                return ""
            self._more()

    def skip(self) -> None:
        """Leave out the character that `peek` tells."""
        self._place += 1

    def next(self) -> Value:
        """The value that starts at the next character. Raises `BrokenJson`."""
        self.peek()
        while True:
            decoded = self._decode()
            if decoded is not None:
                value, end = decoded
                found = Value(
                    self.line, value, self._text[self._place : min(end, self._place + _TEXT)]
                )
                self._go_to(end)
                return found
            if self._ended or len(self._text) - self._place > _LONGEST_VALUE:
                raise BrokenJson(self.line)
            self._more()

    def _decode(self) -> tuple[Json, int] | None:
        try:
            value, end = _decoder.raw_decode(self._text, self._place)
        except (ValueError, RecursionError):
            return None
        return (value, end) if end < len(self._text) or self._ended else None

    def _more(self) -> None:
        """Read on, at least as much again as is held."""
        self._text = self._text[self._place :]
        self._place = 0
        enough = 2 * len(self._text) + 1
        while len(self._text) < enough and not self._ended:
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            self._text += chunk or ""

    def _between(self, place: int) -> int:
        match = _BETWEEN.match(self._text, place)
        return match.end() if match else place

    def _go_to(self, place: int) -> None:
        self.line += self._text.count("\n", self._place, place)
        self._place = place
