"""One process at a time crawls into a database."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.errors import DatabaseUnusable
from crawler.store.lock import hold, lock_path

HOLDER = """
import sys
from pathlib import Path
from crawler.store.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@contextmanager
def another_process_that_holds(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """It lets go when its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process


def test_a_database_that_another_process_crawls_into_is_refused(path: Path) -> None:
    with another_process_that_holds(path), pytest.raises(DatabaseUnusable) as refused, hold(path):
        pytest.fail("two processes hold it")
    assert f"{path} is being crawled by another process" in str(refused.value)
    assert f"bookcrawl status --db {path}" in str(refused.value)


def test_the_lock_ends_with_its_process(path: Path) -> None:
    with another_process_that_holds(path):
        pass
    with hold(path):
        pass


def test_the_lock_ends_with_a_kill_of_its_process(path: Path) -> None:
    with another_process_that_holds(path) as process:
        process.kill()
        process.wait()
    assert lock_path(path).exists()
    with hold(path):
        pass


def test_the_lock_ends_when_what_it_is_held_for_fails(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold(path):
        _ = 1 / 0
    with hold(path):
        pass


def test_a_second_hold_in_the_same_process_is_refused_too(path: Path) -> None:
    with (
        hold(path),
        pytest.raises(DatabaseUnusable, match=r"books.db is being crawled"),
        hold(path),
    ):
        pytest.fail("it is held twice")


def test_a_database_that_is_named_by_a_link_is_held_all_the_same(path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    with (
        another_process_that_holds(path),
        pytest.raises(DatabaseUnusable, match=r"link.db is being crawled"),
        hold(link),
    ):
        pytest.fail("two processes hold it")


def test_what_is_noted_outlasts_the_lock_and_is_replaced_whole(path: Path) -> None:
    with hold(path) as lock:
        assert lock.read_note() == ""
        lock.note("run 10, of which there is much to say")
    with hold(path) as lock:
        assert lock.read_note() == "run 10, of which there is much to say"
        lock.note("run 11")
    with hold(path) as lock:
        assert lock.read_note() == "run 11"


def test_databases_side_by_side_are_held_each_for_itself(path: Path) -> None:
    with hold(path), hold(path.with_name("others.db")):
        assert lock_path(path) != lock_path(path.with_name("others.db"))


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.txt").touch()
    inside_a_file = tmp_path / "list.txt" / "books.db"
    with (
        pytest.raises(DatabaseUnusable, match=r"can't be written in .*list.txt"),
        hold(inside_a_file),
    ):
        pytest.fail("it is held")
