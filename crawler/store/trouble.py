"""SQLite's errors as one sentence for the user, naming the file."""

import shutil
import sqlite3
from pathlib import Path

from crawler.errors import DatabaseBusy, DatabaseDamaged, DatabaseUnusable

LEAST_FREE_BYTES = 64 * 1024
"""With less than this a disk is full: SQLite takes 32 KB at once for a `-shm` file."""

FULL = "the disk is full: make room, then run the same command again"

# So ends a write that fails for any reason but a full disk: EDQUOT, EFBIG, EROFS, EIO.
_REFUSED = (
    "the system refuses to write it: check your quota of the disk, the limit of a file's size "
    "(`ulimit -f`) and the disk, then run the same command again"
)

GONE = "it was deleted, moved away or replaced while it was in use"
BEGINS_ANEW = "put it back, then run the same command again, which begins anew without it"

# By the beginning of the name of SQLite's result code, the more special ones first.
_WHAT_TO_DO = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY_DBMOVED": f"{GONE}: {BEGINS_ANEW}",
    "SQLITE_READONLY": "it can't be written: check its permissions, those of its folder, and those "
    "of the files whose names begin with its own",
    "SQLITE_CANTOPEN": "it can't be opened: check that its folder is there, and that it and the "
    "files whose names begin with its own may be written to",
    "SQLITE_PERM": "it can't be written: check its permissions and those of its folder",
    "SQLITE_NOTADB": "it is no SQLite database: name another file with --db",
    # SQLite says so of EIO in a read as well. And not every system's sqlite3 was built with
    # `.recover`: Debian 12's only says "SQL logic error".
    "SQLITE_CORRUPT": "it is damaged, or the disk fails to read it: check the disk, restore a copy "
    "(without the -wal file that is there now), or rescue what is in it by `.recover` of the "
    "sqlite3 that sqlite.org offers",
    "SQLITE_BUSY": "another program is writing to it: end that program, then try again",
    "SQLITE_IOERR_WRITE": _REFUSED,
    "SQLITE_IOERR_SHMSIZE": _REFUSED,
    "SQLITE_IOERR": "the disk fails to read or write it: check the disk, then try again",
    "SQLITE_ERROR": "its tables are not as bookcrawl makes them: restore a copy, or name another "
    "file with --db",
}
_KINDS = {
    "SQLITE_NOTADB": DatabaseDamaged,
    "SQLITE_CORRUPT": DatabaseDamaged,
    "SQLITE_BUSY": DatabaseBusy,
    "SQLITE_ERROR": DatabaseDamaged,
}
_FOR_WANT_OF_ROOM = ("SQLITE_IOERR", "SQLITE_CANTOPEN")


def unusable(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> DatabaseUnusable:
    """The sentence for `error`, to be raised from it.

    Python can't decode SQLite's message of a damaged schema where it quotes what is there.
    """
    name = getattr(error, "sqlite_errorname", "") or ""
    if isinstance(error, UnicodeDecodeError):
        name = "SQLITE_CORRUPT"
    if name.startswith(_FOR_WANT_OF_ROOM) and _is_full(path.parent):
        return DatabaseUnusable(f"{path}: {FULL}")
    for code, what_to_do in _WHAT_TO_DO.items():
        if name.startswith(code):
            told = f" ({error})" if code == "SQLITE_ERROR" else ""
            return _KINDS.get(code, DatabaseUnusable)(f"{path}: {what_to_do}{told}")
    return DatabaseUnusable(f"{path}: {error}")


def _is_full(folder: Path) -> bool:
    """SQLite itself says so of the database and its log only, not of its other files."""
    try:
        return shutil.disk_usage(folder).free < LEAST_FREE_BYTES
    except OSError:  # the folder is gone
        return False
