"""Every refusal that Google is known for, each with the kind that the facts page makes of it."""

import json

from crawler.call import Trouble
from crawler.sandbox import errors
from tests.calls.refusing import HTML, JSON, Refusal
from tests.real import REAL

KINDS = {
    Trouble.DAY_QUOTA: ("dailyLimitExceeded", "dayQuota"),
    Trouble.CREDENTIALS: (
        "accessNotConfigured", "keyBlocked", "keyInvalid", "keyNotValid", "refererBlocked",
    ),
    Trouble.PLACE: ("unknownLocation",),
    Trouble.SHORT_LIMIT: ("403", "429", "rateLimitExceeded", "retryDelay"),
    Trouble.TRANSIENT: ("500", "502", "503", "504", "unavailable"),
    Trouble.BAD_REQUEST: ("400", "required"),
}  # fmt: skip
"""The sandbox's refusals, which are made after the facts page."""


def refusal(answer: errors.Answer) -> Refusal:
    return Refusal(answer.status, answer.body, {"Content-Type": answer.content_type})


def bare(code: int, unit: str) -> Refusal:
    """The unit alone tells which limit it is."""
    details = [{"metadata": {"quota_unit": unit, "quota_limit_value": "1000"}}]
    told = {"code": code, "message": "Quota exceeded.", "details": details}
    return Refusal(code, json.dumps({"error": told}).encode())


MADE = {
    **{name: (refusal(errors.BY_NAME[name]), kind) for kind, names in KINDS.items()
       for name in names},
    "no key": (refusal(errors.KEY_REQUIRED), Trouble.CREDENTIALS),
    "day quota as 403": (refusal(errors.day_quota_spent(1000, as_403=True)), Trouble.DAY_QUOTA),
    "short limit as 403": (refusal(errors.rate_exceeded(60, as_403=True)), Trouble.SHORT_LIMIT),
    "unit of a day": (bare(403, "1/d/{project}"), Trouble.DAY_QUOTA),
    "unit of a minute": (bare(429, "1/min/{project}/{user}"), Trouble.SHORT_LIMIT),
    "429 without a word": (Refusal(429, b""), Trouble.SHORT_LIMIT),
    "503 without a word": (Refusal(503, b""), Trouble.TRANSIENT),
    "503 cut short": (Refusal(503, b'{"error": {"code": 503, "mess'), Trouble.TRANSIENT),
    "a redirect": (Refusal(302, b"", {"Location": "/sorry"}), Trouble.TRANSIENT),
    "408": (Refusal(408, b""), Trouble.TRANSIENT),
    "200 without a word": (Refusal(200, b""), Trouble.TRANSIENT),
    "200 cut short": (Refusal(200, b'{"totalItems": 1, "items": [{"id"'), Trouble.TRANSIENT),
    "200 of another shape": (Refusal(200, b'{"items": {"id": 7}}'), Trouble.TRANSIENT),
    "200 as a page": (Refusal(200, b"<!DOCTYPE html><p>Sorry", HTML), Trouble.TRANSIENT),
    "414 as a page": (Refusal(414, b"<title>Too Large</title>", HTML), Trouble.BAD_REQUEST),
    "403 as a page": (Refusal(403, b"<title>Forbidden</title>", HTML), Trouble.BAD_REQUEST),
    "418": (Refusal(418, b"{}"), Trouble.BAD_REQUEST),
}  # fmt: skip

RECORDED = {
    "400_badrequest_01": Trouble.CREDENTIALS,
    "400_queryrequired_01": Trouble.BAD_REQUEST,
    "403_dailylimitexceeded_signup": Trouble.DAY_QUOTA,
    "403_unknownlocation_01": Trouble.PLACE,
    "403_userratelimitexceeded_2016_drive": Trouble.SHORT_LIMIT,
    "404_notfound_01": Trouble.BAD_REQUEST,
    "429_ratelimitexceeded_keyless_day_quota_zero": Trouble.CREDENTIALS,
    "429_ratelimitexceeded_short": Trouble.DAY_QUOTA,
    "502_html_short_2020": Trouble.TRANSIENT,
    "503_backendfailed_01": Trouble.TRANSIENT,
}


def recorded(name: str) -> Refusal:
    answer = json.loads((REAL / "google_errors" / f"{name}.json").read_text())
    headers = JSON if answer["body"] else HTML
    return Refusal(answer["http_status"], answer["body_raw"].encode(), headers)
