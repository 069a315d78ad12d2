"""One file of ISBNs, opened: its text, whatever it is packed and written in."""

import codecs
import io
import os
from collections.abc import Callable, Iterator
from itertools import chain
from operator import length_hint
from pathlib import Path
from typing import BinaryIO

from crawler.errors import InputUnreadable
from crawler.reader.arrival import Arrival
from crawler.reader.encodings import codec_within, find_encoding
from crawler.reader.enough import is_enough
from crawler.reader.foreign import name_foreign
from crawler.reader.gunzip import MAGIC, CutShort, gunzip

STDIN = "-"
SAMPLE_BYTES = 1 << 18
LONGEST_LINE = 1 << 20
"""Characters; a longer one is read as several lines."""
_SEPARATORS = ",;\t| "


class Source:
    """The text of one file: `sample` is its beginning, `chunks()` and `lines()` all of it, once.

    `whole` says that the sample is the whole text. Line ends are line feeds; bytes that are no
    UTF-8 are lone surrogates. `live` says that it comes by a pipe or a terminal, which may be
    silent; `codec` is the encoding, `marked` whether a byte order mark tells it. Raises
    `InputUnreadable` for what can't be a file of ISBNs.
    """

    def __init__(self, file: str, stdin: BinaryIO) -> None:
        self.file = file
        self.name = "standard input" if file == STDIN else file
        self._own = None if file == STDIN else _open(file)
        self._cut: CutShort | None = None
        self._handed_out: Iterator[str] = iter(("",))
        self.whole = False
        try:
            self._start(self._own or stdin)
        except InputUnreadable:
            self.close()
            raise

    @property
    def waits(self) -> bool:
        """Whether all whole lines that have come were handed out, and more is long in coming."""
        return not length_hint(self._handed_out) and self._arrival.waits()

    def _start(self, raw: BinaryIO) -> None:
        self._arrival = Arrival(raw)
        self.live = self._arrival.live
        blocks = self._arrival.blocks()
        head = self._read_head(blocks)
        if head.startswith(MAGIC):
            blocks = gunzip(chain([head], blocks))
            head = self._read_head(blocks)
        if foreign := name_foreign(head):
            raise InputUnreadable(f"{self.name} is {foreign}.")
        self._blocks: Iterator[bytes] = chain([head], blocks)
        self._encoding = find_encoding(head)
        self.codec = codec_within(head)
        self.marked = self._encoding[0] != self.codec
        text = self._decoder().decode(head, final=self.whole)
        self.sample = text if self.whole else text[: text.rfind("\n") + 1] or text

    def watch(self, watcher: Callable[[bytes], None]) -> None:
        """Let `watcher` have the bytes of the text, unpacked, each block before it is read."""
        self._blocks = _watched(self._blocks, watcher)

    def chunks(self) -> Iterator[str]:
        """The text in pieces. Raises `CutShort` where the file ends before its end."""
        decoder = self._decoder()
        try:
            for block in self._blocks:
                yield decoder.decode(block)
        except OSError as error:
            raise CutShort(f"can't be read to its end ({cause(error)})") from error
        if self._cut:
            raise self._cut
        yield decoder.decode(b"", final=True)

    def lines(self) -> Iterator[str]:
        """The physical lines, without their ends. Raises `CutShort`, and leaves out a cut line.

        A line longer than a million characters comes in pieces, parted at a separator, and each
        piece counts as a line.
        """
        begun = ""
        for chunk in self.chunks():
            lines = (begun + chunk).split("\n")
            begun = lines.pop()
            self._handed_out = iter(lines)
            yield from self._handed_out
            while len(begun) > LONGEST_LINE:
                mark = max(begun.rfind(mark, 0, LONGEST_LINE) for mark in _SEPARATORS) + 1
                piece = mark or LONGEST_LINE
                yield begun[:piece]
                begun = begun[piece:]
        if begun:
            yield begun

    def _has_to_do(self, head: bytes) -> bool:
        """Whether a pipe has shown what it holds, and the rest is long in coming."""
        if not self._arrival.waits():
            return False
        return (head.startswith(MAGIC) or is_enough(head)) and self._arrival.keeps_waiting()

    def close(self) -> None:
        """Close the file; standard input is left as it is."""
        if self._own:
            self._own.close()

    def _decoder(self) -> io.IncrementalNewlineDecoder:
        encoding, errors = self._encoding
        return io.IncrementalNewlineDecoder(
            codecs.getincrementaldecoder(encoding)(errors), translate=True
        )

    def _read_head(self, blocks: Iterator[bytes]) -> bytes:
        """What is to be judged; less where that is all, or enough and the rest does not come."""
        head = b""
        try:
            while len(head) < SAMPLE_BYTES and not self._has_to_do(head):
                block = next(blocks, b"")
                self.whole = not block
                if self.whole:
                    break
                head += block
        except CutShort as error:
            self._cut = error
        except OSError as error:
            raise InputUnreadable(f"{self.name} can't be read: {cause(error)}.") from error
        if not head and self._cut:
            raise InputUnreadable(f"{self.name} {self._cut}: get the file again.")
        if not head:
            raise InputUnreadable(f"{self.name} is empty: give a file with ISBNs in it.")
        return head


def cause(error: OSError) -> str:
    """What the system says, without number and path: `Input/output error`."""
    return os.strerror(error.errno) if error.errno else str(error)


def _watched(blocks: Iterator[bytes], watcher: Callable[[bytes], None]) -> Iterator[bytes]:
    for block in blocks:
        watcher(block)
        yield block


def _open(file: str) -> BinaryIO:
    path = Path(file)
    if not file:
        raise InputUnreadable("the name of a file is empty: is a variable of the shell not set?")
    try:
        if path.is_dir():
            raise InputUnreadable(f"{file} is a directory: name the files of ISBNs in it.")
        return path.open("rb", buffering=0)  # of a pipe, what is there
    except FileNotFoundError as error:
        raise InputUnreadable(f"{file} does not exist: check the path.") from error
    except PermissionError as error:
        raise InputUnreadable(f"{file} may not be read by you: change its permissions.") from error
    except OSError as error:
        raise InputUnreadable(f"{file} can't be opened: {cause(error)}.") from error
