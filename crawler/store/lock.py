"""One process at a time crawls into a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from crawler.errors import DatabaseUnusable


def lock_path(path: Path) -> Path:
    """The file beside the database that is locked; it stays, empty, when the crawl is over."""
    return path.with_name(path.name + ".lock")


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock of the database at `path`; raises `DatabaseUnusable` where another does.

    The lock is the system's, on an open file: it ends with the process, however that ends.
    """
    if not path.parent.is_dir():
        raise unwritable(path, "there is no such folder")
    lock = FileLock(lock_path(path))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        if not lock_path(path).exists():  # filelock takes a name that can't be made for a held one
            raise unwritable(path, "no such place") from None
        raise DatabaseUnusable(
            f"{path} is being crawled by another process: wait for it to end, or stop it first "
            f"(`bookcrawl status --db {path}` shows how far it is)"
        ) from None
    except OSError as error:
        raise unwritable(path, error.strerror or str(error)) from error
    try:
        yield
    finally:
        lock.release()


def unwritable(path: Path, reason: str) -> DatabaseUnusable:
    """The sentence for a place where no database can be."""
    return DatabaseUnusable(
        f"{path} can't be written in {path.parent.absolute()} ({reason}): "
        "name another place with --db"
    )
