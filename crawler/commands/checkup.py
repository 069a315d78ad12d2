"""What `doctor` looks at, a finding each."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from yarl import URL

from crawler.catalog.database import NothingYet, open_catalog
from crawler.catalog.standing import count_calls, count_calls_of_user, count_states
from crawler.clock import Clock, iso, quota_day, quota_day_ends
from crawler.commands.key import find_key
from crawler.errors import BookcrawlError
from crawler.fetch.breakage import in_words_of_the_system
from crawler.fetch.fingerprint import fingerprint
from crawler.library.options import AskOptions
from crawler.sources import SOURCES
from crawler.store.user_file import find_user_file
from crawler.words import counted

LEAST_DISK_BYTES = 100 * 1024 * 1024
"""Enough for some 50,000 books; below this a crawl may end on a full disk."""


class Finding(Struct, frozen=True):
    """What was looked at, whether it is well, and what it is or what to do."""

    part: str
    well: bool
    sentence: str


async def examine(
    options: AskOptions, db: Path, environment: Mapping[str, str], clock: Clock
) -> list[Finding]:
    """All findings, in the order in which a crawl would meet them."""
    try:
        key = find_key(options, SOURCES["google"], environment)
        told = Finding("key", True, "there is one" if key else "none, and none is needed")
    except BookcrawlError as error:
        key, told = None, Finding("key", False, str(error))
    return [
        told,
        await _network(options),
        *_database(options, db, key, clock),
        _disk(db),
    ]


async def _network(options: AskOptions) -> Finding:
    """Whether a connection can be made; no call is sent."""
    if options.sandbox:
        return Finding("network", True, "none is needed with --sandbox")
    url = URL(options.base_url)
    try:
        async with asyncio.timeout(options.timeout):
            _, writer = await asyncio.open_connection(url.host, url.port, ssl=url.scheme == "https")
    except (OSError, TimeoutError) as error:
        timed_out = isinstance(error, TimeoutError)
        reason = "no answer in time" if timed_out else in_words_of_the_system(error)
        return Finding(
            "network", False, f"{url.host} can't be reached ({reason}): check network and proxy"
        )
    writer.close()
    return Finding("network", True, f"{url.host} can be reached")


def _database(options: AskOptions, db: Path, key: str | None, clock: Clock) -> list[Finding]:
    day_ends = iso(quota_day_ends(clock.now()))
    uncounted = Finding("quota", True, f"no call is counted yet; the day ends {day_ends}")
    if not db.exists():
        return [uncounted, Finding("database", True, f"{db} is not there yet: a crawl makes it")]
    try:
        with open_catalog(db) as catalog:
            calls = count_calls(catalog, quota_day(clock.now()))
            states = count_states(catalog)
    except NothingYet as nothing:
        return [uncounted, Finding("database", True, str(nothing))]
    except BookcrawlError as error:
        return [Finding("database", False, str(error))]
    account = "sandbox" if options.sandbox else fingerprint(options.base_url, key)
    shared = count_calls_of_user(find_user_file(), quota_day(clock.now()))
    used = max(calls.get(account, 0), shared.get(account, 0))
    told = ", ".join(f"{count:,} {state}" for state, count in states.items())
    return [
        _quota(used, options.daily_quota, day_ends),
        Finding("database", os.access(db, os.W_OK), f"{db}: {told}"),
    ]


def _quota(used: int, limit: int, day_ends: str) -> Finding:
    if not limit:
        return Finding("quota", True, f"{counted(used, 'call')} used today, no limit")
    spent = used >= limit
    sentence = f"{used:,} of {limit:,} calls used, the day ends {day_ends}"
    return Finding("quota", not spent, sentence + (": go on then" if spent else ""))


def _disk(db: Path) -> Finding:
    folder = db.absolute().parent
    if not folder.is_dir():
        return Finding("disk", False, f"{folder} is no folder: name another place with --db")
    if not os.access(folder, os.W_OK):
        return Finding("disk", False, f"{folder} can't be written: name another place with --db")
    free = shutil.disk_usage(folder).free
    return Finding("disk", free >= LEAST_DISK_BYTES, f"{free / 1024**3:,.1f} GiB free in {folder}")
