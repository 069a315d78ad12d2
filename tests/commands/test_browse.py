import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from crawler.commands.browse import command
from crawler.errors import DatabaseUnusable, WrongUse
from tests.acceptance.driver import PATIENCE_S, ROOT, Process, wait_until
from tests.catalog.browsing import browses
from tests.catalog.shelf import Shelf

pytestmark = browses


@pytest.fixture(autouse=True)
def nothing_is_left_to_others() -> Iterator[None]:
    """What Datasette does not close, before a test that is stricter comes."""
    yield
    gc.collect()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "books.db")
    shelf.close()
    return shelf


@contextmanager
def started(*arguments: str | Path, **environment: str) -> Iterator[Process]:
    with subprocess.Popen(
        [sys.executable, "-m", "crawler", "browse", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_serves_and_ends_cleanly_when_it_is_stopped(
    shelf: Shelf, number: signal.Signals
) -> None:
    with started("--no-open", "--db", shelf.path) as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        assert url.startswith("http://127.0.0.1:")
        with urlopen(url) as answer:  # noqa: S310 - loopback
            assert b"books.db" in answer.read()
        process.send_signal(number)
        rest, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert rest == b""
    assert told == b"it is only read; Ctrl-C ends this\n"


def test_what_is_no_request_is_not_told_on_the_terminal(shelf: Shelf) -> None:
    with started("--no-open", "--db", shelf.path) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().decode().strip().rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"hello\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=PATIENCE_S)
    assert told == b"it is only read; Ctrl-C ends this\n"


def test_a_facet_that_there_is_not_is_not_told_on_the_terminal(shelf: Shelf) -> None:
    with started("--no-open", "--db", shelf.path) as process:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        with pytest.raises(HTTPError, match="400"):
            urlopen(f"{url}bookcrawl/books?_facet=nonsense")  # noqa: S310 - loopback
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=PATIENCE_S)
    assert told == b"it is only read; Ctrl-C ends this\n"


def test_it_opens_a_browser_unless_told_not_to(shelf: Shelf, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{opened}"\n')
    browser.chmod(0o755)
    with started("--db", shelf.path, BROWSER=f"{browser} %s") as process:
        assert process.stdout is not None
        url = process.stdout.readline()
        wait_until(lambda: opened.exists() and opened.read_bytes() == url, process)


def test_a_port_that_is_taken_is_told_in_a_sentence(shelf: Shelf) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        arguments = ["--no-open", "--port", port, "--db", str(shelf.path)]
        with pytest.raises(WrongUse, match=f"port {port}.*choose another --port"):
            command.main(arguments, standalone_mode=False)


def test_without_datasette_it_says_what_to_install(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasette", None)
    with pytest.raises(WrongUse, match=r"browse needs datasette.*pip install '\.\[browse\]'"):
        command.main(["--no-open", "--db", str(shelf.path)], standalone_mode=False)


def test_a_file_that_is_no_database_of_ours_is_told_in_a_sentence(tmp_path: Path) -> None:
    foreign = tmp_path / "books.db"
    foreign.write_bytes(b"isbn\n9780140328721\n" * 100)
    with pytest.raises(DatabaseUnusable):
        command.main(["--no-open", "--db", str(foreign)], standalone_mode=False)
