"""A call: one HTTP request that counts against a quota, its answer, and what is wrong with that."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct


class Request(Struct, frozen=True):
    """What to ask: a path below the API's root, and the query; for several ISBNs or for one."""

    path: str
    params: Mapping[str, str]
    group: bool = False


class Response(Struct, frozen=True):
    """What came back: the status, the headers (looked up in lower case), the whole decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


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
