"""SQLite's errors as one sentence for the user, naming the file."""

import sqlite3
from pathlib import Path

from crawler.errors import DatabaseUnusable

_WHAT_TO_DO = {
    "SQLITE_FULL": "the disk is full: make room, then run the same command again",
    "SQLITE_READONLY": "it can't be written: check its permissions and those of its folder",
    "SQLITE_CANTOPEN": "it can't be opened: check that its folder is there and may be written to",
    "SQLITE_PERM": "it can't be written: check its permissions and those of its folder",
    "SQLITE_NOTADB": "it is no SQLite database: name another file with --db",
    "SQLITE_CORRUPT": "it is damaged: restore a copy, or rescue it with `sqlite3 FILE .recover`",
    "SQLITE_BUSY": "another program is writing to it: end that program, then try again",
    "SQLITE_IOERR": "the disk fails to read or write it: check the disk, then try again",
}


def unusable(path: Path, error: sqlite3.Error) -> DatabaseUnusable:
    """The sentence for `error`, to be raised from it."""
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, what_to_do in _WHAT_TO_DO.items():
        if name.startswith(prefix):
            return DatabaseUnusable(f"{path}: {what_to_do}")
    return DatabaseUnusable(f"{path}: {error}")
