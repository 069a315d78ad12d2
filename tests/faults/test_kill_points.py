"""kill -9 at each call that changes a file of the program's: it goes on as if nothing had been."""

from collections import Counter
from pathlib import Path
from random import Random
from shutil import copytree
from signal import SIGKILL

import pytest
from msgspec import Struct

from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.acceptance.database import Database
from tests.acceptance.driver import Bookcrawl
from tests.faults.account import Account
from tests.faults.effort import LONG, by_effort
from tests.faults.recorded import KEY, calls_counted, quota_of
from tests.faults.status import assert_status_is_told
from tests.faults.syscalls import (
    Change,
    Remove,
    Resize,
    Sync,
    Write,
    files_of,
    injecting,
    read_changes,
    recording,
)
from tests.faults.trial import Trial

pytestmark = pytest.mark.usefixtures("strace")

BOOKS = isbns(8)
POINTS = 3
"""That are tried with the suite; a soak tries all."""

CRAWLS = by_effort(1, 10)
KILLS = 4
"""Of each crawl, at most."""

SYNC, REMOVE = "fdatasync,fsync", "?unlink,?unlinkat"


class Point(Struct, frozen=True):
    """The so many-th of certain calls on the files of a database."""

    database: str
    calls: str
    number: int


def databases(program: Bookcrawl) -> dict[str, Path]:
    return {path.name: path for path in (program.database.path, quota_of(program))}


def files(database: Path) -> tuple[Path, ...]:
    """With the lock's, in which it is noted whose the -wal is."""
    return (*files_of(database), database.with_name(f"{database.name}.lock"))


def program_in(folder: Path) -> Bookcrawl:
    (folder / "home").mkdir(parents=True, exist_ok=True)
    program = Bookcrawl(folder / "home")
    program.environment["GOOGLE_BOOKS_API_KEY"] = KEY
    program.write("isbns.txt", BOOKS)
    return program


def points(trial: Trial, log: Path) -> list[Point]:
    """Those of a crawl that meets no trouble."""
    paths = databases(trial.program).items()
    names = {file: name for name, path in paths for file in files(path)}
    trial.program.under = recording(log, of=names)
    assert trial.program.run(*trial.command).code == 0
    made = ((names[change.path], calls_for(change)) for change in read_changes(log))
    counted = Counter(kind for kind in made if kind[1])
    return [Point(*kind, n) for kind, count in counted.items() for n in range(1, count + 1)]


def calls_for(change: Change) -> str:
    """By which it was made; empty where that may be one that does something else as well."""
    match change:
        case Write(offset=None):
            return "write"
        case Write():
            return "pwrite64"
        case Sync():
            return SYNC
        case Remove():
            return REMOVE
        case Resize(size=size) if size:
            return "ftruncate"
    return ""


def some_of_each_kind(points: list[Point], chance: Random) -> list[Point]:
    """In no order, one of each kind; most are writes."""
    mixed = chance.sample(points, len(points))
    return list({(point.database, point.calls): point for point in mixed}.values())


def somewhere(chance: Random) -> Point:
    """At a write or a sync, which a crawl that has little left to do may not come to."""
    calls, number = chance.choice((("pwrite64", 80), (SYNC, 10)))
    database = chance.choice(("books.db", "books.db", "quota.db"))
    return Point(database, calls, chance.randint(1, number))


def crawl_and_die(trial: Trial, point: Point) -> bool:
    """Whether it came to that point; a crawl that commits more at once has fewer of them."""
    into = files(databases(trial.program)[point.database])
    kill = f"{point.calls}:signal=SIGKILL:when={point.number}"
    trial.program.under = injecting(kill, into=into)
    ended = trial.program.run(*trial.command)
    trial.program.under = ()
    assert ended.code in (-SIGKILL, 0), ended.err
    trial.look(ended if ended.code == 0 else None, 0)
    return ended.code != 0


def assert_all_calls_are_counted(program: Bookcrawl, calls: int, folder: Path) -> None:
    for path in databases(program).values():
        assert calls_counted(Database(path).copied(folder).path) >= calls


@pytest.mark.parametrize(("group", "done"), [("1", 0), ("4", 4)])
def test_a_kill_at_any_change_of_a_file_leaves_what_the_same_command_goes_on_with(
    api: Api, chance: Random, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    account: Account, group: str, done: int,
) -> None:  # fmt: skip
    asking = ("--concurrency", "1", "--group", group)
    first = Trial(program_in(tmp_path / "before"), api, "isbns.txt", asking)
    if done:
        assert first.program.run(*first.command, "--limit", str(done)).code == 0
    copytree(tmp_path / "before", tmp_path / "alone")
    alone = Trial(program_in(tmp_path / "alone"), api, "isbns.txt", asking)
    all_points = points(alone, tmp_path / "strace")
    undisturbed = alone.program.database.contents()
    kills = 0
    tried = all_points if LONG else some_of_each_kind(all_points, chance)[:POINTS]
    for number, point in enumerate(tried):
        copytree(tmp_path / "before", tmp_path / str(number))
        trial = Trial(program_in(tmp_path / str(number)), api, "isbns.txt", asking)
        trial.look_at_database()
        monkeypatch.setenv("HOME", trial.program.environment["HOME"])
        kills += crawl_and_die(trial, point)
        assert_status_is_told(trial.program.database)
        trial.finish(undisturbed)
    assert kills >= len(tried) // 2
    what = "SIGKILL at each write, sync and removal"
    account("process", what, "strace inject", times=kills, lost=0)


@pytest.mark.parametrize("_crawl", range(CRAWLS))
def test_a_crawl_that_is_killed_in_each_of_its_resumes_ends_as_if_left_alone(
    api: Api, chance: Random, tmp_path: Path, account: Account, _crawl: int
) -> None:
    # So slow that calls are counted more than once.
    program = program_in(tmp_path)
    trial = Trial(program, api, "isbns.txt", ("--rate", "50"), quota=1000)
    undisturbed = trial.undisturbed()
    asked = len(api.calls())
    kills = 0
    for number in range(KILLS):
        kills += crawl_and_die(trial, somewhere(chance))
        assert_all_calls_are_counted(program, len(api.calls()) - asked, tmp_path / str(number))
    trial.finish(undisturbed)
    what = "SIGKILL at a write or sync, again in the resume"
    account("process", what, "strace inject", times=kills, lost=trial.lost)
