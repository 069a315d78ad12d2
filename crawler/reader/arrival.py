"""Bytes as they come: of a file all are there, a pipe is filled while it is read."""

import io
import os
import select
import stat
import time
from collections.abc import Iterator
from typing import BinaryIO

_BLOCK = 1 << 16
_PATIENCE_S = 0.3


class Arrival:
    """The bytes of `raw`, in blocks; `live` says that one may have to wait for them."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._poll = select.poll()
        self._until: float | None = None
        self.live = False
        try:
            number = raw.fileno()
        except io.UnsupportedOperation:  # bytes in memory
            return
        self.live = not stat.S_ISREG(os.fstat(number).st_mode)
        self._poll.register(number, select.POLLIN)

    def blocks(self) -> Iterator[bytes]:
        """All of them, once. Raises `OSError`."""
        while block := self._read():
            yield block

    def waits(self) -> bool:
        """Whether neither more of them nor their end can be read now."""
        return self._waits_for(0)

    def keeps_waiting(self) -> bool:
        """Whether that is still so when it has been asked for a while, which is waited for."""
        now = time.monotonic()
        self._until = self._until or now + _PATIENCE_S
        return self._waits_for(max(0.0, self._until - now))

    def _waits_for(self, seconds: float) -> bool:
        return self.live and not self._poll.poll(seconds * 1000)

    def _read(self) -> bytes:
        while (block := self._raw.read(_BLOCK)) is None:  # a pipe that is not to be waited for
            self._poll.poll()
        return block
