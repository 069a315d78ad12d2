"""The commands as a shell runs them: real pipes, a real terminal."""

import os
import pty
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.catalog.shelf import Shelf

ROOT = Path(__file__).parents[2]
FOX = 9780140328721
MANY = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(FOX, "Fantastic \x1b[2J\x9b2J Mr. Fox", authors=("Roald Dahl",), published_year=1988)
    shelf.close()
    return shelf


def command_line(shelf: Shelf, *words: str) -> list[str]:
    return [sys.executable, "-m", "crawler", *words, "--db", str(shelf.path)]


def on_a_terminal(shelf: Shelf, *words: str, **environment: str) -> str:
    """What the command writes to a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    env = os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"} | environment
    with subprocess.Popen(
        command_line(shelf, *words), cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, env=env
    ) as process:
        os.close(theirs)
        seen = b""
        try:
            while more := os.read(ours, 65536):
                seen += more
        except OSError:  # how Linux says that the other end of a terminal is closed
            pass
        os.close(ours)
    assert process.returncode == 0, seen
    return seen.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("form", [(), ("--csv",), ("--jsonl",), ("--json",)])
def test_a_reader_that_has_enough_ends_the_command_quietly(
    shelf: Shelf, form: tuple[str, ...]
) -> None:
    with subprocess.Popen(
        command_line(shelf, "sql", MANY, *form),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_in_a_sentence(shelf: Shelf) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command_line(shelf, "search"),
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert b"standard output can't be written: No space left on device\n" in done.stderr


def test_on_a_terminal_a_search_is_a_table_with_a_header(shelf: Shelf) -> None:
    header, line, _ = STYLE.sub("", on_a_terminal(shelf, "search", "fox")).split("\n")
    assert header.split() == ["ISBN", "Title", "Authors", "Year", "Publisher"]
    assert line.startswith("9780140328721  Fantastic \N{REPLACEMENT CHARACTER}[2J")


@pytest.mark.parametrize(
    "words",
    [("search",), ("search", "--csv"), ("search", "--json"), ("show", str(FOX)),
     ("sql", "select title from books"), ("sql", "select title from books", "--csv")],
)  # fmt: skip
def test_no_control_of_a_title_reaches_the_terminal(shelf: Shelf, words: tuple[str, ...]) -> None:
    text = STYLE.sub("", on_a_terminal(shelf, *words))
    assert "Mr. Fox" in text
    assert "\x1b" not in text
    assert "\x9b" not in text


def test_no_color_is_honoured(shelf: Shelf) -> None:
    def colours(text: str) -> list[str]:
        return re.findall(r"\x1b\[(?:3|4|9|10)[0-9]", text)

    assert not colours(on_a_terminal(shelf, "show", str(FOX), NO_COLOR="1"))


def test_a_table_shows_the_first_rows_and_says_so(shelf: Shelf) -> None:
    text = on_a_terminal(shelf, "sql", f"{MANY} limit 1500")
    assert "these are the first 1000 rows; --csv or --jsonl prints all" in text
    assert "\n1000\n" in text
    assert "\n1001\n" not in text


def test_a_table_of_books_that_is_cut_short_tells_of_no_other_books(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "many.db")
    for isbn in range(1, 1011):
        shelf.add(isbn, "Fox", indexed=False)
    shelf.close()
    text = on_a_terminal(shelf, "search", "--limit", "2000")
    assert "these are the first 1000 rows" in text
    assert "the first 2000" not in text


def test_a_terminal_too_narrow_for_a_table_shows_all_its_cells(shelf: Shelf) -> None:
    query = "select 7777 as published_precision, 8888 as another_long_heading"
    text = on_a_terminal(shelf, "sql", query, COLUMNS="20")
    assert "7777" in text
    assert "8888" in text


def test_a_narrow_terminal_shows_all_of_the_last_runs(shelf: Shelf) -> None:
    with closing(sqlite3.connect(shelf.path, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO runs (id, command, options, pid, started_at, ended_at, found, calls) "
            "VALUES (417, 'crawl', ?, 1, '2026-11-20T10:00:00Z', ?, 123456, 98765)",
            ('{"sandbox": true, "base_url": ""}', "2026-11-20T11:00:00Z"),
        )
    text = on_a_terminal(shelf, "status", COLUMNS="40")
    for told in ("417", "2026-11-20 10:00", "123,456", "98,765"):
        assert told in text
