import gzip
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

import pytest
from click.testing import CliRunner, Result

from crawler.commands.enrich import command
from crawler.errors import DatabaseUnusable, InputUnreadable, WrongUse
from tests.catalog.shelf import Shelf
from tests.faults.hostile_texts import MEANINGFUL, obeyed
from tests.faults.screen import on_a_terminal

ROOT = Path(__file__).parents[2]
FOX, MATILDA, FAILED, PENDING = 9780140328721, 9780142410387, 9780439554930, 9780439023481
FOUND = f"{FOX},1,Fantastic Mr. Fox,{FOX},found\n".encode()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """With its writer at work, as during a crawl."""
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(FOX, "Fantastic Mr. Fox")
    shelf.note(FAILED, "failed", reason="http_503")
    shelf.note(PENDING, "pending")
    shelf.connection.execute("BEGIN IMMEDIATE")
    shelf.note(MATILDA, "pending")
    yield shelf
    shelf.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(f"isbn,n\n{FOX},1\n", encoding="utf-8")
    return path


def enrich(shelf: Shelf, *arguments: str | Path, stdin: str | None = None) -> Result:
    words = [*map(str, arguments), "--add", "title", "--db", str(shelf.path)]
    return CliRunner().invoke(command, words, input=stdin)


def test_the_file_is_written_whole_and_said_is_what_came_out(
    shelf: Shelf, table: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    result = enrich(shelf, table, "-o", out)
    assert result.exit_code == 0
    assert out.read_bytes().endswith(b"\n" + FOUND)
    assert result.stdout == ""
    assert result.stderr == f"1 row to {out}: 1 found\n"


@pytest.mark.parametrize("out", [(), ("-o", "-")])
def test_without_a_file_to_write_it_goes_to_standard_output(
    shelf: Shelf, table: Path, out: tuple[str, ...]
) -> None:
    result = enrich(shelf, table, *out)
    assert result.stdout_bytes.endswith(b"\n" + FOUND)
    assert result.stderr == "1 row to standard output: 1 found\n"


def test_a_list_may_come_by_standard_input(shelf: Shelf) -> None:
    result = enrich(shelf, "-", stdin=f"{FOX}\n{MATILDA}\n")
    assert result.stdout.splitlines() == [
        f"{FOX},Fantastic Mr. Fox,{FOX},found",
        f"{MATILDA},,{MATILDA},not_asked",
    ]


@pytest.mark.parametrize(
    ("rows", "words", "hint"),
    [
        ((MATILDA, PENDING, FAILED), "1 failed, 1 pending, 1 not_asked", "crawl {file} --column 1"),
        ((FOX, PENDING, FAILED), "1 found, 1 failed, 1 pending", "resume"),
        ((FOX, FAILED), "1 found, 1 failed", "retry --failed"),
    ],
)
def test_the_next_command_is_named(
    shelf: Shelf, table: Path, rows: tuple[int, ...], words: str, hint: str
) -> None:
    table.write_text("isbn,n\n" + "".join(f"{isbn},1\n" for isbn in rows))
    counted, told = enrich(shelf, table, "--column", "1").stderr.splitlines()
    assert counted == f"{len(rows)} rows to standard output: {words}"
    assert f"{hint.format(file=table)} --db {shelf.path}`" in told


def test_rejected_rows_are_counted_by_reason_and_check_is_named(shelf: Shelf, table: Path) -> None:
    table.write_text(f"isbn,n\n{FOX},1\nabc,2\n9780140328722,3\n,\n")
    counted, told = enrich(shelf, table).stderr.splitlines()
    assert counted == "3 rows to standard output: 1 found, 1 not_an_isbn, 1 bad_check_digit"
    assert f"check {table}`" in told


def test_a_name_that_ends_in_gz_is_packed(shelf: Shelf, table: Path, tmp_path: Path) -> None:
    packed = tmp_path / "mine.csv.gz"
    packed.write_bytes(gzip.compress(table.read_bytes()))
    out = tmp_path / "out.csv.GZ"
    assert enrich(shelf, packed, "-o", out).exit_code == 0
    assert gzip.decompress(out.read_bytes()).endswith(b"\n" + FOUND)


def test_the_file_itself_is_not_written_over(shelf: Shelf, table: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.hardlink_to(table)
    for out in (table, link):
        result = enrich(shelf, table, "-o", out)
        assert isinstance(result.exception, WrongUse)
        assert "is the file that is read" in str(result.exception)


@pytest.mark.parametrize("words", ["- -o mine.csv < mine.csv", "mine.csv >> mine.csv"])
def test_nor_by_a_redirection(shelf: Shelf, table: Path, words: str) -> None:
    before = table.read_bytes()
    line = f"cd {table.parent} && exec {sys.executable} -m crawler enrich {words} --db {shelf.path}"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    shell = ["sh", "-c", line]
    ended = run(shell, env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "is the file that is read" in ended.stderr
    assert table.read_bytes() == before


def test_one_terminal_may_be_read_and_written(shelf: Shelf) -> None:
    ours, theirs = os.openpty()
    os.write(ours, f"{FOX}\n\x04".encode())
    words = [sys.executable, "-m", "crawler", "enrich", "-", "-o", "-", "--db", str(shelf.path)]
    ended = run(words, stdin=theirs, stdout=theirs, cwd=ROOT, check=False)
    os.close(theirs)
    os.close(ours)
    assert ended.returncode == 0


@pytest.mark.parametrize("out", ["x" * 300, "nowhere/out.csv"])
def test_a_name_that_no_file_can_have_is_told(
    shelf: Shelf, table: Path, tmp_path: Path, out: str
) -> None:
    result = enrich(shelf, table, "-o", tmp_path / out)
    assert isinstance(result.exception, WrongUse)
    assert "can't be written" in str(result.exception)


def test_nor_is_the_database(shelf: Shelf, table: Path) -> None:
    result = enrich(shelf, table, "-o", shelf.path)
    assert isinstance(result.exception, WrongUse)
    assert "is the database itself" in str(result.exception)


def test_trouble_on_the_way_leaves_what_was_there(
    shelf: Shelf, table: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    out.write_bytes(b"before")
    with table.open("ab") as file:
        file.write(b"x" * 300_000 + f"\n{FOX},\xe9\n".encode("latin-1"))
    result = enrich(shelf, table, "-o", out)
    assert isinstance(result.exception, InputUnreadable)
    assert out.read_bytes() == b"before"
    assert not list(tmp_path.glob(".bookcrawl-*"))


def test_what_was_replaced_and_what_stands_askew_is_said(shelf: Shelf, table: Path) -> None:
    shelf.connection.execute("UPDATE books SET title = '狐'")
    shelf.connection.execute("COMMIT")
    table.write_text(f"isbn,n\n{FOX},1\n{FOX},1,2\n")
    result = enrich(shelf, table, "--encoding", "latin-1")
    assert "2 rows got question marks for characters that iso8859-1 does not have" in result.stderr
    assert "1 row had more cells than there are columns" in result.stderr


def test_on_a_terminal_nothing_is_obeyed(shelf: Shelf, table: Path) -> None:
    shelf.connection.execute("UPDATE books SET title = ?", ("".join(MEANINGFUL),))
    shelf.connection.execute("COMMIT")
    table.write_text(f"isbn,n\n{FOX},\x1b[2J\x9b31m\n", encoding="utf-8")
    seen = on_a_terminal(["enrich", str(table), "-o", "-", "--db", str(shelf.path)])
    assert seen.code == 0
    assert not obeyed(seen.out + seen.err)
    assert len(seen.out.splitlines()) == 2


def test_on_a_terminal_a_file_has_to_be_named(shelf: Shelf, table: Path) -> None:
    seen = on_a_terminal(["enrich", str(table), "--db", str(shelf.path)])
    assert seen.code == 2
    assert seen.err == "bookcrawl: name the file to write with -o OUT; -o - prints here\n"


def test_without_a_database_the_way_to_one_is_told(table: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, [str(table), "--db", str(tmp_path / "none.db")])
    assert isinstance(result.exception, DatabaseUnusable)
    assert "bookcrawl crawl FILE" in str(result.exception)
