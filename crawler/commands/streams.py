"""Standard streams that the caller has closed, or that nobody reads any more."""

import io
import os
import sys
from pathlib import Path
from typing import Self, TextIO

from crawler.errors import WrongUse

STANDARD = range(3)


def open_streams() -> None:
    """Give the command three standard streams, whatever its caller has left it.

    In the place of a closed one the database would be opened, and written into by whoever prints.
    """
    for number in STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8")
    sys.stdout = _Data.to(sys.stdout or os.fdopen(1, "w", encoding="utf-8"))
    sys.stderr = _Words.to(
        sys.stderr or os.fdopen(2, "w", encoding="utf-8"), errors="backslashreplace"
    )
    if os.environ.get("COLUMNS") == "0":  # a terminal that does not know; nothing would fit in it
        del os.environ["COLUMNS"]


def fall_silent() -> None:
    """Let nothing more be heard from standard error."""
    if isinstance(sys.stderr, _Words):
        sys.stderr.drop()


class _Stream(io.TextIOWrapper):
    """Hands on what is written at once."""

    _beneath: TextIO

    @classmethod
    def to(cls, stream: TextIO, errors: str | None = None) -> Self:
        """Hands it on to `stream`."""
        errors = errors or stream.errors
        above = cls(stream.buffer, stream.encoding, errors, write_through=True)
        above._beneath = stream  # with the last reference to it its file is closed
        return above

    def drop(self) -> None:
        """From now on all goes nowhere.

        What is left in the buffer would raise once more when the interpreter flushes it.
        """
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), self.fileno())


class _Data(_Stream):
    """Standard output; raises `WrongUse` where it can't be written, as on a full disk."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._unwritable(error) from error

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> WrongUse:
        self.drop()
        return WrongUse(f"standard output can't be written: {error.strerror}")


class _Words(_Stream):
    """Standard error, which may be lost: a crawl goes on when nobody hears of it any more."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            self.drop()
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            self.drop()
