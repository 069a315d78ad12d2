"""What every store notes of runs, of the files they read, and of the calls they used."""

from datetime import date

from crawler.call import CallMinute
from crawler.drain import Stop
from crawler.seed import Reason, Rejected
from crawler.store.base import InputRecord, RunTotals, Store
from tests.store.answers import AT, AT_TEXT, LATER, LATER_TEXT, SOURCE
from tests.store.backend import Backend

RUNS = "SELECT * FROM runs ORDER BY id"
INPUTS = "SELECT file, run, options, finished_at FROM inputs ORDER BY file"
QUOTA = "SELECT * FROM quota ORDER BY key, day"
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)


async def test_a_run_that_was_killed_has_a_beginning_and_no_end(
    store: Store, backend: Backend
) -> None:
    assert await store.begin_run("crawl", '{"rate":1}', pid=4711, at=AT) == 1
    assert backend.rows(RUNS) == [
        (1, "crawl", '{"rate":1}', 4711, AT_TEXT, None, None, 0, 0, 0, 0, 0)
    ]


async def test_a_run_is_noted_with_what_it_did_and_why_it_stopped(
    store: Store, backend: Backend
) -> None:
    first = await store.begin_run("crawl", "{}", pid=1, at=AT)
    second = await store.begin_run("resume", "{}", pid=2, at=AT)
    totals = RunTotals(found=5, missing=4, failed=3, calls=12, retried=2)
    await store.end_run(second, totals, stopped=None, at=LATER)
    await store.end_run(first, RunTotals(), stopped=Stop.QUOTA, at=LATER)
    assert backend.rows(RUNS) == [
        (1, "crawl", "{}", 1, AT_TEXT, LATER_TEXT, "quota", 0, 0, 0, 0, 0),
        (2, "resume", "{}", 2, AT_TEXT, LATER_TEXT, None, 5, 4, 3, 12, 2),
    ]


async def test_options_of_runs_are_told_once_each(store: Store) -> None:
    for options in ('{"sandbox":true}', "{}", "{}"):
        await store.begin_run("crawl", options, pid=1, at=AT)
    assert sorted(await store.options_of_runs()) == ['{"sandbox":true}', "{}"]


async def test_a_file_is_unread_until_its_end_was_reached(store: Store, backend: Backend) -> None:
    table = InputRecord("/lists/a.csv", column="ean", format="csv")
    plain = InputRecord("-")
    await store.begin_input(1, table)
    await store.begin_input(1, plain)
    assert await store.unread_inputs() == [table, plain]
    await store.end_input(table.file, at=AT)
    assert await store.unread_inputs() == [plain]
    assert backend.rows(INPUTS) == [
        ("-", 1, '{"column":null,"format":null}', None),
        ("/lists/a.csv", 1, '{"column":"ean","format":"csv"}', AT_TEXT),
    ]


async def test_a_file_that_is_read_from_its_start_again_is_unread_and_has_no_rejects(
    store: Store, backend: Backend
) -> None:
    again, other = InputRecord("/lists/a.csv"), InputRecord("/lists/b.csv")
    rejects = [Rejected(record.file, 1, "x", Reason.NOT_AN_ISBN) for record in (again, other)]
    for record in (again, other):
        await store.begin_input(1, record)
        await store.end_input(record.file, at=AT)
    await store.add(1, SOURCE, [], rejects)
    await store.begin_input(2, again)
    assert await store.unread_inputs() == [again]
    assert backend.rows("SELECT file FROM rejects") == [(other.file,)]
    assert backend.rows("SELECT file, run FROM inputs ORDER BY file") == [
        (again.file, 2),
        (other.file, 1),
    ]


async def test_unread_files_come_in_the_order_in_which_they_were_begun(store: Store) -> None:
    files = [InputRecord(f"/lists/{name}.csv") for name in "cab"]
    for record in files:
        await store.begin_input(1, record)
    assert await store.unread_inputs() == files


async def test_calls_are_reserved_up_to_the_limit_of_a_day(store: Store, backend: Backend) -> None:
    assert [await store.reserve_calls("key", TODAY, 4, 10) for _ in range(4)] == [4, 4, 2, 0]
    assert await store.calls_used("key", TODAY) == 10
    assert await store.reserve_calls("key", TOMORROW, 4, 10) == 4
    assert await store.reserve_calls("another", TODAY, 4, 10) == 4
    assert backend.rows(QUOTA) == [
        ("another", "2026-11-20", 4),
        ("key", "2026-11-20", 10),
        ("key", "2026-11-21", 4),
    ]


async def test_calls_that_are_given_back_can_be_reserved_again(store: Store) -> None:
    await store.reserve_calls("key", TODAY, 10, 10)
    await store.give_back_calls("key", TODAY, 3)
    assert await store.calls_used("key", TODAY) == 7
    assert await store.reserve_calls("key", TODAY, 4, 10) == 3


async def test_a_limit_that_was_lowered_gives_no_more_calls(store: Store) -> None:
    await store.reserve_calls("key", TODAY, 10, 10)
    assert await store.reserve_calls("key", TODAY, 1, 5) == 0
    assert await store.calls_used("key", TODAY) == 10


async def test_calls_without_a_limit_are_counted_all_the_same(store: Store) -> None:
    assert await store.reserve_calls("key", TODAY, 5000, 0) == 5000
    assert await store.calls_used("key", TODAY) == 5000


async def test_no_calls_are_used_of_a_day_that_is_not_known(store: Store) -> None:
    assert await store.calls_used("key", TODAY) == 0


async def test_calls_that_are_noted_again_for_a_minute_are_added_to_those_of_it(
    store: Store, backend: Backend
) -> None:
    first = CallMinute("2026-11-20T20:00Z", "200", calls=3, isbns=40, total_ms=900, slowest_ms=500)
    again = CallMinute("2026-11-20T20:00Z", "200", calls=2, isbns=2, total_ms=300, slowest_ms=200)
    slower = CallMinute("2026-11-20T20:00Z", "200", calls=1, isbns=1, total_ms=700, slowest_ms=700)
    other = CallMinute("2026-11-20T20:00Z", "none", calls=1, isbns=1, total_ms=30, slowest_ms=30)
    await store.note_calls(1, [first, other])
    await store.note_calls(1, [slower])
    await store.note_calls(1, [again])
    await store.note_calls(2, [again])
    assert backend.rows("SELECT * FROM call_minutes ORDER BY run, minute, status") == [
        (1, "2026-11-20T20:00Z", "200", 6, 43, 1900, 700),
        (1, "2026-11-20T20:00Z", "none", 1, 1, 30, 30),
        (2, "2026-11-20T20:00Z", "200", 2, 2, 300, 200),
    ]
