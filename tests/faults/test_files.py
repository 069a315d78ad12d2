"""Files of ISBNs as nobody should make them, and files that change while they are read."""

import gzip
import os
import socket
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from crawler.reader import open_inputs
from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.in_process import InProcess
from tests.faults.trial import Trial, assert_spoke_plainly
from tests.reader.reading import read

BOOK = isbns(1)[0]
UNREADABLE = 2

ENTITIES = (
    f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{BOOK}">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><x>&i;</x>"
)
"""A billion ISBNs to a reader that puts in what it stands for."""


def packed(content: bytes, name: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


WORDS = b"a list of books\n" * 10

REFUSED: dict[str, tuple[bytes, str]] = {
    "a workbook that unpacks to 20 MB": (
        packed(bytes(20 << 20), "xl/worksheets/sheet1.xml"), "an Excel workbook"
    ),
    "an OpenDocument table with entities": (
        packed(ENTITIES.encode(), "content.xml"), "an Excel workbook or a ZIP archive"
    ),
    "NUL bytes without end": (gzip.compress(bytes(20 << 20)), "a binary file"),
    "NUL after NUL": (b"\0" * 1000, "a binary file"),
    "200,000 lists in lists": (b"[" * 200_000, "no JSON, from line 1 on"),
    "200,000 objects in objects": (b'{"isbn":' * 200_000, "no JSON, from line 1 on"),
}  # fmt: skip

ODD: dict[str, bytes] = {
    "XML with entities": ENTITIES.encode(),
    "NUL bytes in a line": WORDS + f"\0{BOOK[:3]}\0-{BOOK[3:]}\0\n".encode(),
    "a blank line of 20 MB": b" " * (20 << 20) + BOOK.encode(),
    "a gzip that unpacks to 20 MB": gzip.compress(
        b"\n" * (1 << 20) + b" " * (19 << 20) + BOOK.encode()
    ),
    "a million quotes": b'isbn,title\n"' + b'""' * 500_000 + f'"\n{BOOK},x\n'.encode(),
    "a million cells": b"isbn" + b"," * 1_000_000 + f"\n{BOOK}".encode() + b"," * 1_000_000,
    "200,000 lists in lists below a key": (
        f'[{{"isbn": "{BOOK}"}}, {{"x": '.encode() + b"[" * 200_000 + b"]" * 200_000 + b"}]"
    ),
    "control characters": WORDS + f"\x07{BOOK}\x1b[0m\r\n\x1b]0;title\x07".encode(),
}  # fmt: skip


@pytest.fixture
def program(tmp_path: Path) -> InProcess:
    home = tmp_path / "home"
    home.mkdir()
    return InProcess(home)


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_isbns_is_refused_in_a_sentence(
    program: InProcess, account: Account, name: str
) -> None:
    content, told = REFUSED[name]
    (program.home / "given").write_bytes(content)
    ended = program.run("check", "given")
    assert ended.code == UNREADABLE
    assert_spoke_plainly(ended)
    assert told in ended.err
    account("input", "bombs, nesting without end, NUL bytes", "file", times=1, lost=0)


@pytest.mark.parametrize("name", ODD)
def test_an_isbn_is_found_wherever_it_stands(account: Account, name: str) -> None:
    result = read(ODD[name])
    assert [str(isbn) for isbn in result.isbns] == [BOOK]
    account("input", "an ISBN among the like of these", "file", times=1, lost=0)


LARGE = by_effort(10, 200)
LITTLE_MEMORY = 16_000_000
"""In bytes: a cell may have two million characters, of which `csv` holds each in four bytes."""

MEGABYTES: dict[str, bytes] = {
    "lines joined by quotes without end": b";".join([b"x" * 100_000] * 10) + b';"\n";',
    "a line of letters without end": b"x" * 1_000_000,
}


@pytest.mark.parametrize("name", MEGABYTES)
def test_of_what_is_rejected_no_more_is_held_than_tells_what_it_is(
    account: Account, name: str
) -> None:
    content = f"isbn;title\n{BOOK};x\n".encode() + MEGABYTES[name] * LARGE
    read(BOOK.encode())  # what it imports is not counted
    tracemalloc.start()
    try:
        assert len(read(content).rejects) > LARGE / 2
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < LITTLE_MEMORY
    account("input", f"{name}, {LARGE} MB", "file", times=1, lost=0)


def test_a_name_that_leads_to_no_file_is_told(program: InProcess, account: Account) -> None:
    names = {
        "/dev/null": "is empty",
        "/dev/zero": "is a binary file",
        "loop": "symbolic links",
        "folder": "is a directory",
        "socket": "can't be opened",
        "gone": "does not exist",
        "": "the name of a file is empty",
        "n" * 300: "File name too long",
    }
    (program.home / "loop").symlink_to("loop")
    (program.home / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(program.home / "socket"))
    for name, told in names.items():
        ended = program.run("check", name)
        assert ended.code == UNREADABLE
        assert_spoke_plainly(ended)
        assert told in ended.err
    account("input", "devices, loops, folders, sockets", "open", times=len(names), lost=0)


def test_a_file_that_changes_between_runs_loses_nothing_and_asks_nothing_twice(
    program: InProcess, api: Api, account: Account
) -> None:
    first, second, third = isbns(10), isbns(15), isbns(3, seed=1)
    file = program.home / program.write("isbns.txt", first)
    trial = Trial(program, api, file.name, ("--limit", "4"))
    trial.crawl(0)
    program.write(file.name, second)
    trial.crawl(0)
    program.write(file.name, first[:2])
    trial.crawl(0)
    file.unlink()
    gone = trial.crawl(UNREADABLE)
    assert "does not exist" in gone.err
    program.write(file.name, third)
    trial.crawl(0)
    assert program.run("resume", "--base-url", api.url, "--rate", "0").code == 0
    assert program.database.isbns() == [*second, *third]
    assert sorted(api.asked()) == sorted([*second, *third])
    assert program.database.states() == api.verdicts([*second, *third])
    how = "grows, shrinks, is deleted, replaced"
    account("input", "a file that changes between runs", how, times=4, lost=trial.lost)


MANY = isbns(30_000)


def grow(file: Path) -> None:
    with file.open("a") as appended:
        appended.write(f"{isbns(1, seed=1)[0]}\n")


def shrink(file: Path) -> None:
    os.truncate(file, 100)


def replace(file: Path) -> None:
    file.with_name("other").write_text("another list\n")
    file.with_name("other").rename(file)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (grow, len(MANY) + 1),
        (shrink, None),
        (Path.unlink, len(MANY)),
        (replace, len(MANY)),
    ],
)
def test_a_file_that_changes_while_it_is_read_gives_what_was_there(
    tmp_path: Path, account: Account, change: Callable[[Path], None], named: int | None
) -> None:
    file = tmp_path / "isbns.txt"
    file.write_text("".join(f"{isbn}\n" for isbn in MANY))
    with open_inputs([str(file)], stdin=BytesIO()) as opened:
        batches = opened.batches()
        seeds = len(next(batches).seeds)
        change(file)
        seeds += sum(len(batch.seeds) for batch in batches)
        assert opened.troubles == []
    assert seeds == named or (named is None and 0 < seeds < len(MANY))
    how = "grows, shrinks, is deleted, replaced"
    account("input", "a file that changes while it is read", how, times=1, lost=0)
