"""Nobody gets in: what is made is its owner's, links lead nowhere, ports are loopback's."""

import asyncio
import os
import re
import socket
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from crawler.catalog.export import export_books
from crawler.catalog.rows import BookRow
from crawler.errors import DatabaseUnusable, WrongUse
from crawler.sandbox import SandboxOptions, serve
from crawler.store.sqlite import open_store
from tests.acceptance.api import Api
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl, ending, wait_until
from tests.faults.account import Account


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """Of all in the folder and below, by name."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


@pytest.mark.parametrize(("mask", "file"), [(0o022, 0o640), (0o077, 0o600)])
def test_what_is_made_is_for_its_owner_and_as_the_owner_says_for_the_group(
    program: Bookcrawl, api: Api, account: Account, mask: int, file: int
) -> None:
    names = program.write("isbns.txt", isbns(9))
    state = program.home / "state"
    asking = ("crawl", "--base-url", api.url, "--rate", "20", names)
    with (
        umask(mask),
        program.start(
            *asking, GOOGLE_BOOKS_API_KEY="a-key-of-a-test", XDG_STATE_HOME=str(state)
        ) as process,
    ):
        wait_until(lambda: len(api.answered()) > 2, process)
        made = modes(program.home)
        assert ending(process).code == 0
    with umask(mask):
        assert program.run("export", "books.csv").code == 0
    made |= modes(program.home)
    assert made.pop("isbns.txt")
    assert made.pop("bookcrawl") == 0o700
    assert made.pop("state") & 0o007 == 0
    beside = {"books.db-wal", "books.db-shm", "books.db.lock"}
    assert made.keys() >= {"books.db", "quota.db", "books.csv", *beside}
    assert set(made.values()) == {file}, made
    account("security", "others look at what was made", "modes", times=len(made), lost=0)


def test_files_that_were_there_keep_their_modes(program: Bookcrawl, api: Api) -> None:
    names = program.write("isbns.txt", isbns(3))
    for name in ("books.db", "books.csv"):
        (program.home / name).touch()
        (program.home / name).chmod(0o604)
    assert program.run("crawl", "--base-url", api.url, "--rate", "0", names).code == 0
    assert program.run("export", "books.csv").code == 0
    assert modes(program.home)["books.db"] == 0o604
    assert modes(program.home)["books.csv"] == 0o604


async def test_as_a_library_it_leaves_the_umask_alone(tmp_path: Path) -> None:
    with umask(0o022):
        async with open_store(tmp_path / "books.db"):
            pass
        assert os.umask(0o022) == 0o022
    assert modes(tmp_path)["books.db"] == 0o644


async def test_a_link_in_the_place_of_the_lock_is_not_followed(
    tmp_path: Path, account: Account
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")
    (tmp_path / "books.db.lock").symlink_to(precious)
    with pytest.raises(DatabaseUnusable, match="can't be locked"):
        async with open_store(tmp_path / "books.db"):
            pass
    assert precious.read_text() == "kept"
    account("security", "a link in the place of the lock", "symlink", times=1, lost=0)


def test_nobody_can_tell_where_an_export_is_being_written(tmp_path: Path, account: Account) -> None:
    seen: list[str] = []

    def look(_books: Iterable[BookRow], _out: BinaryIO) -> int:
        seen.extend(path.name for path in tmp_path.iterdir())
        return 0

    for name in ("a.csv", "b.csv"):
        export_books((), tmp_path / name, look)
    first, second = (name for name in seen if name.endswith(".part"))
    assert first != second
    assert re.fullmatch(r"\.bookcrawl-[0-9a-f]{16}\.part", first)
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv", "b.csv"}
    account("security", "a name of a file known beforehand", "folder", times=2, lost=0)


def test_a_link_that_leads_to_itself_is_no_place_for_an_export(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to("b.csv")
    (tmp_path / "b.csv").symlink_to("a.csv")
    with pytest.raises(WrongUse, match=r"a\.csv can't be written"):
        export_books((), tmp_path / "a.csv", lambda _books, _out: 0)


def listens_at(address: str, port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(5)
        return client.connect_ex((address, port)) == 0


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="127.0.0.2 is an address on Linux")
def test_the_sandbox_listens_on_loopback_unless_told_otherwise(
    program: Bookcrawl, account: Account
) -> None:
    with program.start("sandbox") as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode()
        port = int(url.split(":")[2].split("/")[0])
        assert url.startswith("http://127.0.0.1:")
        assert listens_at("127.0.0.1", port)
        # An address of this machine too: a server for all addresses would answer.
        assert not listens_at("127.0.0.2", port)
        process.terminate()
        ending(process)
    account("security", "the sandbox called from elsewhere", "connect", times=1, lost=0)


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /books/v1/volumes?q=" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST /books/v1/volumes HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b"\x16\x03\x01 no HTTP at all\r\n\r\n",
    ],
    ids=["address", "header", "body", "garbage"],
)
async def test_the_sandbox_takes_no_request_without_end(
    request_head: bytes, account: Account
) -> None:
    async with serve(SandboxOptions()) as url:
        port = int(url.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_head)
        status = await reader.readline()
        assert status.split()[1] in {b"400", b"405", b"414"}, status
        writer.close()
    account("security", "requests without end to the sandbox", "socket", times=1, lost=0)
