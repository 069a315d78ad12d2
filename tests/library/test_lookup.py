"""Single books for programs: from the database where it has them."""

import asyncio
import gc
import weakref
from pathlib import Path

import pytest

import crawler
from crawler.sandbox import SandboxOptions, serve
from tests.acceptance.books import isbns
from tests.acceptance.database import Database

BOOKS = isbns(12)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


def nothing_is_made(db: Path) -> bool:
    return not any(db.parent.iterdir())


async def test_books_come_in_the_order_asked_and_none_where_there_is_none(db: Path) -> None:
    wanted = [*reversed(BOOKS), BOOKS[0]]
    books = await crawler.lookup(wanted, db=db, sandbox=True)
    states = Database(db).states()
    assert [book and book.isbn13 for book in books] == [
        isbn if states[isbn] == "found" else None for isbn in wanted
    ]
    assert {"found", "missing"} == set(states.values())


async def test_what_the_database_knows_is_asked_of_nobody(db: Path) -> None:
    first = await crawler.lookup(BOOKS, db=db, sandbox=True)
    assert await crawler.lookup(BOOKS, db=db) == first  # without a key no call could be made
    assert await crawler.lookup([], db=db) == []


async def test_tasks_that_look_up_at_the_same_time_ask_one_after_the_other_and_once(
    db: Path,
) -> None:
    lookups = (crawler.lookup([isbn], db=db, sandbox=True) for isbn in BOOKS * 2)
    answers = await asyncio.gather(*lookups)
    assert answers[: len(BOOKS)] == answers[len(BOOKS) :]
    assert Database(db).rows("SELECT count(*), sum(calls) FROM runs") == [(len(BOOKS), len(BOOKS))]


async def test_what_can_not_be_asked_for_now_is_an_error_and_what_was_answered_is_kept(
    db: Path,
) -> None:
    async with serve(SandboxOptions()) as url:
        with pytest.raises(
            crawler.StoppedEarly, match=r"stopped early: .*the same look-up goes on"
        ):
            await crawler.lookup(BOOKS, db=db, base_url=url, rate=0, daily_quota=2, group=1)
    assert len(Database(db).settled()) == 2


async def test_a_text_that_is_no_isbn_is_refused_before_anything_is_asked(db: Path) -> None:
    with pytest.raises(crawler.WrongUse, match="'9780140328722' is no ISBN"):
        await crawler.lookup([BOOKS[0], "9780140328722"], db=db, sandbox=True)
    assert nothing_is_made(db)


async def test_a_name_that_the_system_refuses_is_told_of_the_database(db: Path) -> None:
    unspeakable = db.with_name("x" * 300)
    for asked in (
        crawler.lookup(BOOKS, db=unspeakable, sandbox=True),
        crawler.crawl(db=unspeakable),
    ):
        with pytest.raises(
            crawler.DatabaseUnusable, match=r"can't be opened \(File name too long\)"
        ):
            await asked


def test_nothing_of_a_loop_that_has_ended_is_kept(db: Path) -> None:
    async def look_up_twice() -> "weakref.ref[asyncio.AbstractEventLoop]":
        lookups = (crawler.lookup([isbn], db=db, sandbox=True) for isbn in BOOKS[:2])
        await asyncio.gather(*lookups)
        return weakref.ref(asyncio.get_running_loop())

    loop = asyncio.run(look_up_twice())
    gc.collect()
    assert loop() is None


async def test_a_crawl_of_the_same_program_is_not_called_another_process(db: Path) -> None:
    refusals: list[crawler.DatabaseUnusable] = []
    begun = asyncio.Event()

    async def look_up() -> None:
        await begun.wait()
        with pytest.raises(crawler.DatabaseUnusable) as refused:
            await crawler.lookup(["9780306406157"], db=db, sandbox=True)
        refusals.append(refused.value)

    async with asyncio.TaskGroup() as group:
        group.create_task(look_up())
        await crawler.crawl(BOOKS, db=db, sandbox=True, rate=10, progress=lambda _: begun.set())
    (refusal,) = refusals
    assert "books.db is being crawled by another crawl: wait for it" in str(refusal)
