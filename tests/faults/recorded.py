"""A command's record: what it did to its files, and what it had told of when the power failed."""

import shlex
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from tests.acceptance.driver import Bookcrawl
from tests.faults.power import Disk, Files, cuts
from tests.faults.syscalls import Change, files_of, read_changes, recording
from tests.faults.telling import Word

KEY = "AIza-the-key-of-a-user"


class Told(Struct, frozen=True):
    """The ISBNs that were stored, with their states; how many calls had left; what was done."""

    settled: dict[str, str]
    calls: int
    now: str


class Recorded(Struct, frozen=True):
    """What a command did to the `files` that it found among all it might have `seen`; `words` is
    where it told of it.
    """

    seen: Sequence[Path]
    files: Files
    changes: Sequence[Change]
    words: Path

    def cuts(self, times: int, chance: Random) -> Iterator[tuple[Files, Told]]:
        """What is left by so many power cuts, each with what the command had told by then."""
        disk = Disk(self.files)
        for left in cuts(disk, self.changes, times, chance):
            yield left, _told(disk.content(self.words))

    def assert_complete(self) -> None:
        """As the files are now, with nothing done to them since."""
        disk = Disk(self.files)
        for change in self.changes:
            disk.do(change)
        for path in self.seen:
            assert not path.is_file() or path.read_bytes() == disk.content(path), path

    def put_back(self, files: Files) -> None:
        """What a power cut has left, where the command finds it."""
        for path in self.seen:
            if path.is_file():
                path.unlink()
        for path, content in files.items():
            path.write_bytes(content)


def _told(text: bytes) -> Told:
    words = [msgspec.json.decode(line, type=Word) for line in text.splitlines()]
    settled = {isbn: state for word in words for isbn, state in word.settled.items()}
    now = [word.now for word in words if word.now]
    return Told(settled, sum(word.calls for word in words), now[-1] if now else "begin")


def record(program: Bookcrawl, *arguments: str, pragma: str = "") -> Recorded:
    """Run a command of `tests.faults.telling` to its end."""
    books, quota = program.database.path, quota_of(program)
    quota.parent.mkdir(parents=True, exist_ok=True)
    words, log = program.home.parent / "words", program.home.parent / "strace"
    words.unlink(missing_ok=True)
    lock = books.with_name(f"{books.name}.lock")
    seen = (*files_of(books), lock, *files_of(quota), books.parent, quota.parent, words)
    files = {path: path.read_bytes() for path in seen if path.is_file()}
    program.environment |= {"TELLING_PRAGMA": pragma, "GOOGLE_BOOKS_API_KEY": KEY}
    program.under = recording(log, of=seen)
    command = [sys.executable, "-m", "tests.faults.telling", str(words), *arguments]
    ended = program.run_as_printed(shlex.join(command))
    assert ended.code == 0, ended.err
    recorded = Recorded(seen, files, read_changes(log), words)
    recorded.assert_complete()
    return recorded


def quota_of(program: Bookcrawl) -> Path:
    """Where the calls of the user's key are counted."""
    return Path(program.environment["HOME"], ".local/state/bookcrawl/quota.db")


def calls_counted(database: Path) -> int:
    """In a database of the program's; opened as it does, which mends what was half written."""
    with closing(sqlite3.connect(database)) as db:
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'quota'").fetchone():
            return 0
        ((used,),) = db.execute("SELECT total(used) FROM quota")
        return int(used)
