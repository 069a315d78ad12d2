"""The refusals, held against the recorded ones where there are such."""

import json

import pytest

from crawler.sandbox import errors
from crawler.sandbox.errors import Answer
from tests.sandbox.world import REAL

RECORDED = REAL / "google_errors"


@pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded errors at {RECORDED}")
@pytest.mark.parametrize(
    ("answer", "file"),
    [
        (errors.KEY_NOT_VALID, "400_badrequest_01.json"),
        (errors.QUERY_REQUIRED, "400_queryrequired_01.json"),
        (errors.VOLUME_NOT_FOUND, "404_notfound_01.json"),
        (errors.BACKEND_FAILED, "503_backendfailed_01.json"),
        (errors.BY_NAME["unknownLocation"], "403_unknownlocation_01.json"),
        (errors.BY_NAME["403"], "403_userratelimitexceeded_2016_drive.json"),
        (
            errors.day_quota_spent(0, project="624717413613"),
            "429_ratelimitexceeded_keyless_day_quota_zero.json",
        ),
    ],
)
def test_a_refusal_is_the_recorded_one_word_for_word(answer: Answer, file: str) -> None:
    recorded = json.loads((RECORDED / file).read_text())
    assert answer.status == recorded["http_status"]
    assert json.loads(answer.body) == recorded["body"]


@pytest.mark.parametrize("name", sorted(errors.BY_NAME.keys() - {"502", "unavailable"}))
def test_every_refusal_is_one_of_the_two_envelopes(name: str) -> None:
    answer = errors.BY_NAME[name]
    error = json.loads(answer.body)["error"]
    assert error["code"] == answer.status
    assert error["errors"][0]["message"] == error["message"]
    assert error["errors"][0]["reason"]
    assert ("details" in error) <= ("status" in error)


def test_the_list_of_errors_may_be_missing_from_a_refusal() -> None:
    error = json.loads(errors.BY_NAME["unavailable"].body)["error"]
    assert set(error) == {"code", "message", "status"}


def test_the_two_limits_as_403_differ_in_text_and_unit_only() -> None:
    day = json.loads(errors.day_quota_spent(1000, as_403=True).body)["error"]
    short = json.loads(errors.rate_exceeded(60, as_403=True).body)["error"]
    for error in (day, short):
        assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
        assert error["errors"][0]["reason"] == "rateLimitExceeded"
    assert "Queries per day" in day["message"]
    assert "Queries per minute per user" in short["message"]
    units = [error["details"][0]["metadata"]["quota_unit"] for error in (day, short)]
    assert units == ["1/d/{project}", "1/min/{project}/{user}"]
