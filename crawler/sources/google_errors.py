"""What a refusal of Google's means: decided by the body, not by the status.

The day's limit and the short limit come with the same status, reason and RPC status; only the text
or the `quota_unit` tells them apart. There are two envelopes: `error.errors[]`, code and message,
and the same with `status` and `details[]`, where `errors[]` may lack.
"""

import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import msgspec
from msgspec import Struct

from crawler.call import Response, Trouble, Verdict

LONGEST_RETRY_AFTER_S = 300.0
"""A source that asks for more than this is asked earlier, or tomorrow."""

READ_OF_BODY = 16_384
"""Bytes of the body in which words are looked for; Google's refusals take 200 to 2,000."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for JSON that is none, that is no UTF-8, or too deep."""


class _Error(Struct):
    message: str = ""


class _Envelope(Struct):
    error: _Error


# The first rule whose words stand in the refusal decides, so the order matters: a limit a day is
# told by its unit before `rateLimitExceeded` may mean the short one.
_RULES: tuple[tuple[Trouble, tuple[str, ...]], ...] = (
    (Trouble.CREDENTIALS, ("api key not valid", "keyinvalid", "api_key_invalid", "keyexpired")),
    (
        Trouble.CREDENTIALS,
        ("accessnotconfigured", "service_disabled", "_blocked", "from referer", "api key expired",
         "has been suspended"),
    ),
    (Trouble.PLACE, ("unknownlocation",)),
    (Trouble.DAY_QUOTA, ("queries per day", "dailylimitexceeded", "1/d/{project}")),
    (
        Trouble.SHORT_LIMIT,
        ("ratelimitexceeded", "rate_limit_exceeded", "resource_exhausted", "per minute",
         "per 100 seconds", "1/min/"),
    ),
    (Trouble.TRANSIENT, ("backendfailed", "backenderror")),
)  # fmt: skip


def classify(response: Response) -> Verdict | None:
    """Why the response is no answer; `None` where its status says that it is one."""
    if response.status == HTTPStatus.OK:
        return None
    said = response.body[:READ_OF_BODY].decode("utf-8", "replace")
    trouble = _trouble(response.status, said.lower())
    if trouble is Trouble.DAY_QUOTA and re.search(r'"quota_limit_value":\s*"0"', said):
        return Verdict(Trouble.CREDENTIALS, "Google gives calls without a key no quota at all")
    sentence = f"{response.status} {_message(response, said)}"
    return Verdict(trouble, sentence, _retry_after(response, said))


def _trouble(status: int, said: str) -> Trouble:
    for trouble, words in _RULES:
        if any(word in said for word in words):
            return trouble
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Trouble.SHORT_LIMIT
    if status == HTTPStatus.REQUEST_TIMEOUT or not 400 <= status < 500:  # noqa: PLR2004
        return Trouble.TRANSIENT
    return Trouble.BAD_REQUEST


def _message(response: Response, said: str) -> str:
    """The refusal in its own words, on one line; of an HTML page, its title."""
    elsewhere = _one_line(response.headers.get("location", ""))
    if elsewhere and 300 <= response.status < 400:  # noqa: PLR2004
        return f"sends calls to {elsewhere}, where none is made"
    try:
        message = msgspec.json.decode(response.body, type=_Envelope).error.message
    except UNREADABLE:
        title = re.search(r"<title>([^<]*)", said, re.IGNORECASE)
        message = title.group(1) if title else ""
    return _one_line(message) or "without a word why"


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _retry_after(response: Response, said: str) -> float | None:
    """Seconds, from the header `Retry-After`, or `retryDelay: "26s"`.

    A page that asks people to "try again in 30 seconds" says nothing of a call: most are answered a
    moment later, and a worker that waits asks for nothing else.
    """
    header = response.headers.get("retry-after", "")
    if re.fullmatch(r"[0-9]+", header):
        seconds = float(header)
    elif header:
        seconds = _seconds_until(header, response.headers.get("date", ""))
    elif told := re.search(r'"retryDelay":\s*"(\d{1,6}(?:\.\d{1,9})?)s"', said):
        seconds = float(told.group(1))
    else:
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER_S)


def _seconds_until(when: str, said_at: str) -> float:
    """Measured against the response's own `Date`, so that no clock of ours matters."""
    try:
        return (parsedate_to_datetime(when) - parsedate_to_datetime(said_at)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
