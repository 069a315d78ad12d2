"""A call: one HTTP request that counts against a quota, its answer, and what is wrong with that."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct


class Request(Struct, frozen=True):
    """What to ask: a path below the API's root, and the query, which names so many ISBNs."""

    path: str
    params: Mapping[str, str]
    isbns: int = 1


class Response(Struct, frozen=True):
    """What came back: the status, the headers (ask in lower case), the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class CallMinute(Struct, frozen=True):
    """The calls of a run that ended within a minute (`2026-11-21T07:15Z`) and alike.

    `status` is that of HTTP, or `none` where no answer came; `isbns` are those that the calls
    named; times are from sending a call to the end of its answer, in milliseconds.
    """

    minute: str
    status: str
    calls: int
    isbns: int
    total_ms: int
    slowest_ms: int


class Trouble(Enum):
    """Kinds of refusal, each with one consequence."""

    TRANSIENT = "ask again after a while"
    SHORT_LIMIT = "pause all workers, then ask again"
    DAY_QUOTA = "stop the run until the quota's next day"
    CREDENTIALS = "stop the run until the key is mended"
    PLACE = "stop the run until the place is given"
    BAD_REQUEST = "this call's ISBNs fail, the run goes on"


class Verdict(Struct, frozen=True):
    """Why an answer is not one: the kind, the source's own words, and when to come back.

    `retry_after_s` is in seconds from now, where the source names it.
    """

    trouble: Trouble
    sentence: str
    retry_after_s: float | None = None
