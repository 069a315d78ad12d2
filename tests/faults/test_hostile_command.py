"""The whole command against a hostile server: what it says and stores, in a process of its own."""

import json
import logging
from pathlib import Path
from random import Random

import pytest

from crawler.commands.summary import tell
from tests.acceptance.api import Api, in_thread
from tests.acceptance.books import isbns
from tests.acceptance.driver import Bookcrawl
from tests.calls.conftest import _a_users_own_folder
from tests.faults.account import Account
from tests.faults.certificates import Certificate
from tests.faults.effort import LONG, by_effort
from tests.faults.hostile import MADE_UP, Fault, hostile
from tests.faults.inside import Inside, run_inside
from tests.faults.malice import NO_ANSWERS
from tests.faults.sending import body, sends
from tests.faults.trial import Trial, assert_spoke_plainly

__all__ = ["_a_users_own_folder"]

ISBNS = by_effort(30, 400)

SLOW = "stall, and drip of a byte a second"
MET = [fault for kind in NO_ANSWERS if kind != SLOW for fault, _ in NO_ANSWERS[kind].values()]
STALLS = [fault for fault, _ in NO_ANSWERS[SLOW].values()]


def test_the_command_comes_through_all_of_it_without_a_trace(
    program: Bookcrawl, account: Account, chance: Random
) -> None:
    with in_thread(hostile(program.home.parent / "calls.jsonl")) as server:
        trial = Trial(
            program,
            Api(server.url, server.log, MADE_UP),
            program.write("isbns.txt", isbns(ISBNS)),
            ("--timeout", "0.5", "--concurrency", "20"),
        )
        undisturbed = trial.undisturbed()
        stalling = server.requests + chance.randrange(1, ISBNS // 4)

        def meet(call: int) -> Fault | None:
            if call == stalling:
                return chance.choice(STALLS)
            return chance.choice(MET) if chance.random() < 0.2 else None

        server.meets = meet
        trial.crawl(0)
        met = server.faults
        assert program.database.contents() == undisturbed
    assert met > 0
    account("http", "all of these at random", "hostile server: a fifth of the calls",
            times=met, lost=0)  # fmt: skip


@pytest.mark.skipif(not LONG, reason="a soak waits the ten seconds until a source is given up")
def test_the_command_says_that_it_is_the_certificate_and_no_more(
    program: Bookcrawl, account: Account, tmp_path: Path
) -> None:
    tls = Certificate("127.0.0.1").context(tmp_path)
    with in_thread(hostile(tmp_path / "calls.jsonl", tls=tls)) as server:
        file = program.write("isbns.txt", isbns(ISBNS))
        ended = program.run("crawl", "--base-url", server.url, "--rate", "0", file)
        assert server.requests == 0
    assert ended.code == 75
    assert_spoke_plainly(ended)
    told = "the certificate of 127.0.0.1 is not to be trusted (self-signed certificate)"
    assert told in ended.err
    assert "SSL" not in ended.err
    account("network", "TLS certificate signed by itself", "the whole command", times=1, lost=0)


KEY = "AIza-a-secret-that-nobody-may-see-2026"
EVIL = f"{KEY}\x1b]0;evil\x07\x1b[31m\u202e"
RAW = EVIL.encode().decode("latin-1")

REPEATED: dict[str, Fault] = {
    "the refusal": body(
        json.dumps({"error": {"message": f"Consumer 'api_key:{EVIL}' has had it."}}).encode(),
        status="403 Forbidden",
    ),
    "the title of a page": body(f"<title>{EVIL}</title>".encode(), status="502 Bad Gateway"),
    "the address of a redirect": body(b"", f"Location: /?key={RAW}", status="302 Found"),
    "the status": sends(lambda _: f"HTTP/1.1 {EVIL} OK\r\n\r\n".encode()),
    "the words of the status": body(b"", status=f"503 {RAW}"),
    "a header that is none": body(b"{}", RAW),
    "a header": body(b"{}", f"Retry-After: {RAW}", f"Date: {RAW}", status="503 Busy"),
    "the packing": body(b"{}", f"Content-Encoding: {RAW}"),
}


@pytest.mark.parametrize("place", REPEATED)
def test_what_a_server_puts_into_its_refusals_commands_no_terminal_and_tells_no_key(
    tmp_path: Path, account: Account, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    (tmp_path / "key").write_text(KEY)

    async def hear_it(inside: Inside) -> str:
        inside.server.meets = lambda call: None if call % 2 else REPEATED[place]
        summary = await inside.crawl(0, 3, 75, key_file=tmp_path / "key", concurrency=1)
        return "\n".join(tell(summary))

    with caplog.at_level(logging.DEBUG, "crawler"):
        told = run_inside(tmp_path, 8, hear_it)
    for words in (told, caplog.text):
        assert KEY not in words
        assert "\x1b" not in words
        assert "\u202e" not in words
    for file in (tmp_path / "home").iterdir():
        assert KEY.encode() not in file.read_bytes()
    account("http", "commands to a terminal, and the key, in refusals and headers",
            "hostile server: every second call", times=4, lost=0)  # fmt: skip
