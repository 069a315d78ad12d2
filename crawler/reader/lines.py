"""The physical lines of a file as they stand: bytes, with the ends of lines.

They are numbered as the readers number them: a line ends with CRLF, LF or CR.
"""

import re
from collections import deque

from crawler.errors import InputUnreadable
from crawler.reader.source import LONGEST_LINE


class OriginalLines:
    """The lines of what is fed, kept until they are taken; `name` is the file's, for the user."""

    def __init__(self, name: str, codec: str) -> None:
        self._name = name
        self._cr, self._lf = "\r".encode(codec), "\n".encode(codec)
        self._unit = len(self._lf)
        cr, lf = re.escape(self._cr), re.escape(self._lf)
        self._wide_line = re.compile(
            b"(?:(?!%b|%b).{%d})*(?:%b%b|%b|%b)?" % (cr, lf, self._unit, cr, lf, cr, lf), re.DOTALL
        )
        self._whole: deque[bytes] = deque()
        self._begun = b""
        self._next = 1

    def feed(self, block: bytes) -> None:
        """Take in more bytes. Raises `InputUnreadable` where a line is too long to be a row."""
        data = self._begun + block
        stray = len(data) % self._unit  # bytes of a character that goes on in the next block
        lines = self._split(data[: len(data) - stray])
        # The last line may go on, and what ends with CR may go on with LF.
        self._begun = lines.pop() if lines and not lines[-1].endswith(self._lf) else b""
        self._begun += data[len(data) - stray :]
        self._whole.extend(lines)
        if len(self._begun) > LONGEST_LINE * self._unit:
            raise InputUnreadable(
                f"{self._name} has a line of more than a million characters, line "
                f"{self._next + len(self._whole)}: that is no row; is it the right file?"
            )

    def take(self, before: int) -> bytes:
        """The lines with numbers below `before` that were not taken yet."""
        if before - self._next > len(self._whole):  # half a character behind a CR
            raise self._cut_short()
        lines = [self._whole.popleft() for _ in range(before - self._next)]
        self._next = before
        return b"".join(lines)

    def take_rest(self) -> bytes:
        """All that was not taken yet, when the end was reached.

        Raises `InputUnreadable` where it ends within a character: what is added would not fit.
        """
        if len(self._begun) % self._unit:
            raise self._cut_short()
        rest = b"".join(self._whole) + self._begun
        self._whole.clear()
        self._begun = b""
        return rest

    def part_end(self, lines: bytes) -> tuple[bytes, bytes]:
        """The lines, and the end of the last of them, which is empty where the file ends."""
        for end in (self._cr + self._lf, self._lf, self._cr):
            cut = len(lines) - len(end)
            if lines.endswith(end) and cut % self._unit == 0:
                return lines[:cut], end
        return lines, b""

    def _cut_short(self) -> InputUnreadable:
        return InputUnreadable(f"{self._name} is cut short, in a character: get the file again.")

    def _split(self, data: bytes) -> list[bytes]:
        if self._unit == 1:
            return data.splitlines(keepends=True)
        return [line for line in self._wide_line.findall(data) if line]
