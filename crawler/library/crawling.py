"""`crawler.crawl` and `crawler.lookup`: the crawl, awaited from anybody's event loop."""

import asyncio
from asyncio import AbstractEventLoop, Lock
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from os import PathLike, fspath
from pathlib import Path
from random import Random
from typing import Unpack
from weakref import WeakValueDictionary

import msgspec

from crawler.catalog.database import open_catalog
from crawler.catalog.rows import BookRow
from crawler.catalog.show import find_book
from crawler.clock import SystemClock
from crawler.drain import Drain
from crawler.errors import DatabaseUnusable, StoppedEarly, WrongUse, first_of
from crawler.isbn import ISBN13, parse_isbn
from crawler.library.assembly import Tell, open_run
from crawler.library.inputs import open_files, open_list, refuse_text
from crawler.library.key import Key, accept_key
from crawler.library.options import Asking, AskOptions, complete
from crawler.library.run import Crawled, Order, Run
from crawler.library.unasked import find_unasked
from crawler.progress import Snapshot
from crawler.reader.source import STDIN
from crawler.sources import SOURCES

Progress = Callable[[Snapshot], None]
"""Takes how a crawl is going, about twice a second and at its end."""

PROGRESS_EVERY_S = 0.5


async def crawl(
    isbns: Iterable[str | int] = (),
    *,
    files: Sequence[str | PathLike[str]] = (),
    db: str | PathLike[str] = "books.db",
    key: str | None = None,
    progress: Progress | None = None,
    **asking: Unpack[Asking],
) -> Crawled:
    """Add ISBNs to the database `db`, and ask Google Books for all that are pending in it.

    `isbns` are ISBN-10 or ISBN-13, as text with or without hyphens, or as numbers; `files` are read
    as the command `crawl` reads them. With neither this is a resume. `key` is the API key, which no
    variable of the environment stands in for; `asking` are the options of `Asking`, with pace and
    quota of the command as defaults. `progress` is called in the event loop.

    An early stop, by the quota's end or an unreachable API, is no error: it stands in what is
    returned, and the same call goes on. A task that is cancelled stores what was answered.

    Raises `WrongUse`, `InputUnreadable`, `CredentialsMissing`, and `DatabaseUnusable`, also where
    the database is being crawled already. No ISBN is asked for twice, whoever asked.
    """
    options = complete(asking)
    if isinstance(files, str | bytes | PathLike):
        raise WrongUse(f"a list of files is wanted: files=[{files!r}]")
    names = [fspath(file) for file in files]
    if STDIN in names:
        raise WrongUse("standard input belongs to the program: give its ISBNs as a list")
    with ExitStack() as stack:
        listed, of_list = open_list(isbns)
        read, of_files = open_files(names)
        inputs = tuple(stack.enter_context(i) for i in (listed, read) if i.descriptions)
        order = Order(
            "crawl" if inputs else "resume", _place(db), options,
            inputs, of_list + of_files, reread=not inputs,
        )  # fmt: skip
        return await _carry_out(order, key, progress)


async def lookup(
    isbns: Iterable[str | int],
    *,
    db: str | PathLike[str] = "books.db",
    key: str | None = None,
    **asking: Unpack[Asking],
) -> list[BookRow | None]:
    """The books of `isbns`, in their order; None where the source has no such book, or refuses to
    answer for that ISBN alone, which the ledger has as `failed`.

    Those that the database `db` does not know are asked for, and kept in it; `key` and `asking` are
    as in `crawl`. Several tasks may look up at the same time: they ask one after the other.

    Raises `StoppedEarly` where some could not be asked for now; what was answered is kept. Else as
    `crawl`, with `WrongUse` for a text that is no ISBN.
    """
    options = complete(asking)
    refuse_text(isbns)
    wanted = [_parse(isbn) for isbn in isbns]
    path = _place(db)
    if find_unasked(wanted, path):
        async with _turn(path):
            # What those before have asked for meanwhile is known now.
            if unasked := find_unasked(wanted, path):
                order = Order("lookup", path, options, only=unasked)
                _raise_if_stopped(await _carry_out(order, key, None))
    if not wanted:
        return []
    with open_catalog(path) as catalog:
        return [find_book(catalog, isbn) for isbn in wanted]


def _place(db: str | PathLike[str]) -> Path:
    """By its absolute name: the program may change its folder meanwhile."""
    path = Path(db).absolute()
    try:
        path.is_dir()
    except OSError as error:
        raise DatabaseUnusable(f"{path} can't be opened ({error.strerror})") from error
    return path


def _parse(isbn: str | int) -> ISBN13:
    try:
        return parse_isbn(str(isbn))
    except ValueError as error:
        raise WrongUse(str(error)) from error


async def _carry_out(order: Order, key: str | None, progress: Progress | None) -> Crawled:
    """Run it to its end; of errors that come in groups, the one that tells what happened.

    In a task of its own, which hears of the first cancellation only: one that is cancelled again
    while it stores what was answered would lose that, or leave the crawl behind without its store.
    """
    notes: list[str] = []
    accepted = _accept(key, order.options, notes)
    try:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(_run(order, accepted, progress, notes.append))
    except BaseExceptionGroup as group_of_errors:
        raise first_of(group_of_errors) from group_of_errors
    crawled = running.result()
    return msgspec.structs.replace(crawled, notes=[*notes, *crawled.notes])


async def _run(order: Order, key: Key | None, progress: Progress | None, tell: Tell) -> Crawled:
    drain, clock, random = Drain(), SystemClock(), Random()  # noqa: S311 - no secret
    async with open_run(order, key, drain, clock, random, tell) as run:
        try:
            await (_watched(run, progress) if progress else run.crawl())
        finally:
            crawled = await run.end()
        return crawled


def _accept(key: str | None, options: AskOptions, notes: list[str]) -> Key | None:
    if options.sandbox:
        return None
    source, advice = SOURCES["google"], "give it as key=…, or try without one by sandbox=True"
    return accept_key(key or "", "key", options.base_url, source, notes.append, advice=advice)


async def _watched(run: Run, progress: Progress) -> None:
    async with asyncio.TaskGroup() as group:
        crawling = group.create_task(run.crawl())
        while not crawling.done():
            await asyncio.wait((crawling,), timeout=PROGRESS_EVERY_S)
            progress(run.look())


def _raise_if_stopped(crawled: Crawled) -> None:
    if stopped := crawled.stopped:
        raise StoppedEarly(
            f"stopped early: {stopped.sentence or stopped.why}; what was answered is in "
            f"{crawled.db}, and the same look-up goes on"
        )


_turns: "WeakValueDictionary[tuple[AbstractEventLoop, Path], Lock]" = WeakValueDictionary()
"""Each is there for as long as one of its look-ups: a lock that was waited for holds its loop."""


def _turn(db: Path) -> Lock:
    """Lets one look-up of this loop at a time ask into a database; others meet the file's lock."""
    return _turns.setdefault((asyncio.get_running_loop(), db.resolve()), Lock())
