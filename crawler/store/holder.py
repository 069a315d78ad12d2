"""Who crawls into a database that is locked."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path


def name_holder(path: Path) -> str:
    """The crawl that holds its lock, for a sentence: with its process, once that is on record.

    Of our number is another task of this program, or a process of another container.
    """
    pid = _find_pid(path)
    if pid == os.getpid():
        return "another crawl"
    return f"another process, {pid}" if pid and is_running(pid) else "another process"


def is_running(pid: int) -> bool:
    """Whether there is a process of that number, be it ours or another user's."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def _find_pid(path: Path) -> int | None:
    query = "SELECT CAST(pid AS INTEGER) FROM runs WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            row = database.execute(query).fetchone()
    except sqlite3.Error:
        return None
    return int(row[0]) if row else None
