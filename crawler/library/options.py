"""How to ask: how fast, how many, whom. Each default stands here and nowhere else."""

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Annotated, Literal, TypedDict

import msgspec
from msgspec import Meta, Struct

from crawler.book import Detail
from crawler.errors import WrongUse

RATE = 1.0
"""Calls a second: Google's short limit."""

DAILY_QUOTA = 1000
"""Calls a day: what Google gives a key by default."""

BASE_URL = "https://www.googleapis.com/books/v1"
"""The root of Google's API."""

CONCURRENCY = 8
"""Calls in flight."""

TIMEOUT_S = 30.0
"""For a call, from its beginning to its end."""

KEY_VARIABLE = "GOOGLE_BOOKS_API_KEY"
"""The environment variable in which the commands look for the key."""

LARGEST_CONCURRENCY = 1000
LARGEST_GROUP = 40
SHORTEST_TIMEOUT_S = 0.1


class AskOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """How to ask.

    `rate` is in calls a second and `daily_quota` in calls, 0 for no limit each; `timeout` is in
    seconds, from a call's beginning to its end; `group` is None where the answers are to tell how
    many ISBNs go into a call.
    """

    rate: Annotated[float, Meta(ge=0)]
    daily_quota: Annotated[int, Meta(ge=0)]
    concurrency: Annotated[int, Meta(ge=1, le=LARGEST_CONCURRENCY)] = CONCURRENCY
    group: Annotated[int, Meta(ge=1, le=LARGEST_GROUP)] | None = None
    confirm_missing: Literal["always", "audit"] = "always"
    fallback: bool = False
    detail: Detail = Detail.NEVER
    wait: bool = False
    timeout: Annotated[float, Meta(ge=SHORTEST_TIMEOUT_S)] = TIMEOUT_S
    country: str | None = None
    base_url: str = BASE_URL
    sandbox: bool = False
    limit: Annotated[int, Meta(ge=1)] | None = None
    key_file: Path | None = None


class Asking(TypedDict, total=False):
    """The options of `crawl` and `lookup`, the same as those of the commands; all may be left out.

    `rate`: calls a second at most (1; 0: no limit; with `sandbox` none is the default).
    `daily_quota`: calls a day at most (1000; 0: no limit; with `sandbox` none is the default).
    `concurrency`: calls in flight at most, 1 to 1000 (8).
    `group`: ISBNs in a call, 1 to 40 (None: as many as the answers show to pay).
    `confirm_missing`: `always` asks alone for what no group has, `audit` for a sample (always).
    `fallback`: a second call, the plain search, for what `isbn:` does not find (False).
    `detail`: a second call for the whole record: `never`, `missing` or `always` (never).
    `wait`: sleep at the end of the quota until its next day (False: stop).
    `timeout`: seconds that a call may take in all (30).
    `country`: ask as from there, two letters of ISO 3166-1 (None).
    `base_url`: the API's root (Google's).
    `sandbox`: ask a made-up Google Books instead, without key and network (False).
    `limit`: ISBNs that are asked for at most (None: all).
    """

    rate: float
    daily_quota: int
    concurrency: int
    group: int | None
    confirm_missing: Literal["always", "audit"]
    fallback: bool
    detail: Literal["never", "missing", "always"]
    wait: bool
    timeout: float
    country: str | None
    base_url: str
    sandbox: bool
    limit: int | None


def complete(given: Mapping[str, object]) -> AskOptions:
    """The options with what was not given, or given as None, filled in; raises `WrongUse`."""
    rate, daily_quota = (0.0, 0) if given.get("sandbox") else (RATE, DAILY_QUOTA)
    filled = {"rate": rate, "daily_quota": daily_quota} | {
        name: value for name, value in given.items() if value is not None
    }
    try:
        options = msgspec.convert(filled, AskOptions)
    except msgspec.ValidationError as error:
        raise WrongUse(f"there is no such option, or no such value of it: {error}") from error
    if not (isfinite(options.rate) and isfinite(options.timeout)):
        raise WrongUse("--rate and --timeout take numbers that have an end")
    _check_address(options.base_url)
    if options.country and (len(options.country) != 2 or not options.country.isalpha()):  # noqa: PLR2004
        raise WrongUse(f"--country takes two letters such as US, not {options.country!r}")
    return options


def _check_address(base_url: str) -> None:
    from yarl import URL

    try:
        url = URL(base_url)
        (url.host or "").encode("idna")
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise WrongUse(f"--base-url takes an address such as {BASE_URL}, not {base_url!r}")
    if url.user or url.password or url.query_string or url.fragment:
        # It is not repeated: such an address may hold a key.
        raise WrongUse(
            "--base-url takes the API's root without user, password, ? and #: a key goes into "
            f"{KEY_VARIABLE} or a --key-file"
        )
