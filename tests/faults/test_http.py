"""Whatever a server sends instead of an answer: nothing is lost and nothing is made of it, and
where it sends nothing else the run ends in a sentence, for another one to go on.
"""

import asyncio
import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from crawler.commands.summary import Summary
from crawler.drain import Stop
from crawler.fetch.health import REFUSED_IN_A_ROW
from crawler.sources.google_errors import LONGEST_RETRY_AFTER_S
from tests.calls.conftest import _a_users_own_folder
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.hostile import Fault, Talk, always, answer, every, hostile
from tests.faults.inside import Inside, run_inside, undisturbed
from tests.faults.malice import NO_ANSWERS, ODD
from tests.faults.sending import body

__all__ = ["_a_users_own_folder"]

ISBNS = 12
MANY = by_effort(80, 2_000)

WORKERS = 4
MOST_IN_VAIN = REFUSED_IN_A_ROW + 2 * WORKERS
"""Calls until a source is dead: those in a row, those in flight, and one to see who is there."""

SINGLY, GROUPED = 1, None


async def crawl_in_vain(inside: Inside, fault: Fault, sentence: str) -> Summary:
    """Crawl where each call meets the fault, with what has to hold of such a run."""
    inside.server.meets = always(fault)
    summary = await inside.crawl(75, concurrency=WORKERS)
    assert summary.stopped is not None
    assert summary.stopped.why is Stop.UNREACHABLE
    assert re.search(sentence, summary.stopped.sentence), summary.stopped.sentence
    assert summary.stopped.sentence.isprintable()
    assert summary.ledger.pending == inside.isbns
    assert summary.calls.total <= MOST_IN_VAIN
    return summary


@pytest.mark.parametrize("group", [SINGLY, GROUPED], ids=["singly", "auto"])
def test_whatever_comes_instead_of_an_answer_is_asked_for_again_and_changes_nothing(
    tmp_path: Path, account: Account, chance: Random, group: int | None
) -> None:
    expected = undisturbed(MANY)
    told = [(kind, fault) for kind, named in NO_ANSWERS.items() for fault, _ in named.values()]
    met: Counter[str] = Counter()
    left: list[tuple[str, Fault]] = []

    def one_of_them_or_none(call: int) -> Fault | None:
        """Each of them once, before any is met again; what never answered at all is left sooner."""
        if call == 1 or chance.random() < 0.5:
            return None
        if not left:
            left.extend(chance.sample(told, len(told)))
        kind, fault = left.pop()
        met[kind] += 1
        return fault

    async def meet_them(inside: Inside) -> None:
        inside.server.meets = one_of_them_or_none
        await inside.crawl(0, group=group)
        assert inside.trial.program.database.contents() == expected

    run_inside(tmp_path, MANY, meet_them)
    for kind, times in met.items():
        account("http", kind, "hostile server: half of the calls", times=times, lost=0)


@pytest.mark.parametrize("kind", NO_ANSWERS)
def test_a_server_that_sends_nothing_else_ends_the_run_in_a_sentence_and_another_goes_on(
    tmp_path: Path, account: Account, kind: str
) -> None:
    expected = undisturbed(ISBNS)

    async def meet_only_that(inside: Inside) -> int:
        for name, (fault, sentence) in NO_ANSWERS[kind].items():
            print(name)
            await crawl_in_vain(inside, fault, sentence)
        met = inside.server.faults
        await inside.finish(expected)
        return met

    met = run_inside(tmp_path, ISBNS, meet_only_that)
    account("http", kind, "hostile server: every call", times=met, lost=0)


ENDED_AFTER = {"closed after it", "reset after it"}
"""The next call may have been sent on the same connection by then."""


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_an_answer_if_it_is_whole(
    tmp_path: Path, account: Account, name: str
) -> None:
    expected = undisturbed(ISBNS)

    async def meet_only_that(inside: Inside) -> None:
        inside.server.meets = always(ODD[name])
        await inside.crawl(0, unread=ISBNS if name in ENDED_AFTER else 0)
        assert inside.trial.program.database.contents() == expected

    run_inside(tmp_path, ISBNS, meet_only_that)
    kind = "103, gzip in pieces, wrong content types, no length"
    account("http", kind, "hostile server: every call", times=ISBNS, lost=0)


async def answer_and_answer_once_more(talk: Talk) -> None:
    await answer(talk)
    await asyncio.sleep(0.5)
    await answer(talk)


def test_an_answer_that_nobody_asked_for_is_not_taken_for_that_of_the_next_call(
    tmp_path: Path, account: Account
) -> None:
    """It lies on a kept connection when the next call is about to go."""
    expected = undisturbed(ISBNS)

    async def meet_it(inside: Inside) -> None:
        inside.server.meets = always(answer_and_answer_once_more)
        await inside.crawl(0, rate=1.0, concurrency=1)
        assert inside.trial.program.database.contents() == expected

    run_inside(tmp_path, ISBNS, meet_it)
    account("http", "each answer sent twice", "hostile server: every call", times=ISBNS, lost=0)


ELSEWHERE = {
    "another host": (301, "http://127.0.0.2:{port}/books/v1/volumes", r"127\.0\.0\.2"),
    "itself": (302, "/books/v1/volumes?q=isbn:9780140328721", "/books/v1/volumes"),
    "this machine": (303, "http://127.0.0.1:{port}/", r"127\.0\.0\.1:\d+/"),
    "a file": (307, "file:///etc/passwd", "file:///etc/passwd"),
    "a terminal": (308, "http://\x1b]0;evil\x07\u202eelsewhere/", "http:// .*elsewhere/"),
    "far away": (301, "http://" + "x" * 5_000, "http://xxx"),
    "nowhere": (302, "", "without a word why"),
}


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_redirect_is_followed_nowhere_and_told(
    tmp_path: Path, account: Account, place: str
) -> None:
    expected = undisturbed(ISBNS)
    status, location, told = ELSEWHERE[place]

    async def be_redirected(inside: Inside) -> int:
        async with hostile(tmp_path / "elsewhere.jsonl") as elsewhere:
            header = f"Location: {location.format(port=elsewhere.port)}".encode().decode("latin-1")
            redirect = body(b"", header, status=f"{status} Elsewhere")
            summary = await crawl_in_vain(inside, redirect, f"^{status} .*{told}")
            assert summary.stopped is not None
            assert len(summary.stopped.sentence) < 300
            inside.server.meets = every(3, redirect)
            await inside.crawl(0)
            assert inside.trial.program.database.contents() == expected
            assert (elsewhere.accepted, elsewhere.requests) == (0, 0)
            return inside.server.faults

    met = run_inside(tmp_path, ISBNS, be_redirected)
    kind = "redirect to itself, another host, a file, loopback"
    account("http", kind, "hostile server: every call, every third", times=met, lost=0)


AT_NOON = "Date: Fri, 20 Nov 2026 20:00:00 GMT"
WHEN = {
    "in the past": ("Fri, 20 Nov 2020 20:00:00 GMT", AT_NOON),
    "in seconds before now": ("-7",),
    "at the end of time": ("Fri, 31 Dec 9999 23:59:59 GMT", AT_NOON),
    "in a zone beyond all": ("Fri, 20 Nov 2026 20:00:00 +99999999999999999999", AT_NOON),
    "in 30,000 years": ("999999999999",),
    "in more seconds than a number has": ("9" * 6_000,),
    "by another calendar": ("٣٤٥".encode().decode("latin-1"),),
    "on no date": ("soon", AT_NOON),
    "by a date that nobody said": ("Fri, 20 Nov 2026 20:00:30 GMT",),
    "in half a second": ("0.5",),
    "not at all": ("",),
}


def come_back(when: str, status: str) -> Fault:
    return body(b"", f"Retry-After: {WHEN[when][0]}", *WHEN[when][1:], status=status)


@pytest.mark.parametrize("status", ["503 Busy", "429 Too Many"])
def test_however_oddly_a_source_says_when_to_come_back_it_is_done_in_time(
    tmp_path: Path, account: Account, status: str
) -> None:
    expected = undisturbed(ISBNS)
    odd = dict(zip(range(1, 2 * len(WHEN), 2), WHEN, strict=True))

    async def come_back_oddly(inside: Inside) -> int:
        inside.server.meets = lambda call: come_back(odd[call], status) if call in odd else None
        summary = await inside.crawl(0, concurrency=1)
        assert inside.trial.program.database.contents() == expected
        assert inside.server.faults == len(WHEN)
        assert summary.seconds < (len(WHEN) + 1) * LONGEST_RETRY_AFTER_S
        return inside.server.faults

    met = run_inside(tmp_path, ISBNS, come_back_oddly)
    account("http", "Retry-After past, huge, garbage", "hostile server: every second call",
            times=met, lost=0)  # fmt: skip


@pytest.mark.parametrize("when", ["in 30,000 years", "at the end of time"])
def test_a_source_that_says_never_is_asked_a_few_times_and_left(
    tmp_path: Path, account: Account, when: str
) -> None:
    expected = undisturbed(ISBNS)

    async def come_back_never(inside: Inside) -> int:
        summary = await crawl_in_vain(inside, come_back(when, "503 Busy"), "^503 ")
        assert summary.seconds < MOST_IN_VAIN * LONGEST_RETRY_AFTER_S
        await inside.finish(expected)
        return summary.calls.total

    calls = run_inside(tmp_path, ISBNS, come_back_never)
    account("http", "Retry-After past, huge, garbage", "hostile server: every call",
            times=calls, lost=0)  # fmt: skip
