"""A disk of which a power cut leaves what was synced, and of the rest whatever chance will have.

It is stricter than most. Of what was written to a file since its last sync each sector may be
there, be there in part or not at all, in any order, and so may the file's length. A file's name is
there for sure, or gone for sure, only when its folder was synced: to sync the file does not do
(as POSIX allows; Pillai and others, "All File Systems Are Not Created Equal", OSDI 2014).
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

from tests.faults.syscalls import Change, Create, Remove, Resize, Sync, Write

SECTOR = 512
"""Bytes that a disk writes at a time; a cut may tear them all the same."""

TORN = 0.1
"""Of the sectors that the disk was writing at the time."""

T = TypeVar("T")
Files = dict[Path, bytes]


class Disk:
    """A disk with `files` on it; `do` changes them, and `cut` may be asked at any time."""

    def __init__(self, files: Mapping[Path, bytes]) -> None:
        self._names = {path: _File(content) for path, content in files.items()}
        self._lasting = dict(self._names)
        self._unsynced: dict[Path, list[_File | None]] = {}

    def do(self, change: Change) -> None:
        match change:
            case Create(path):
                if path not in self._names:
                    self._name(path, _File(b""))
            case Remove(path):
                self._name(path, None)
            case Write(path, offset, data):
                self._names[path].write(offset, data)
            case Resize(path, size):
                self._names[path].resize(size)
            case Sync(path) if path in self._names:
                self._names[path].sync()
            case Sync(folder):
                self._sync_names(folder)

    def cut(self, chance: Random) -> Files:
        """What is there when the power comes back."""
        luck = chance.random()
        names: dict[Path, _File | None] = {**self._lasting}
        for path, unsynced in self._unsynced.items():
            names[path] = _one_of([self._lasting.get(path), *unsynced], luck, chance)
        return {path: file.cut(luck, chance) for path, file in names.items() if file}

    def content(self, path: Path) -> bytes:
        """What a process reads there, as long as the power is there."""
        file = self._names.get(path)
        return bytes(file.content) if file else b""

    def _name(self, path: Path, file: "_File | None") -> None:
        self._unsynced.setdefault(path, []).append(file)
        if file:
            self._names[path] = file
        else:
            del self._names[path]

    def _sync_names(self, folder: Path) -> None:
        for path in [path for path in self._unsynced if path.parent == folder]:
            *_, last = self._unsynced.pop(path)
            self._lasting.pop(path, None)
            if last:
                self._lasting[path] = last


class _File:
    """What is in a file, and what of it would last; its sectors since the last sync, old to new."""

    def __init__(self, lasting: bytes) -> None:
        self.content = bytearray(lasting)
        self._lasting = lasting
        self._sizes: list[int] = []
        self._sectors: dict[int, list[bytes]] = {}

    def write(self, offset: int | None, data: bytes) -> None:
        offset = len(self.content) if offset is None else offset
        end = offset + len(data)
        if end > len(self.content):
            self.resize(end)
        self.content[offset:end] = data
        for number in range(offset // SECTOR, (end - 1) // SECTOR + 1):
            self._sectors.setdefault(number, []).append(_sector(self.content, number))

    def resize(self, size: int) -> None:
        del self.content[size:]
        self.content.extend(bytes(size - len(self.content)))
        self._sizes.append(size)

    def sync(self) -> None:
        self._lasting = bytes(self.content)
        self._sizes.clear()
        self._sectors.clear()

    def cut(self, luck: float, chance: Random) -> bytes:
        size = _one_of([len(self._lasting), *self._sizes], luck, chance)
        left = bytearray(self._lasting[:size])
        if size > len(left):
            left += _never_written(size - len(left), chance)
        for number, versions in self._sectors.items():
            here = slice(number * SECTOR, min(size, (number + 1) * SECTOR))
            if here.start < size:
                before = bytes(left[here])
                version = _one_of([before, *versions], luck, chance)
                if chance.random() < TORN:
                    torn = chance.randrange(SECTOR)
                    version = version[:torn] + before[torn:]
                left[here] = version[: here.stop - here.start].ljust(len(before), b"\0")
        return bytes(left)


def _sector(content: bytearray, number: int) -> bytes:
    return bytes(content[number * SECTOR : (number + 1) * SECTOR])


def _never_written(size: int, chance: Random) -> bytes:
    """What is found where a file has a length and no content yet."""
    return chance.choice((bytes(size), chance.randbytes(size)))


def _one_of(versions: Sequence[T], luck: float, chance: Random) -> T:
    """The newest with luck, else any of them."""
    return versions[-1] if chance.random() < luck else chance.choice(versions)


def cuts(disk: Disk, changes: Sequence[Change], times: int, chance: Random) -> Iterator[Files]:
    """Change `disk`, and at so many moments, evenly spread and each at random, tell what a power
    cut would leave.
    """
    moments = [int((n + chance.random()) * len(changes) / times) for n in range(times)]
    done = 0
    for moment in moments:
        for change in changes[done : moment + 1]:
            disk.do(change)
        done = max(done, moment + 1)
        yield disk.cut(chance)
