"""Names of files with all that a file's name may hold: input and database are found by them."""

import asyncio
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.catalog.database import open_catalog
from crawler.catalog.standing import count_states
from crawler.library.inputs import reopen
from crawler.names import as_cell, for_shell, from_cell, shown
from crawler.seed import Reason, Rejected
from crawler.store.base import InputRecord
from crawler.store.sqlite import open_store
from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.in_process import InProcess
from tests.faults.trial import assert_spoke_plainly

NAMES = [
    "new\nline", "tab\tescape\x1b[31mbell\a", " spaces ", "--dashes", "-", "a'quote\"$(x)`y`\\z",
    "#hash?query=1%41&mode=ro", "file:x?mode=memory", ":memory:", os.fsdecode(b"caf\xe9"),
    os.fsdecode(b"\xff\xfe\x80"), "café", "\u202eright to left", "n" * 240,
]  # fmt: skip
AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def program(tmp_path: Path) -> InProcess:
    home = tmp_path / "home"
    home.mkdir()
    return InProcess(home)


def test_input_is_read_by_any_name_and_told_so_that_a_terminal_can_show_it(
    program: InProcess, api: Api, account: Account
) -> None:
    books = isbns(len(NAMES))
    for name, isbn in zip(NAMES, books, strict=True):
        (program.home / name).write_text(f"{isbn}\nnot an ISBN\n")
    files = [f"./{name}" for name in NAMES]
    ended = program.run("crawl", "--base-url", api.url, "--rate", "0", "-vv", "--", *files)
    assert ended.code == 0, ended.err
    assert program.database.states() == api.verdicts(books)
    told = [program.run("check", *form, "--", *files) for form in ([], ["--seeds"], ["--json"])]
    told += [program.run("check", f"./{name}", "gone") for name in NAMES]
    for each in (ended, *told):
        assert_spoke_plainly(each)
        assert each.err.replace("\n", "").isprintable()
        assert "\x1b" not in each.out
    account("input", "odd names", "file", times=len(NAMES), lost=0)


@pytest.mark.parametrize("name", NAMES)
async def test_a_file_that_was_not_read_to_its_end_is_found_again_by_its_name(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_text(f"{isbns(1)[0]}\n")
    record = InputRecord(str(file), column=name)
    async with open_store(tmp_path / "books.db") as store:
        await store.begin_input(1, record)
        await store.add(1, "google", [], [Rejected(record.file, 1, "x", Reason.NOT_AN_ISBN)])
    async with open_store(tmp_path / "books.db") as store:
        assert await store.unread_inputs() == [record]
        reopened, gone = reopen([InputRecord(record.file)])
        for opened in reopened.values():
            assert sum(len(batch.seeds) for batch in opened.batches()) == 1
        assert gone == []
        await store.end_input(record.file, at=AT)
        assert await store.unread_inputs() == []


@pytest.mark.parametrize("name", NAMES)
def test_a_database_is_the_file_of_its_name_whatever_that_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async def make() -> None:
        async with open_store(Path(name)):
            pass

    monkeypatch.chdir(tmp_path)
    asyncio.run(make())
    assert name in {path.name for path in tmp_path.iterdir()}
    with open_catalog(Path(name)) as catalog:
        assert sum(count_states(catalog).values()) == 0


@pytest.mark.parametrize("name", by_effort(NAMES[:1] + NAMES[5:10], NAMES[:3] + NAMES[5:]))
def test_the_command_that_goes_on_names_the_database_as_a_shell_needs_it(
    program: InProcess, api: Api, name: str
) -> None:
    file = program.write("isbns.txt", isbns(2))
    asking = ("--base-url", api.url, "--rate", "0", "--limit", "1")
    ended = program.run("crawl", *asking, "--db", name, file)
    assert f"--db {for_shell(name)}" in ended.go_on_with
    told = program.run("status", "--db", name).out
    assert without_blanks(f"--db {for_shell(name)} --base-url {api.url}`") in without_blanks(told)


def without_blanks(text: str) -> str:
    """As it is before a terminal's width breaks it into lines."""
    return "".join(text.split())


def test_words_for_a_shell_come_out_of_it_as_they_went_in() -> None:
    printing = f"printf '%s\\0' {' '.join(map(for_shell, NAMES))}"
    printed = subprocess.run(["bash", "-c", printing], capture_output=True, check=True).stdout
    assert printed == b"".join(os.fsencode(f"{name}\0") for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_out_of_the_database_as_it_went_in(name: str) -> None:
    assert from_cell(as_cell(name)) == name
    shown(name).encode()
