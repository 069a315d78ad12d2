"""Writing books to a file that is whole or not there."""

import os
from collections.abc import Iterable
from pathlib import Path

from crawler.catalog.formats import Write
from crawler.catalog.rows import BookRow
from crawler.errors import WrongUse


def export_books(books: Iterable[BookRow], out: Path, write: Write) -> int:
    """Write the books to `out`, replacing it, and tell how many they were.

    They are written to a file beside it, which takes its name when it is complete, so a stop or a
    full disk leaves what was there. Raises `WrongUse` where the file can't be written.
    """
    target = out.resolve()  # a link stays one, and what it leads to is replaced
    if target.exists() and not target.is_file():
        raise WrongUse(f"{out} is no regular file: export to another, or to - and redirect it")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            count = write(books, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise WrongUse(f"{out} can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def refuse_the_database(out: Path, db: Path) -> None:
    """Raises `WrongUse` where `out` is the database, or a file that SQLite keeps beside it."""
    beside = [db.with_name(db.name + ending) for ending in ("", "-wal", "-shm", "-journal")]
    if any(path.exists() and out.exists() and path.samefile(out) for path in beside):
        raise WrongUse(f"{out} is the database itself: export to another file")
