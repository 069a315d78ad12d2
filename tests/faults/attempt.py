"""A crawl that is to end as one in peace, whatever is done to the files of its database."""

import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.sandbox import SandboxOptions
from tests.acceptance.api import Api, sandbox
from tests.acceptance.books import isbns
from tests.acceptance.driver import Ended
from tests.faults.in_process import InProcess
from tests.faults.trial import Contents, Trial, assert_spoke_plainly

FILE = "isbns.txt"
BOOKS = isbns(96)
HALF = BOOKS[:24]

WORKERS = 4
IN_HAND = 12 * WORKERS
"""Calls whose answers may be lost with the database: of each worker one in flight, and those that
are answered while a commit fails, which takes as long as the disk takes.
"""

SLOW = SandboxOptions(latency_s=(0.005, 0.01))
"""A call takes longer than a commit."""


@dataclass
class Attempt:
    """The file of ISBNs names all of `BOOKS`."""

    trial: Trial

    @property
    def database(self) -> Path:
        return self.trial.program.database.path

    def beside(self, ending: str) -> Path:
        return self.database.with_name(self.database.name + ending)

    def settled(self) -> set[str]:
        database = self.trial.program.database
        return database.settled() if database.holds_some_isbns() else set()

    def refuse(self, said: str, *, calls: int = 0) -> Ended:
        """Go on with the crawl, which is to end in this sentence, after so many calls at most."""
        before = len(self.trial.api.calls())
        ended = self.trial.program.run(*self.trial.command)
        self.trial.times += 1
        assert ended.code == 4, ended.err
        assert_spoke_plainly(ended)
        assert "books.db" in ended.err
        assert said in ended.err, ended.err
        assert len(ended.err.splitlines()) == 1
        assert len(self.trial.api.calls()) - before <= calls
        return ended

    def assert_whole_or_told(self, ended: Ended, said: str) -> None:
        """A crawl that ends well has settled all; another has told what happened."""
        assert (ended.code, self.settled()) == (0, set(BOOKS)) or (
            ended.code == 4 and said in ended.err
        ), ended

    def clear(self) -> None:
        """Away with the database and all that lies beside it."""
        for path in self.trial.program.home.glob(f"{self.database.name}*"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def restore(self) -> None:
        """The database as it was when it was half done, and nothing beside it."""
        self.clear()
        self.database.write_bytes(_prepared()[0])

    def finish(self) -> None:
        self.trial.finish(undisturbed())


def fresh(folder: Path, api: Api) -> Attempt:
    """One that has not begun, in `folder`, and without a process of its own."""
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    program = InProcess(home)
    program.write(FILE, BOOKS)
    return Attempt(Trial(program, api, FILE, ("--concurrency", str(WORKERS))))


def half_done(folder: Path, api: Api) -> Attempt:
    """One that has stored the books of `HALF`."""
    crawl = fresh(folder, api)
    crawl.restore()
    crawl.trial.look_at_database()
    return crawl


def undisturbed() -> Contents:
    """What the crawl leaves that meets no trouble."""
    return _prepared()[1]


@cache
def _prepared() -> tuple[bytes, Contents]:
    """The file of a database with the half, and what is in it when all is done."""
    with TemporaryDirectory() as folder, sandbox(Path(folder)) as api:
        program = InProcess(Path(folder, "home"))
        program.home.mkdir()
        trial = Trial(program, api, program.write(FILE, HALF))
        trial.crawl(0)
        half = program.database.path.read_bytes()
        program.write(FILE, BOOKS)
        trial.crawl(0)
        return half, program.database.contents()
