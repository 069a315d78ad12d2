"""Each refusal of the facts page with its consequence; the recorded bodies where they are."""

import json
from typing import Any

import pytest

from crawler.call import Response, Trouble
from crawler.sources.google_errors import LONGEST_RETRY_AFTER_S, classify
from tests.calls.refusals import RECORDED
from tests.real import REAL, needs_real_data


def refusal(code: int, message: str = "", reason: str = "", **extra: Any) -> Response:
    errors = [{"message": message, "domain": "global", "reason": reason}]
    error = {"code": code, "message": message, "errors": errors, **extra}
    return Response(code, {}, json.dumps({"error": error}).encode())


def detail(**metadata: str) -> dict[str, Any]:
    return {"details": [{"@type": "google.rpc.ErrorInfo", "metadata": metadata}]}


DAY = "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service 'books'"
MINUTE = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'"


@pytest.mark.parametrize(
    ("response", "trouble"),
    [
        (refusal(429, DAY, "rateLimitExceeded"), Trouble.DAY_QUOTA),
        (refusal(403, DAY, "rateLimitExceeded", status="PERMISSION_DENIED"), Trouble.DAY_QUOTA),
        (refusal(403, "Daily Limit Exceeded", "dailyLimitExceeded"), Trouble.DAY_QUOTA),
        (
            refusal(
                429, "Quota exceeded", "rateLimitExceeded", **detail(quota_unit="1/d/{project}")
            ),
            Trouble.DAY_QUOTA,
        ),
        (
            refusal(429, DAY, "rateLimitExceeded", **detail(quota_limit_value="0")),
            Trouble.CREDENTIALS,
        ),
        (
            refusal(403, MINUTE, "rateLimitExceeded", status="PERMISSION_DENIED"),
            Trouble.SHORT_LIMIT,
        ),
        (refusal(403, "User Rate Limit Exceeded", "userRateLimitExceeded"), Trouble.SHORT_LIMIT),
        (refusal(429, MINUTE), Trouble.SHORT_LIMIT),
        (refusal(429, **detail(quota_unit="1/min/{project}/{user}")), Trouble.SHORT_LIMIT),
        (Response(429, {}, b""), Trouble.SHORT_LIMIT),
        (refusal(400, "Bad Request", "keyInvalid"), Trouble.CREDENTIALS),
        (refusal(400, "API key not valid. Please pass a valid API key."), Trouble.CREDENTIALS),
        (refusal(400, "API key expired. Please renew the API key."), Trouble.CREDENTIALS),
        (refusal(403, "Consumer 'api_key:x' has been suspended."), Trouble.CREDENTIALS),
        (refusal(403, "Books API has not been used", "accessNotConfigured"), Trouble.CREDENTIALS),
        (refusal(403, "Requests from referer <empty> are blocked."), Trouble.CREDENTIALS),
        (
            refusal(403, "blocked", details=[{"reason": "API_KEY_SERVICE_BLOCKED"}]),
            Trouble.CREDENTIALS,
        ),
        (refusal(403, "Cannot determine user location", "unknownLocation"), Trouble.PLACE),
        (refusal(400, "Missing query.", "queryRequired"), Trouble.BAD_REQUEST),
        (refusal(400, "Invalid value", "invalidParameter"), Trouble.BAD_REQUEST),
        (refusal(404, "Not found", "notFound"), Trouble.BAD_REQUEST),
        (refusal(503, "Service temporarily unavailable.", "backendFailed"), Trouble.TRANSIENT),
        (refusal(500, "Backend Error", "backendError"), Trouble.TRANSIENT),
        (Response(502, {}, b"<html><title>502 Server Error</title>"), Trouble.TRANSIENT),
        (Response(503, {}, b'{"error": {"code": 503, "mess'), Trouble.TRANSIENT),
        (Response(302, {}, b""), Trouble.TRANSIENT),
    ],
)
def test_the_body_decides_what_a_refusal_means(response: Response, trouble: Trouble) -> None:
    verdict = classify(response)
    assert verdict is not None
    assert verdict.trouble is trouble


def test_an_answer_is_no_refusal() -> None:
    assert classify(Response(200, {}, b"<html>")) is None


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (Response(503, {"retry-after": "7"}, b""), 7),
        (Response(503, {"retry-after": "-7"}, b""), 0),
        (Response(503, {"retry-after": "soon"}, b""), 0),
        (Response(503, {"retry-after": "999999999"}, b""), LONGEST_RETRY_AFTER_S),
        (Response(503, {"retry-after": "9" * 5_000}, b""), LONGEST_RETRY_AFTER_S),
        (Response(503, {"retry-after": "Sat, 21 Nov 2026 08:00:30 +999999999999"}, b""), 0),
        (
            Response(
                503,
                {
                    "retry-after": "Sat, 21 Nov 2026 08:00:30 GMT",
                    "date": "Sat, 21 Nov 2026 08:00:00 GMT",
                },
                b"",
            ),
            30,
        ),
        (refusal(429, details=[{"@type": "RetryInfo", "retryDelay": "26s"}]), 26),
        (Response(502, {}, b"<p>Please try again in 30 seconds.</p>"), None),
        (Response(503, {}, b""), None),
    ],
)
def test_the_source_may_say_when_to_come_back(response: Response, seconds: float | None) -> None:
    verdict = classify(response)
    assert verdict is not None
    assert verdict.retry_after_s == seconds


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        (Response(302, {"location": "http://a.example/\x1b[31m"}, b""),
         "302 sends calls to http://a.example/ [31m, where none is made"),
        (Response(503, {"location": "/"}, b'{"error": {"message": "Busy"}}'), "503 Busy"),
        (Response(502, {}, b"<html><title>Bad Gateway</title>"), "502 Bad Gateway"),
        (Response(502, {}, b"<title>" * 2_000), "502 without a word why"),
        (Response(503, {}, b'{"error": {}}'), "503 without a word why"),
        (Response(503, {}, b'{"error": {"message": "\xff"}}'), "503 without a word why"),
        (Response(503, {}, b'{"error":' * 100_000), "503 without a word why"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_in_its_own_words_if_it_has_any(
    response: Response, sentence: str
) -> None:
    verdict = classify(response)
    assert verdict is not None
    assert verdict.sentence == sentence


def test_a_message_is_one_line_without_control_characters() -> None:
    verdict = classify(refusal(400, "bad\n\x1b[31mred\x07"))
    assert verdict is not None
    assert verdict.sentence == "400 bad [31mred"


@needs_real_data
def test_every_recorded_refusal_is_understood() -> None:
    understood = {}
    for file in (REAL / "google_errors").glob("*.json"):
        recorded = json.loads(file.read_text())
        verdict = classify(Response(recorded["http_status"], {}, recorded["body_raw"].encode()))
        understood[file.stem] = verdict.trouble if verdict else None
    assert understood == RECORDED
