"""The bodies of Google's refusals, in its two envelopes.

The old one is `error.errors[]`, `code`, `message`; the new one has `status` and `details[]` as
well. What a client has to do is decided by the body: the limit of the day and the limit of the
minute may come with the same status and the same reason, and differ in text and `quota_unit`.
"""

from msgspec import Struct, json

from crawler.sandbox.shape import JSON

JSON_TYPE = "application/json; charset=UTF-8"
HTML_TYPE = "text/html; charset=UTF-8"

PROJECT = "100000000001"
"""The number of the Google project that the sandbox's keys belong to."""

_SERVICE = "books.googleapis.com"
_TYPE = "type.googleapis.com/google.rpc."


class Answer(Struct, frozen=True):
    """What goes back to the client."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE


class Refused(Exception):
    """A call that gets no answer but `answer`, a refusal."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def _old(code: int, reason: str, message: str, domain: str = "global", **more: str) -> Answer:
    entry: dict[str, JSON] = {"domain": domain, "reason": reason, "message": message, **more}
    error: dict[str, JSON] = {"errors": [entry], "code": code, "message": message}
    return Answer(code, json.format(json.encode({"error": error}), indent=1))


def _new(code: int, status: str, reason: str, message: str, *details: dict[str, JSON]) -> Answer:
    entry: JSON = {"message": message, "domain": "global", "reason": reason}
    error: dict[str, JSON] = {"code": code, "message": message, "errors": [entry], "status": status}
    if details:
        error["details"] = list(details)
    return Answer(code, json.format(json.encode({"error": error}), indent=2))


def _bare(code: int, status: str, message: str) -> Answer:
    """The new envelope without `errors[]`, which may be missing."""
    error: JSON = {"code": code, "message": message, "status": status}
    return Answer(code, json.format(json.encode({"error": error}), indent=2))


def _info(reason: str, **metadata: str) -> dict[str, JSON]:
    return {
        "@type": f"{_TYPE}ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {**metadata, "service": _SERVICE},
    }


def _help(description: str, url: str) -> dict[str, JSON]:
    return {"@type": f"{_TYPE}Help", "links": [{"description": description, "url": url}]}


def parameter_missing(name: str) -> Answer:
    """400 for a call without a parameter that it needs."""
    message = f"Required parameter: {name}"
    return _old(400, "required", message, locationType="parameter", location=name)


def out_of_range(name: str, value: str, low: int, high: int) -> Answer:
    """400 for a number beyond the documented range."""
    message = f"Invalid value '{value}'. Values must be within the range: [{low}, {high}]"
    return _old(400, "invalidParameter", message, locationType="parameter", location=name)


def not_a_number(name: str, value: str) -> Answer:
    """400 for a word where a number belongs."""
    message = f"Invalid value '{value}'. Value must be an unsigned integer."
    return _old(400, "invalidParameter", message, locationType="parameter", location=name)


def fields_invalid(selector: str) -> Answer:
    """400 for a `fields` that names what the answer cannot have."""
    message = f"Invalid field selection {selector}"
    return _old(400, "invalidParameter", message, locationType="parameter", location="fields")


def day_quota_spent(limit: int, *, as_403: bool = False, project: str = PROJECT) -> Answer:
    """429 at the end of the day's quota; a quota of 0 is that of a call without a key."""
    return _quota("day", "1/d/{project}", "defaultPerDayPerProject", limit, project, as_403=as_403)


def rate_exceeded(limit: int, *, as_403: bool = False) -> Answer:
    """429 at the short limit, in calls a minute."""
    return _quota(
        "minute per user",
        "1/min/{project}/{user}",
        "defaultPerMinutePerUser",
        limit,
        PROJECT,
        as_403=as_403,
    )


def _quota(
    period: str, unit: str, limit_name: str, limit: int, project: str, *, as_403: bool
) -> Answer:
    message = (
        f"Quota exceeded for quota metric 'Queries' and limit 'Queries per {period}' of service "
        f"'{_SERVICE}' for consumer 'project_number:{project}'."
    )
    code, status = (403, "PERMISSION_DENIED") if as_403 else (429, "RESOURCE_EXHAUSTED")
    info = _info(
        "RATE_LIMIT_EXCEEDED",
        quota_unit=unit,
        quota_metric=f"{_SERVICE}/default",
        quota_location="global",
        quota_limit_value=str(limit),
        consumer=f"projects/{project}",
        quota_limit=limit_name,
    )
    more = _help(
        "Request a higher quota limit.",
        "https://cloud.google.com/docs/quotas/help/request_increase",
    )
    return _new(code, status, "rateLimitExceeded", message, info, more)


def _blocked(reason: str, message: str) -> Answer:
    info = _info(reason, consumer=f"projects/{PROJECT}")
    return _new(403, "PERMISSION_DENIED", "forbidden", message, info)


def _service_disabled() -> Answer:
    address = (
        f"https://console.developers.google.com/apis/api/{_SERVICE}/overview?project={PROJECT}"
    )
    message = (
        f"Books API has not been used in project {PROJECT} before or it is disabled. Enable it by "
        f"visiting {address} then retry. If you enabled this API recently, wait a few minutes for "
        "the action to propagate to our systems and retry."
    )
    info = _info("SERVICE_DISABLED", consumer=f"projects/{PROJECT}")
    more = _help("Google developers console API activation", address)
    return _new(403, "PERMISSION_DENIED", "accessNotConfigured", message, more, info)


QUERY_REQUIRED = _old(
    400, "queryRequired", "Missing query.", locationType="parameter", location="q"
)
VOLUME_NOT_FOUND = _old(404, "notFound", "The volume ID could not be found.")
BACKEND_FAILED = _old(
    503,
    "backendFailed",
    "Service temporarily unavailable.",
    locationType="other",
    location="backend_flow",
)
KEY_NOT_VALID = _new(
    400,
    "INVALID_ARGUMENT",
    "badRequest",
    "API key not valid. Please pass a valid API key.",
    _info("API_KEY_INVALID"),
)
KEY_REQUIRED = day_quota_spent(0, project="100000000000")
BAD_GATEWAY = Answer(
    502,
    b"<html><head><title>502 Server Error</title></head>\n"
    b"<body><h1>Server Error</h1><p>Please try again in 30 seconds.</body></html>\n",
    HTML_TYPE,
)

BY_NAME: dict[str, Answer] = {
    "400": _new(400, "INVALID_ARGUMENT", "badRequest", "Request contains an invalid argument."),
    "403": _old(403, "userRateLimitExceeded", "User Rate Limit Exceeded", "usageLimits"),
    "429": rate_exceeded(60),
    "500": _new(500, "INTERNAL", "backendError", "Internal error encountered."),
    "502": BAD_GATEWAY,
    "503": BACKEND_FAILED,
    "504": _new(
        504,
        "DEADLINE_EXCEEDED",
        "backendError",
        "Deadline expired before operation could complete.",
    ),
    "accessNotConfigured": _service_disabled(),
    "dailyLimitExceeded": _old(403, "dailyLimitExceeded", "Daily Limit Exceeded", "usageLimits"),
    "dayQuota": day_quota_spent(1000),
    "keyBlocked": _blocked(
        "API_KEY_SERVICE_BLOCKED", f"Requests to this API {_SERVICE} are blocked."
    ),
    "keyInvalid": _old(400, "keyInvalid", "Bad Request", "usageLimits"),
    "keyNotValid": KEY_NOT_VALID,
    "rateLimitExceeded": _new(
        403,
        "PERMISSION_DENIED",
        "rateLimitExceeded",
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per 100 seconds per user' of "
        f"service '{_SERVICE}' for consumer 'project_number:{PROJECT}'.",
    ),
    "refererBlocked": _blocked(
        "API_KEY_HTTP_REFERRER_BLOCKED", "Requests from referer <empty> are blocked."
    ),
    "required": parameter_missing("q"),
    "retryDelay": _new(
        429,
        "RESOURCE_EXHAUSTED",
        "rateLimitExceeded",
        "Resource has been exhausted (e.g. check quota).",
        {"@type": f"{_TYPE}RetryInfo", "retryDelay": "2s"},
    ),
    "unavailable": _bare(503, "UNAVAILABLE", "The service is currently unavailable."),
    "unknownLocation": _old(
        403,
        "unknownLocation",
        "Cannot determine user location for geographically restricted operation.",
    ),
}
"""Every refusal that can be asked for by name, beside those that a call earns by itself."""
