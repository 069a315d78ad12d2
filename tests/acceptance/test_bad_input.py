"""What can't be done is told in one line on standard error, with the exit code of the contract."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, Ended, ending, wait_until

WRONG_USE, UNUSABLE = 2, 4
NOT_FOR_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")


def assert_one_sentence(ended: Ended, code: int, *words: str) -> None:
    assert ended.code == code
    (line,) = ended.err.splitlines()
    assert line.startswith("bookcrawl: ")
    assert "a fault of ours" not in line
    for word in words:
        assert word in line


def no_such_file(_file: Path) -> None:
    """It is just not made."""


def a_directory(file: Path) -> None:
    file.mkdir()


def an_empty_file(file: Path) -> None:
    file.touch()


def no_isbn_in_it(file: Path) -> None:
    file.write_text("a shopping list\neggs\n")


def a_picture(file: Path) -> None:
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def an_unreadable_file(file: Path) -> None:
    file.write_text("9780140328721\n")
    file.chmod(0)


@pytest.mark.parametrize(
    "make",
    [
        no_such_file, a_directory, an_empty_file, no_isbn_in_it, a_picture,
        pytest.param(an_unreadable_file, marks=NOT_FOR_ROOT),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [["crawl", "--sandbox"], ["check"]])
def test_input_that_can_not_be_read_is_told(
    program: Bookcrawl, make: Callable[[Path], None], command: list[str]
) -> None:
    make(program.home / "given")
    assert_one_sentence(program.run(*command, "given"), WRONG_USE, "given")


def a_text(path: Path) -> None:
    path.write_text("This is no database, it is a text of some length.\n" * 40)


def a_foreign_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute("CREATE TABLE recipes (name)")


def a_newer_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA application_id = {0x626B6372}")
        newer.execute("PRAGMA user_version = 99")
        newer.execute("CREATE TABLE books (id)")


@pytest.mark.parametrize("make", [a_text, a_foreign_database, a_newer_database, a_directory])
@pytest.mark.parametrize(
    "command", [["crawl", "--sandbox", "isbns.txt"], ["status"], ["resume", "--sandbox"]]
)
def test_a_database_that_is_not_ours_is_refused_and_left_as_it_is(
    program: Bookcrawl, make: Callable[[Path], None], command: list[str]
) -> None:
    program.write("isbns.txt", isbns(3))
    make(program.database.path)
    before = bytes_of(program.database.path)
    assert_one_sentence(program.run(*command), UNUSABLE, "books.db")
    assert bytes_of(program.database.path) == before


def bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@pytest.mark.parametrize("command", [["resume", "--sandbox"], ["status"], ["search", "x"]])
def test_where_there_is_no_database_it_is_told_how_one_is_made(
    program: Bookcrawl, command: list[str]
) -> None:
    assert_one_sentence(program.run(*command), UNUSABLE, "books.db", "crawl FILE")
    assert list(program.home.iterdir()) == []


def test_a_place_where_no_file_can_be_made_is_told(program: Bookcrawl) -> None:
    file = program.write("isbns.txt", isbns(3))
    ended = program.run("crawl", "--sandbox", "--db", f"{file}/books.db", file)
    assert_one_sentence(ended, UNUSABLE, "isbns.txt/books.db", "can't be written")


@NOT_FOR_ROOT
def test_a_folder_that_may_not_be_written_is_told(program: Bookcrawl) -> None:
    file = program.write("isbns.txt", isbns(3))
    (program.home / "read only").mkdir(mode=0o500)
    ended = program.run("crawl", "--sandbox", "--db", "read only/books.db", file)
    assert_one_sentence(ended, UNUSABLE, "read only/books.db", "can't be written")


def test_a_second_crawl_into_the_same_database_is_refused_and_the_first_goes_on(
    program: Bookcrawl, api: Api
) -> None:
    file = program.write("isbns.txt", isbns(200))
    asking = ("--base-url", api.url, "--rate", "20")
    with program.start("crawl", *asking, file) as first:
        wait_until(api.calls, first)
        for command in (["crawl", *asking, file], ["resume", *asking]):
            assert_one_sentence(program.run(*command), UNUSABLE, "books.db", "another process")
        asked = len(api.asked())
        wait_until(lambda: len(api.asked()) > asked, first)
        first.terminate()
        assert ending(first).code == 143
    assert program.database.settled() == set(api.answered())


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (["crawl", "--nonsense", "isbns.txt"], "--nonsense"),
        (["crawl", "--rate", "fast", "isbns.txt"], "--rate"),
        (["crawl", "--rate", "-1", "isbns.txt"], "--rate"),
        (["crawl", "--base-url", "foo", "isbns.txt"], "foo"),
        (["crawl", "--sandbox", "--country", "Norway", "isbns.txt"], "Norway"),
        (["crawl", "--sandbox", "--format", "xlsx", "isbns.txt"], "xlsx"),
        (["crawl", "--sandbox", "--limit", "0", "isbns.txt"], "--limit"),
        (["crawl", "--key-file", "nowhere.txt", "isbns.txt"], "nowhere.txt"),
        (["crawl"], "FILE"),
        (["frobnicate"], "frobnicate"),
        (["show", "notanisbn"], "notanisbn"),
        (["lookup", "--sandbox", "9780140328722"], "9780140328722"),
        (["retry", "--sandbox"], "--failed"),
    ],
)
def test_a_wrong_use_is_told_and_makes_no_database(
    program: Bookcrawl, command: list[str], word: str
) -> None:
    program.write("isbns.txt", isbns(3))
    ended = program.run(*command)
    assert_one_sentence(ended, WRONG_USE, word)
    assert ended.out == ""
    assert not program.database.path.exists()
