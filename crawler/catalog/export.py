"""Writing books to a file that is whole or not there."""

import os
import secrets
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from crawler.catalog.formats import Write
from crawler.catalog.rows import BookRow
from crawler.errors import WrongUse


def export_books(books: Iterable[BookRow], out: Path, write: Write) -> int:
    """Write the books to `out`, replacing it, and tell how many they were.

    Raises `WrongUse` where the file can't be written.
    """
    return write_whole(out, lambda file: write(books, file))


def write_whole(out: Path, write: Callable[[BinaryIO], int]) -> int:
    """Let `write` fill the file `out`, replacing it, and return what it tells.

    It is written to a file beside it, which takes its name when it is complete, so a stop or a
    full disk leaves what was there; who might read that may read the new one. Raises `WrongUse`
    where the file can't be written.
    """
    try:
        target = _find_target(out)
        part = target.with_name(f".bookcrawl-{secrets.token_hex(8)}.part")
        with part.open("xb") as file:
            try:
                count = write(file)
                file.flush()
                if target.exists():
                    os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
                os.fsync(file.fileno())
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise WrongUse(f"{out} can't be written: {error.strerror}") from error
    return count


def _find_target(out: Path) -> Path:
    """A link stays one, and what it leads to is replaced; raises `OSError` if that is itself."""
    target = Path(os.path.realpath(out))
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(target.stat().st_mode):
            raise WrongUse(f"{out} is no regular file: name another, or - and redirect it")
    return target


def refuse_the_database(out: Path, db: Path) -> None:
    """Raises `WrongUse` where `out` is the database, or a file that is kept beside it."""
    endings = ("", "-wal", "-shm", "-journal", ".lock")
    real, target = os.path.realpath(db), Path(os.path.realpath(out))
    for path in (Path(real + ending) for ending in endings):
        if path == target or is_same_file(path, target):
            raise WrongUse(f"{out} is the database itself: name another file")


def is_same_file(one: Path, other: Path) -> bool:
    """Whether both names lead to one file; false where one of them leads to none."""
    try:
        return one.samefile(other)
    except OSError:
        return False
