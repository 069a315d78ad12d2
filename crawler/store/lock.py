"""One process at a time crawls into a database."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.errors import DatabaseUnusable
from crawler.names import for_shell
from crawler.store.holder import name_holder
from crawler.store.trouble import FULL

_LONGEST_NOTE = 200
"""In bytes; what is longer was not written by us."""

_OF_THE_DISK = {errno.EROFS, errno.EDQUOT, errno.EIO}
_SHORT = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""It is not the file that these tell of."""


def lock_path(path: Path) -> Path:
    """The file beside the database that is locked; it stays when the crawl is over.

    Whoever names the database by a link means the same lock.
    """
    real = _followed(path)
    return real.with_name(real.name + ".lock")


def _followed(path: Path) -> Path:
    return Path(os.path.realpath(path))


class Lock:
    """A lock that is held; made by `hold`. Its file takes a note that outlasts a crash."""

    def __init__(self, path: Path) -> None:
        self.file = lock_path(path)
        self._path = path

    def read_note(self) -> str:
        """What was noted last, by whoever held the lock; raises `DatabaseUnusable`."""
        with _telling(self._path), self.file.open("rb") as file:
            return file.read(_LONGEST_NOTE).decode(errors="replace")

    def note(self, text: str) -> None:
        """Have it on the disk, in the place of what was noted; raises `DatabaseUnusable`."""
        with _telling(self._path), self.file.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def hold(path: Path) -> Iterator[Lock]:
    """Hold the lock of the database at `path`; raises `DatabaseUnusable` where another does.

    The lock is the system's, on an open file: it ends with the process, however that ends.
    """
    if not _followed(path).parent.is_dir():
        raise unwritable(path, "there is no such folder")
    lock = FileLock(lock_path(path))
    try:
        with _telling(path):
            lock.acquire(blocking=False)
    except Timeout:
        if not lock_path(path).exists():  # filelock takes a name that can't be made for a held one
            raise unwritable(path, "no such place") from None
        status = f"bookcrawl status --db {for_shell(str(path))}"
        raise DatabaseUnusable(
            f"{path} is being crawled by {name_holder(path)}: wait for it to end, or stop it first "
            f"(`{status}` shows how far it is)"
        ) from None
    try:
        yield Lock(path)
    finally:
        lock.release()


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Raises `DatabaseUnusable` for what the system says of the lock's file."""
    try:
        yield
    except OSError as error:
        if isinstance(error, Timeout) or error.errno in _SHORT:
            raise
        raise _unlockable(path, error) from error


def _unlockable(path: Path, error: OSError) -> DatabaseUnusable:
    file, reason = lock_path(path), error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        return DatabaseUnusable(f"{path}: {FULL}")
    if os.path.lexists(file) and error.errno not in _OF_THE_DISK:
        return DatabaseUnusable(
            f"{path} can't be locked: {file} can't be opened ({reason}): remove it, unless another "
            "crawl is running"
        )
    return unwritable(path, reason)


def unwritable(path: Path, reason: str) -> DatabaseUnusable:
    """The sentence for a place where no database can be."""
    return DatabaseUnusable(
        f"{path} can't be written in {_followed(path).parent} ({reason}): put that right, or name "
        "another place with --db"
    )
