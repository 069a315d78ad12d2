"""Answers damaged byte by byte: whatever is left of them, reading it ends in no error."""

import json
from random import Random
from typing import Any

from crawler.book import Found, Missing
from crawler.call import Response, Verdict
from crawler.sandbox.api import Api, parse_call
from crawler.sandbox.collection import MadeUp
from crawler.sources import google_books
from tests.calls.crawling import made_up_isbns
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.hostile import MADE_UP

DAMAGED = by_effort(2_000, 100_000)

STATUSES = (200, 200, 200, 400, 403, 429, 503)
VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**63,
    1e308,
    "",
    "\ud800",
    "9" * 5_000,
    [],
    {},
    [[[]]],
    {"a": None},
)
"""Of another kind than any field has, or at the edge of it."""


def bytes_damaged(answer: bytes, chance: Random) -> bytes:
    """Some bytes turned, some left out, some put in."""
    spoiled = bytearray(answer)
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(spoiled) + 1)
        spoiled[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(spoiled)


def value_damaged(answer: bytes, chance: Random) -> bytes:
    """One value of the JSON in the place of which stands another."""
    whole = json.loads(answer)
    place, key = whole, chance.choice(list(whole))
    while isinstance(place[key], dict | list) and place[key] and chance.random() < 0.9:
        place = place[key]
        key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
    place[key] = chance.choice(VALUES)
    return json.dumps(whole).encode()


def test_of_a_damaged_answer_something_is_made_or_nothing_but_no_error(
    chance: Random, account: Account
) -> None:
    api = Api(MadeUp(MADE_UP.world), honour_or=True)
    answers = []
    for isbn in made_up_isbns(20):
        asked = google_books.request([isbn], country=None).params
        answers.append((isbn, api.answer(parse_call(dict(asked), None)).body))
    for _ in range(DAMAGED):
        isbn, answer = chance.choice(answers)
        spoiled = chance.choice((bytes_damaged, value_damaged))(answer, chance)
        outcome = google_books.read(isbn, Response(chance.choice(STATUSES), {}, spoiled))
        assert isinstance(outcome, Found | Missing | Verdict)
    account("http", "answers damaged at random", "the reader alone", times=DAMAGED, lost=0)
