"""A line of JSON for each call that arrived, so that a test from outside can count them."""

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct, json

from crawler.isbn import ISBN13


class Call(Struct, frozen=True):
    """`time` in UTC, `monotonic` in seconds, `query` decoded and without the key, `status` `None`
    where no status was sent, `isbns` those asked for, as 13 digits, `fault` the trouble on purpose.
    """

    time: str
    monotonic: float
    path: str
    query: str
    status: int | None
    isbns: tuple[str, ...]
    fault: str | None


def call_time(moment: datetime) -> str:
    """`2026-11-21T08:00:00.000000Z`."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def as_digits(isbns: tuple[ISBN13, ...]) -> tuple[str, ...]:
    """ISBNs as the log writes them."""
    return tuple(str(isbn) for isbn in isbns)


class CallLog:
    """The open file, unbuffered, so that a line is out when `write` ends; no path, no file."""

    def __init__(self, path: Path | None) -> None:
        self._file = None if path is None else path.open("ab", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, call: Call) -> None:
        """Append a line."""
        if self._file is not None:
            self._file.write(json.encode(call) + b"\n")
