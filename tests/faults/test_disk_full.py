"""Nothing more can be written: the crawl ends in a sentence, and goes on when there is room."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random
from shutil import which
from threading import Timer

import aiosqlite
import pytest
from msgspec import Struct

import crawler.store.sqlite
from crawler.fetch.quota import BLOCK_S
from crawler.store.connection import connect
from tests.acceptance.api import Api, sandbox
from tests.faults.account import Account
from tests.faults.attempt import HALF, IN_HAND, SLOW, WORKERS, Attempt, fresh, half_done
from tests.faults.effort import LONG, by_effort
from tests.faults.in_process import leaves_input_open
from tests.faults.small_disk import make_room, small_disk
from tests.faults.syscalls import injecting
from tests.faults.trial import assert_spoke_plainly

pytestmark = leaves_input_open

FULL = "books.db: the disk is full: make room, then run the same command again"
REFUSED = "books.db: the system refuses to write it: check your quota of the disk"
BROKEN = "books.db: the disk fails to read or write it: check the disk"

PATIENCE_S = 10.0
"""A commit is tried twice, for five seconds each."""

BEGINS_S = 0.05
"""When another program begins to write."""

only_in_a_soak = pytest.mark.skipif(not LONG, reason="it takes 15 seconds")


class Refusal(Struct, frozen=True):
    """What the system says to a call on the database or its log, and what is told of it."""

    call: str
    error: str
    said: str
    calls: int
    """So many of them a crawl makes at least."""


REFUSALS = (
    Refusal("pwrite64", "ENOSPC", FULL, 600),
    Refusal("pwrite64", "EDQUOT", REFUSED, 600),
    Refusal("pwrite64", "EROFS", REFUSED, 600),
    Refusal("pwrite64", "EIO", REFUSED, 600),
    Refusal("fdatasync", "EIO", BROKEN, 60),
    Refusal("pread64", "EIO", "the disk fails to read", 60),
)
REFUSED_TIMES = by_effort(1, 12)
"""Of each kind: some call and all that follow, or some call only."""


def limit_pages(patch: pytest.MonkeyPatch, pages: int) -> None:
    """Of the database; SQLite then says what it says when the disk is full."""

    @asynccontextmanager
    async def connect_and_limit(path: Path) -> AsyncIterator[aiosqlite.Connection]:
        async with connect(path) as db:
            await db.execute(f"PRAGMA max_page_count = {pages}")
            yield db

    patch.setattr(crawler.store.sqlite, "connect", connect_and_limit)


def test_a_database_that_may_not_grow_ends_the_crawl_wherever_it_is(
    tmp_path: Path, api: Api, account: Account
) -> None:
    stopped = lost = 0
    for pages in range(1, 80, by_effort(11, 1)):
        crawl = fresh(tmp_path / str(pages), api)
        with pytest.MonkeyPatch.context() as patch:
            limit_pages(patch, pages)
            ended = crawl.trial.crawl(0, 4)
        crawl.assert_whole_or_told(ended, FULL)
        stopped += ended.code == 4
        crawl.finish()
        lost += crawl.trial.lost
    assert stopped > 1
    account("disk", "full", "PRAGMA max_page_count", times=stopped, lost=lost)


def test_a_disk_that_is_full_ends_the_crawl_wherever_it_is(
    tmp_path: Path, api: Api, account: Account
) -> None:
    stopped = lost = 0
    for kilobytes in range(24, 480, by_effort(84, 6)):
        folder = tmp_path / str(kilobytes)
        folder.mkdir()
        with small_disk(folder / "home", kilobytes):
            crawl = fresh(folder, api)
            ended = crawl.trial.program.run(*crawl.trial.command)
            stopped += ended.code == 4
            make_room(crawl.trial.program.home)
            crawl.trial.look(ended, 0, 4)
            crawl.assert_whole_or_told(ended, FULL)
            crawl.finish()
            lost += crawl.trial.lost
    assert stopped > 3
    account("disk", "full", "small tmpfs", times=stopped, lost=lost)


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.call} {refusal.error}")
def test_what_the_disk_refuses_is_told_and_stops_the_calls(
    tmp_path: Path, refusal: Refusal, chance: Random, account: Account
) -> None:
    with sandbox(tmp_path, SLOW) as api:
        for number in range(REFUSED_TIMES):
            crawl = fresh(tmp_path / str(number), api)
            first, once = chance.randint(1, refusal.calls), chance.random() < 0.5
            refuse(crawl, refusal, first=first, once=once)
            crawl.finish()
            how = f"strace inject {refusal.call}"
            account("disk", refusal.error, how, times=1, lost=crawl.trial.lost)


def refuse(crawl: Attempt, refusal: Refusal, *, first: int, once: bool) -> None:
    """Refuse the call once, or from then on; an answer that is there is stored if it can be."""
    program, asked = crawl.trial.program, len(crawl.trial.api.calls())
    fault = f"{refusal.call}:error={refusal.error}:when={first}{'' if once else '+'}"
    program.under = injecting(fault, into=(crawl.database, crawl.beside("-wal")))
    ended = program.run(*crawl.trial.command)
    program.under = ()
    assert_spoke_plainly(ended)
    crawl.trial.look(None)
    crawl.assert_whole_or_told(ended, refusal.said)
    answered = len(crawl.trial.api.calls()) - asked
    assert answered - len(crawl.settled()) <= (WORKERS if once else IN_HAND)


@pytest.mark.skipif(which("prlimit") is None, reason="there is no prlimit (Debian: util-linux)")
def test_a_file_that_has_come_to_its_largest_size_is_told_as_such(
    tmp_path: Path, api: Api, account: Account
) -> None:
    stopped = lost = 0
    for size in range(20_000, 250_000, by_effort(110_000, 9_000)):
        crawl = fresh(tmp_path / str(size), api)
        crawl.trial.program.under = ("prlimit", f"--fsize={size}")
        ended = crawl.trial.crawl(0, 4)
        crawl.trial.program.under = ()
        crawl.assert_whole_or_told(ended, REFUSED)
        stopped += ended.code == 4
        crawl.finish()
        lost += crawl.trial.lost
    assert stopped > 1
    account("disk", "largest size of a file", "RLIMIT_FSIZE", times=stopped, lost=lost)


@pytest.mark.parametrize(
    ("held_s", "rate"), [(0.3, 300), pytest.param(15.0, 20, marks=only_in_a_soak)]
)
def test_another_program_that_writes_is_waited_for_a_while_and_not_for_ever(
    tmp_path: Path, held_s: float, rate: int, account: Account
) -> None:
    with sandbox(tmp_path, SLOW) as api:
        crawl = half_done(tmp_path, api)
        with closing(sqlite3.connect(crawl.database, check_same_thread=False)) as other:
            Timer(BEGINS_S, other.execute, ["BEGIN IMMEDIATE"]).start()
            release = Timer(BEGINS_S + held_s, other.rollback)
            release.start()
            ended = crawl.trial.program.run(*crawl.trial.command, "--rate", str(rate))
            release.cancel()
        crawl.trial.look(ended, 0, 4)
        crawl.assert_whole_or_told(ended, "books.db: another program is writing to it: end that")
        # No more calls leave than were counted before, since counting has to wait as well.
        counted = round(rate * BLOCK_S)
        assert len(api.calls()) <= len(crawl.settled()) - len(HALF) + counted + 2 * WORKERS
        assert (ended.code == 4) == (held_s > PATIENCE_S)
        crawl.finish()
    account("disk", "database locked by another program", "SQL", times=1, lost=crawl.trial.lost)
