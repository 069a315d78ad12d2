"""The power fails: what was stored is there when it is back, and calls that left are counted."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from crawler.isbn import ISBN13
from crawler.sandbox import SandboxOptions
from crawler.store.schema import MIGRATIONS
from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.acceptance.database import Database
from tests.acceptance.driver import Bookcrawl
from tests.calls.crawling import crawl_from_sandbox
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.power import Files
from tests.faults.recorded import Recorded, Told, calls_counted, record
from tests.faults.status import assert_status_is_told
from tests.faults.syscalls import Sync
from tests.faults.telling import migrate
from tests.faults.trial import Contents

pytestmark = pytest.mark.usefixtures("strace")

BOOKS = isbns(12)
NEWEST = len(MIGRATIONS) + 1
CUTS = by_effort(80, 400)
RECOVERIES = by_effort(2, 20)
RESUMED = by_effort(0.25, 1.0)
"""The share of them after which the crawl is resumed; that takes most of the time."""

SMALL_WAL = "PRAGMA wal_autocheckpoint = 20"
"""Pages after which what stands in the -wal goes into the database: else 1,000."""


@pytest.fixture(autouse=True)
def _home(program: Bookcrawl, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs in this process counts its calls where the program does."""
    monkeypatch.setenv("HOME", program.environment["HOME"])


def crawl(program: Bookcrawl, api: Api, *options: str) -> tuple[str, ...]:
    """So slow that its calls are counted in two blocks."""
    file = program.write("isbns.txt", BOOKS)
    asking = ("--base-url", api.url, "--rate", "40", "--concurrency", "1", "--group", "4")
    return ("crawl", *asking, *options, file)


def put(files: Files, folder: Path, chance: Random) -> Database:
    """As they lie there when the machine starts again; the -shm was never meant to last."""
    folder.mkdir(parents=True)
    for path, content in files.items():
        (folder / path.name).write_bytes(content)
    if chance.random() < 0.5:
        (folder / "books.db-shm").write_bytes(chance.randbytes(32768))
    return Database(folder / "books.db")


def losses(found: Database, told: Told) -> list[str]:
    """What is damaged, or is not as the command had told."""
    try:
        # As the next crawl does: to open it for writing mends what was half written.
        counted = [calls_counted(found.path), calls_counted(found.path.with_name("quota.db"))]
        states = found.states() if found.holds_some_isbns() else {}
        sound = found.is_sound() if states else found.rows("PRAGMA integrity_check") == [("ok",)]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # of a garbled message of SQLite's
        return [f"the database: {error}"]
    lost = [isbn for isbn, state in told.settled.items() if states.get(isbn) != state]
    uncounted = [f"{told.calls - calls} calls" for calls in counted if calls < told.calls]
    return lost + uncounted + ["soundness"] * (not sound)


def assert_nothing_is_lost(
    files: Files, told: Told, folder: Path, chance: Random, undisturbed: Contents
) -> None:
    """Neither for who looks at it, nor, by chance or in a soak, for the same crawl again."""
    seen = put(files, folder / "seen", chance)
    assert_status_is_told(seen)
    assert losses(seen, told) == [], folder
    if chance.random() < RESUMED:
        settled = seen.settled() if seen.holds_some_isbns() else set()
        assert_it_goes_on(put(files, folder / "resumed", chance), settled, undisturbed)


def assert_it_goes_on(found: Database, settled: set[str], undisturbed: Contents) -> None:
    """To the same end as if the power had never failed, and asks for nothing settled."""
    books = [ISBN13(int(isbn)) for isbn in BOOKS]
    again = crawl_from_sandbox(found.path.parent, books, SandboxOptions())
    asked = " ".join(str(call["query"]) for call in again.log)
    assert not [isbn for isbn in settled if isbn in asked]
    assert found.is_sound()
    assert found.contents() == undisturbed
    with closing(sqlite3.connect(found.path)) as db:
        db.execute("INSERT INTO books_fts (books_fts, rank) VALUES ('integrity-check', 1)")


def count_losing(recorded: Recorded, folder: Path, chance: Random) -> int:
    """Of `CUTS` power cuts, those after which a book is missing, or the database is damaged."""
    losing = 0
    for number, (files, told) in enumerate(recorded.cuts(CUTS, chance)):
        lost = losses(put(files, folder / str(number), chance), told)
        losing += any(not loss.endswith("calls") for loss in lost)
    return losing


@pytest.mark.parametrize(("done", "pragma"), [(0, ""), (5, SMALL_WAL)])
def test_a_power_cut_loses_nothing_that_was_told(
    program: Bookcrawl,
    api: Api,
    chance: Random,
    tmp_path: Path,
    account: Account,
    done: int,
    pragma: str,
) -> None:
    if done:
        assert program.run(*crawl(program, api, "--limit", str(done))).code == 0
    recorded = record(program, *crawl(program, api), pragma=pragma)
    undisturbed = program.database.contents()
    midst = set()
    for number, (files, told) in enumerate(recorded.cuts(CUTS, chance)):
        assert_nothing_is_lost(files, told, tmp_path / str(number), chance, undisturbed)
        midst.add(told.now)
    assert midst == {"begin", "index", "end"}
    what = "a later crawl" if done else "the first crawl"
    account("power", f"power cut in {what}", "model of a disk", times=CUTS, lost=0)


def test_a_power_cut_while_a_cut_is_mended_loses_nothing_that_was_told(
    program: Bookcrawl, api: Api, chance: Random, tmp_path: Path, account: Account
) -> None:
    first = record(program, *crawl(program, api), pragma=SMALL_WAL)
    undisturbed = program.database.contents()
    cuts = by_effort(10, 20)
    for number, (files, told) in enumerate(first.cuts(RECOVERIES, chance)):
        first.put_back(files)
        second = record(program, *crawl(program, api), pragma=SMALL_WAL)
        for again, (left, more) in enumerate(second.cuts(cuts, chance)):
            both = Told(told.settled | more.settled, told.calls + more.calls, more.now)
            folder = tmp_path / f"{number} {again}"
            assert_nothing_is_lost(left, both, folder, chance, undisturbed)
    account("power", "power cut in a recovery", "model of a disk", times=cuts * RECOVERIES, lost=0)


def test_a_power_cut_in_a_migration_leaves_the_old_tables_or_the_new_ones(
    program: Bookcrawl, api: Api, chance: Random, tmp_path: Path, account: Account
) -> None:
    assert program.run(*crawl(program, api)).code == 0
    before = program.database.contents()
    recorded = record(program, "migrate", str(program.database.path))
    after = program.database.contents()
    versions = set()
    for number, (files, told) in enumerate(recorded.cuts(CUTS, chance)):
        found = put(files, tmp_path / str(number), chance)
        ((version,),) = found.rows("PRAGMA user_version")
        assert version == NEWEST + 1 or (version == NEWEST and told.now == "begin")
        assert found.contents() == (after if version == NEWEST + 1 else before)
        asyncio.run(migrate(found.path, tell=lambda _: None))
        assert found.contents() == after
        assert found.is_sound()
        versions.add(version)
    assert versions == {NEWEST, NEWEST + 1}
    account("power", "power cut in a migration", "model of a disk", times=CUTS, lost=0)


def test_a_disk_that_never_syncs_loses_what_was_told(
    program: Bookcrawl, api: Api, chance: Random, tmp_path: Path
) -> None:
    recorded = record(program, *crawl(program, api))
    unsynced = [change for change in recorded.changes if not isinstance(change, Sync)]
    losing = count_losing(replace(recorded, changes=unsynced), tmp_path / "cuts", chance)
    print(f"lost in {losing} of {CUTS} power cuts")
    assert losing > CUTS // 4


def test_synced_less_than_fully_a_database_loses_what_was_told(
    program: Bookcrawl, api: Api, chance: Random, tmp_path: Path
) -> None:
    assert program.run(*crawl(program, api, "--limit", "5")).code == 0
    recorded = record(program, *crawl(program, api), pragma="PRAGMA synchronous = NORMAL")
    losing = count_losing(recorded, tmp_path / "cuts", chance)
    print(f"lost in {losing} of {CUTS} power cuts")
    assert losing > CUTS // 4
