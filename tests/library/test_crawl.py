"""The crawl as a library, as a notebook uses it: from a loop that runs already."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import crawler
from crawler.progress import Snapshot
from crawler.sandbox import SandboxOptions, serve
from crawler.store.sqlite import open_store
from tests.acceptance.books import isbns
from tests.acceptance.database import Database

BOOKS = isbns(40)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


def nothing_is_made(db: Path) -> bool:
    return not any(db.parent.iterdir())


async def test_isbns_become_books_and_the_summary_tells_of_it(db: Path) -> None:
    crawled = await crawler.crawl(BOOKS, db=db, sandbox=True)
    assert crawled.stopped is None
    assert crawled.input.seeds == len(BOOKS)
    assert crawled.ledger == crawled.this_run
    assert crawled.ledger.found + crawled.ledger.missing == len(BOOKS)
    assert Database(db).isbns() == BOOKS
    assert Database(db).is_sound()


async def test_an_isbn_may_be_written_in_any_way_and_what_is_none_is_rejected(db: Path) -> None:
    written: list[str | int] = [
        9780140328721,
        "0-439-02348-3",
        "978 0 590 35342 7",
        "9780140328722",
    ]
    crawled = await crawler.crawl(iter(written), db=db, sandbox=True)
    assert (crawled.input.seeds, crawled.input.rejected) == (3, 1)
    assert Database(db).rows("SELECT file, line, text FROM rejects") == [
        ("(list)", 4, "9780140328722")
    ]


async def test_a_list_that_is_given_again_costs_no_call_and_rejects_no_line_twice(
    db: Path,
) -> None:
    for calls_are_made in (True, False):
        crawled = await crawler.crawl([*BOOKS, "none"], db=db, sandbox=True)
        assert bool(crawled.calls.total) == calls_are_made
    assert len(Database(db).rows("SELECT * FROM rejects")) == 1


async def test_files_are_read_as_the_command_reads_them(tmp_path: Path, db: Path) -> None:
    table = tmp_path / "books.csv"
    table.write_text("title;isbn\n" + "".join(f"x;{isbn}\n" for isbn in BOOKS))
    crawled = await crawler.crawl(files=[table], db=db, sandbox=True)
    assert crawled.input.seeds == len(BOOKS)


async def test_without_isbns_and_files_a_crawl_is_a_resume(db: Path) -> None:
    first = await crawler.crawl(BOOKS, db=db, sandbox=True, limit=5)
    assert first.stopped is not None
    assert first.stopped.why is crawler.Stop.LIMIT
    rest = await crawler.crawl(db=db, sandbox=True)
    assert (rest.stopped, rest.ledger.pending) == (None, 0)
    assert Database(db).rows("SELECT command FROM runs") == [("crawl",), ("resume",)]


async def test_progress_is_told_and_its_last_word_is_the_end(db: Path) -> None:
    told: list[Snapshot] = []
    crawled = await crawler.crawl(BOOKS, db=db, sandbox=True, progress=told.append)
    assert told[-1].settled == len(BOOKS)
    assert told[-1].calls == crawled.calls.total


async def test_an_error_of_the_progress_ends_the_crawl_and_is_raised_as_it_is(db: Path) -> None:
    def fail(_: Snapshot) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await crawler.crawl(BOOKS, db=db, sandbox=True, progress=fail)
    async with open_store(db):  # nothing holds its lock any more
        pass


async def test_who_gives_no_key_is_told_how_a_program_gives_one(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_BOOKS_API_KEY", "of the commands")
    for asking in (crawler.crawl, crawler.lookup):
        with pytest.raises(crawler.CredentialsMissing, match="give it as key=…") as raised:
            await asking(BOOKS, db=db)
        assert "GOOGLE_BOOKS_API_KEY" not in str(raised.value)


async def test_pace_and_quota_are_those_of_the_command(db: Path) -> None:
    with pytest.raises(crawler.CredentialsMissing, match="Google Books gives calls without a key"):
        await crawler.crawl(BOOKS, db=db)
    async with serve(SandboxOptions()) as url:
        crawled = await crawler.crawl(BOOKS, db=db, base_url=url, rate=0, daily_quota=2, group=1)
    assert crawled.stopped is not None
    assert (crawled.stopped.why, crawled.calls.total) == (crawler.Stop.QUOTA, 2)
    assert crawled.ledger.pending == len(BOOKS) - 2


@pytest.mark.parametrize(
    "wrong",
    [{"rate": -1}, {"group": 41}, {"concurrency": 0}, {"base_url": "ftp://x"}, {"country": "USA"}],
)
async def test_an_option_out_of_its_range_is_refused_before_anything_is_made(
    db: Path, wrong: dict[str, int | str]
) -> None:
    with pytest.raises(crawler.WrongUse):
        await crawler.crawl(BOOKS, db=db, **wrong)  # type: ignore[arg-type]
    assert nothing_is_made(db)


async def test_an_option_that_there_is_not_is_refused_and_not_ignored(db: Path) -> None:
    with pytest.raises(crawler.WrongUse, match=r"there is no such option.*daily_qouta"):
        await crawler.crawl(BOOKS, db=db, sandbox=True, daily_qouta=1)  # type: ignore[call-arg]
    assert nothing_is_made(db)


async def test_a_single_text_is_no_list_of_isbns(db: Path) -> None:
    for asking in (crawler.crawl, crawler.lookup):
        with pytest.raises(crawler.WrongUse, match="a list of ISBNs is wanted"):
            await asking(BOOKS[0], db=db, sandbox=True)


@pytest.mark.parametrize("file", ["isbns.txt", Path("isbns.txt")])
async def test_a_single_name_is_no_list_of_files(db: Path, file: str) -> None:
    with pytest.raises(crawler.WrongUse, match="a list of files is wanted"):
        await crawler.crawl(files=file, db=db, sandbox=True)


async def test_a_crawl_that_is_cancelled_keeps_what_was_answered_and_can_be_resumed(
    db: Path,
) -> None:
    some_are_settled = asyncio.Event()

    def look(snapshot: Snapshot) -> None:
        if snapshot.settled:
            some_are_settled.set()

    async with serve(SandboxOptions()) as url:
        crawling = asyncio.create_task(
            crawler.crawl(
                BOOKS, db=db, base_url=url, rate=10, daily_quota=0, group=1, progress=look
            )
        )
        await some_are_settled.wait()
        crawling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await crawling
    ((stopped, found, missing),) = Database(db).rows("SELECT stopped, found, missing FROM runs")
    assert stopped == "signal"
    assert len(Database(db).settled()) == int(str(found)) + int(str(missing)) > 0
    assert Database(db).is_sound()


async def cancel_until_done(crawling: "asyncio.Task[crawler.Crawled]") -> None:
    """As one does who presses Ctrl-C on and on."""
    while not crawling.done():
        crawling.cancel()
        await asyncio.sleep(0)
    assert crawling.cancelled()


@pytest.mark.parametrize("progress", [None, lambda _: None])
async def test_however_often_a_crawl_is_cancelled_it_ends_before_its_database_is_closed(
    db: Path, progress: Callable[[Snapshot], None] | None
) -> None:
    async with serve(SandboxOptions()) as url:
        crawling = asyncio.create_task(
            crawler.crawl(
                BOOKS, db=db, base_url=url, rate=50, daily_quota=0, group=1, progress=progress
            )
        )
        file = Database(db)
        while not (file.holds_some_isbns() and file.settled()):  # noqa: ASYNC110 - it tells no events
            await asyncio.sleep(0)
        await cancel_until_done(crawling)
    ((stopped, settled),) = Database(db).rows("SELECT stopped, found + missing FROM runs")
    assert (stopped, settled) == ("signal", len(Database(db).settled()))


async def test_a_run_that_is_cancelled_before_it_asks_has_an_end_on_record(db: Path) -> None:
    async with open_store(db):
        pass
    crawling = asyncio.create_task(crawler.crawl(BOOKS, db=db, sandbox=True))
    while not Database(db).rows("SELECT 1 FROM runs"):  # noqa: ASYNC110 - it tells no events
        await asyncio.sleep(0)
    await cancel_until_done(crawling)
    assert Database(db).rows("SELECT stopped, ended_at IS NULL FROM runs") == [("signal", False)]


async def test_a_run_that_is_cancelled_at_its_very_end_has_that_on_record(db: Path) -> None:
    def see(snapshot: Snapshot) -> None:
        if snapshot.settled == len(BOOKS):
            crawling.cancel()

    crawling = asyncio.create_task(crawler.crawl(BOOKS, db=db, sandbox=True, progress=see))
    with pytest.raises(asyncio.CancelledError):
        await crawling
    assert Database(db).rows("SELECT stopped, ended_at IS NULL FROM runs") == [(None, False)]


async def test_calls_that_a_cancellation_cuts_short_are_counted_as_they_arrived(
    tmp_path: Path, db: Path
) -> None:
    log = tmp_path / "calls.log"

    def see(_: Snapshot) -> None:
        if log.read_text().count("\n") == 3:
            crawling.cancel()

    async with serve(SandboxOptions(latency_s=(99, 99), log=log)) as url:
        crawling = asyncio.create_task(
            crawler.crawl(BOOKS, db=db, base_url=url, rate=0, concurrency=3, group=1, progress=see)
        )
        with pytest.raises(asyncio.CancelledError):
            await crawling
    assert Database(db).rows("SELECT calls FROM runs") == [(3,)]
    assert Database(db).rows("SELECT status, calls FROM call_minutes") == [("none", 3)]
    assert Database(db).rows("SELECT used FROM quota") == [(3,)]


async def test_a_program_may_change_its_folder_while_it_crawls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    crawled = await crawler.crawl(
        BOOKS, db="books.db", sandbox=True, progress=lambda _: os.chdir(elsewhere)
    )
    assert crawled.db == str(tmp_path / "books.db")
    assert crawled.stopped is None
    assert nothing_is_made(elsewhere / "books.db")


async def test_two_crawls_into_one_database_are_refused_and_into_two_are_not(
    tmp_path: Path, db: Path
) -> None:
    async with open_store(db):
        with pytest.raises(crawler.DatabaseUnusable, match="is being crawled by"):
            await crawler.crawl(BOOKS, db=db, sandbox=True)
    both = (tmp_path / "one.db", tmp_path / "two.db")
    crawls = (crawler.crawl(BOOKS, db=path, sandbox=True) for path in both)
    one, two = await asyncio.gather(*crawls)
    assert one.ledger == two.ledger


async def test_handlers_of_signals_and_of_the_loop_are_left_alone(
    db: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    loop = asyncio.get_running_loop()
    before = (signal.getsignal(signal.SIGINT), loop.get_exception_handler())
    await crawler.crawl(BOOKS, db=db, sandbox=True)
    assert (signal.getsignal(signal.SIGINT), loop.get_exception_handler()) == before
    assert capfd.readouterr() == ("", "")


def test_importing_it_loads_nothing_and_each_name_is_there() -> None:
    program = (
        "import sys, crawler; loaded = [m for m in sys.modules if m.startswith('crawler.')]; "
        "assert not loaded, loaded; "
        "assert all(getattr(crawler, name) for name in crawler.__all__); "
        "assert set(crawler.__all__) <= set(dir(crawler)); "
        "assert not hasattr(crawler, 'nothing_of_the_kind')"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_development_mode_has_nothing_to_warn_of(db: Path) -> None:
    program = (
        "import asyncio, sys, crawler; "
        "asyncio.run(crawler.crawl([9780140328721], db=sys.argv[1], sandbox=True)); "
        "asyncio.run(crawler.lookup([9780439023481], db=sys.argv[1], sandbox=True))"
    )
    ran = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", program, db],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (ran.returncode, "Warning" in ran.stderr) == (0, False), ran.stderr
