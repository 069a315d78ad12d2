"""Who crawls into a database that is locked."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path


def name_holder(path: Path) -> str:
    """The crawl that holds its lock, for a sentence: with its process, once that is on record."""
    pid = _find_pid(path)
    return f"another process, {pid}" if pid and _runs(pid) else "another process"


def _find_pid(path: Path) -> int | None:
    query = "SELECT pid FROM runs WHERE ended_at IS NULL ORDER BY id DESC LIMIT 1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            row = database.execute(query).fetchone()
    except sqlite3.Error:
        return None
    return row and int(row[0])


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
