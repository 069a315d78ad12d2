"""A crawl that meets trouble, and what may never happen to it: looked for after each fault."""

from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.api import Api
from tests.acceptance.database import Cell, Database
from tests.acceptance.driver import Bookcrawl, Ended

KNOWN_FILES = {"books.db", "books.db-wal", "books.db-shm", "books.db.lock"}
LEFT_BY_A_KILL = KNOWN_FILES | {"books.db-journal"}
"""While a database is made it has a journal, which the next command takes away."""

Contents = dict[str, list[dict[str, Cell]]]


@dataclass
class Trial:
    """A crawl of `file` against `api`, disturbed again and again.

    `asking` are the options of each command; `quota` is the day's, 0 for none.
    """

    program: Bookcrawl
    api: Api
    file: str
    asking: tuple[str, ...] = ()
    quota: int = 0
    times: int = 0
    lost: int = 0
    _settled: dict[str, str] = field(default_factory=dict)
    _asked: int = 0
    _files: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._files = {path.name for path in self.program.home.iterdir()}

    @property
    def command(self) -> tuple[str, ...]:
        """The crawl, which is its own resume."""
        asking = ("--base-url", self.api.url, "--rate", "0", "--daily-quota", str(self.quota))
        return ("crawl", *asking, *self.asking, self.file)

    def undisturbed(self) -> Contents:
        """What a crawl leaves that meets no trouble; its calls are not counted with the others."""
        asked = len(self.api.calls())
        ended = self.program.run(*self.command, "--db", "undisturbed.db")
        assert ended.code == 0, ended.err
        contents = Database(self.program.home / "undisturbed.db").contents()
        for path in self.program.home.glob("undisturbed.db*"):
            path.unlink()
        self._asked += len(self.api.calls()) - asked
        return contents

    def crawl(self, *codes: int, **environment: Any) -> Ended:
        """Run it once; how it ended, with what has to hold after it looked at."""
        ended = self.program.run(*self.command, **environment)
        self.look(ended, *codes)
        return ended

    def look(self, ended: Ended | None, *codes: int) -> None:
        """After a run with a fault; `ended` is None where it was killed."""
        self.times += 1
        if ended is not None:
            assert ended.code in codes, (ended.code, ended.err)
            assert_spoke_plainly(ended)
        self.look_at_files(LEFT_BY_A_KILL if ended is None else KNOWN_FILES)
        self.look_at_database()

    def look_at_files(self, known: set[str] = KNOWN_FILES) -> None:
        left = {path.name for path in self.program.home.iterdir()} - self._files
        assert left <= known, left

    def look_at_database(self) -> None:
        """Sound, all that was settled still is, and none of it was asked for again."""
        if not self.program.database.holds_some_isbns():
            assert not self._settled
            return
        database = self.program.database
        assert database.is_sound()
        states = database.states()
        self.lost += sum(states.get(isbn) != state for isbn, state in self._settled.items())
        assert self.lost == 0
        calls = self.api.calls()[self._asked :]
        again = {isbn for call in calls for isbn in call.isbns} & set(self._settled)
        assert not again, f"settled, and asked for again: {again}"
        self._asked += len(calls)
        self._settled = {isbn: state for isbn, state in states.items() if state != "pending"}

    def finish(self, undisturbed: Contents) -> None:
        """The resume without trouble: it ends as if there had been none."""
        ended = self.program.run(*self.command)
        assert ended.code == 0, ended.err
        assert_spoke_plainly(ended)
        self.look_at_files()
        self.look_at_database()
        assert self.program.database.contents() == undisturbed


def assert_spoke_plainly(ended: Ended) -> None:
    """A sentence and no traceback; a fault of ours is none of the faults that are tried here."""
    assert "Traceback" not in ended.err, ended.err
    assert "a fault of ours" not in ended.err, ended.err
    assert ended.code != 1, ended.err
    assert ended.code == 0 or ended.err.strip()
