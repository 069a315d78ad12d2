"""How `status` tells of runs that have no end on record."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.commands.status import command
from tests.catalog.shelf import AT, Shelf

NOBODY = 2**31 - 1
"""No process has this number."""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "books.db")
    yield shelf
    shelf.close()


def ends(shelf: Shelf, *pids: int) -> list[str]:
    """What is told of runs of these processes, the newest first."""
    options = json.dumps({"sandbox": True, "base_url": ""})
    for pid in pids:
        shelf.connection.execute(
            "INSERT INTO runs (command, options, pid, started_at) VALUES ('crawl', ?, ?, ?)",
            (options, pid, AT),
        )
    told = CliRunner().invoke(command, ["--db", str(shelf.path)], catch_exceptions=False)
    return [
        next(end for end in ("running", "broken off") if end in line)
        for line in told.output.splitlines()
        if "2026-11-20" in line
    ]


def test_a_run_whose_process_is_there_is_running(shelf: Shelf) -> None:
    assert ends(shelf, os.getppid()) == ["running"]


def test_a_run_whose_process_is_gone_was_broken_off(shelf: Shelf) -> None:
    assert ends(shelf, NOBODY) == ["broken off"]


def test_a_run_before_the_last_was_broken_off_whoever_has_its_number_now(shelf: Shelf) -> None:
    assert ends(shelf, os.getppid(), os.getppid()) == ["running", "broken off"]


def test_a_run_with_the_number_of_the_process_that_asks_was_broken_off(shelf: Shelf) -> None:
    """Each container begins to number its processes anew."""
    assert ends(shelf, os.getpid()) == ["broken off"]
