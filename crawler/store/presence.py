"""Whether the files of a database that is open are still those that were opened.

SQLite writes on into a file that was deleted or moved away, and what it writes is lost with the
last process that has the file open (sqlite.org, "How To Corrupt An SQLite Database File":
"Unlinking or renaming a database file while in use").
"""

from pathlib import Path

from crawler.errors import DatabaseUnusable
from crawler.store.trouble import BEGINS_ANEW, GONE

Identity = tuple[int, int]


class Presence:
    """The database at `path` and the files `beside` it, as they are when this is made."""

    def __init__(self, path: Path, *beside: Path) -> None:
        self.path = path
        self._opened = {file: _find_identity(file) for file in (path, *beside)}

    def check(self) -> None:
        """Raises `DatabaseUnusable` where one is gone, or another stands in its place."""
        for file, identity in self._opened.items():
            if _find_identity(file) != identity:
                leave_alone = "leave it alone, and run the same command again"
                what_to_do = BEGINS_ANEW if file == self.path else leave_alone
                raise DatabaseUnusable(f"{file}: {GONE}: {what_to_do}")


def _find_identity(file: Path) -> Identity | None:
    """Device and inode, by which SQLite, too, knows a file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
