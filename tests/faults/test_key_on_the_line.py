"""The key goes to the API and nobody else, and what comes back with it is kept without it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from crawler.commands.summary import Summary, tell
from crawler.library.options import KEY_VARIABLE
from crawler.store.payloads import decompress
from tests.acceptance.database import Database
from tests.calls.crawling import made_up_isbns
from tests.calls.jumping import run_jumping
from tests.calls.runs import asking, crawl
from tests.faults.account import Account
from tests.faults.hostile import Fault, Talk, always, hostile, reply
from tests.faults.secret import KEY, PASSWORD, assert_told_nowhere


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user with a key, alone in a folder."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    return tmp_path


async def crawl_with_key(folder: Path, url: str) -> Summary:
    return await crawl(folder / "books.db", asking(url, timeout=30.0), made_up_isbns(8))


@asynccontextmanager
async def passer_on(answer: bytes) -> AsyncIterator[tuple[int, list[str]]]:
    """A proxy that passes nothing on; its port, and the heads that it saw."""
    heads: list[str] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1")
    async with server:
        yield server.sockets[0].getsockname()[1], heads


def test_a_proxy_is_not_told_the_key_nor_anybody_else_the_password_of_the_proxy(
    keyed: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    account: Account,
) -> None:
    caplog.set_level(logging.DEBUG)

    async def cross() -> tuple[Summary, list[str]]:
        refusal = reply(b"", 'Proxy-Authenticate: Basic realm="x"', status="407 Proxy")
        async with passer_on(refusal) as (port, heads):
            monkeypatch.setenv("HTTPS_PROXY", f"http://me:{PASSWORD}@127.0.0.1:{port}")
            return await crawl_with_key(keyed, "https://books.example/books/v1"), heads

    summary, heads = run_jumping(cross())
    assert summary.exit_code() == 75
    assert heads
    assert all(head.startswith("CONNECT books.example:443 ") for head in heads)
    assert all("Proxy-Authorization" in head for head in heads)
    assert_told_nowhere(keyed, *heads, *tell(summary), summary.as_json().decode(), caplog.text)
    account("security", "a proxy refuses", "proxy", times=len(heads), lost=0)


def test_a_login_of_the_users_for_other_places_is_not_sent(
    keyed: Path, monkeypatch: pytest.MonkeyPatch, account: Account
) -> None:
    keyed.joinpath(".netrc").write_text(f"default login me password {PASSWORD}\n")
    keyed.joinpath(".netrc").chmod(0o600)
    monkeypatch.delenv(KEY_VARIABLE)

    async def cross() -> list[str]:
        nothing = reply(b'{"kind": "books#volumes", "totalItems": 0}', "Connection: close")
        async with passer_on(nothing) as (port, heads):
            monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
            assert (await crawl_with_key(keyed, "http://books.example/v1")).exit_code() == 0
            return heads

    heads = run_jumping(cross())
    assert len(heads) == 8
    assert not any("\r\nauthorization:" in head.lower() for head in heads)
    account("security", "a login in ~/.netrc for anybody", "proxy", times=len(heads), lost=0)


def test_a_redirect_carries_the_key_nowhere(keyed: Path, account: Account) -> None:
    async def redirect() -> tuple[Summary, int, int]:
        async with (
            hostile(keyed / "calls.jsonl") as server,
            hostile(keyed / "elsewhere.jsonl") as elsewhere,
        ):
            moved = reply(b"", f"Location: {elsewhere.url}/volumes", status="307 Moved")
            server.meets = always(lambda talk: talk.send(moved))
            summary = await crawl_with_key(keyed, server.url)
            return summary, server.requests, elsewhere.accepted

    summary, asked, followed = run_jumping(redirect())
    assert summary.exit_code() == 75
    assert asked
    assert followed == 0
    account("security", "redirected to another host", "hostile server", times=asked, lost=0)


def payloads(database: Database) -> list[bytes]:
    query = "SELECT payloads.body, dictionaries.body FROM payloads JOIN dictionaries ON "
    rows = database.rows(query + "dictionaries.id = payloads.dictionary")
    return [decompress(bytes(body), bytes(words)) for body, words in rows]  # type: ignore[arg-type]


def parrot(write: Callable[[str], bytes]) -> Fault:
    """Answers with all that it was sent, the key among it."""

    async def repeat(talk: Talk) -> None:
        assert KEY in talk.request
        await talk.send(write(talk.request))

    return repeat


def as_a_book(request: str) -> bytes:
    isbn = request.partition("isbn%3A")[2][:13] or request.partition("isbn:")[2][:13]
    identifiers = f'[{{"type": "ISBN_13", "identifier": "{isbn}"}}]'
    info = f'{{"title": "{KEY}", "industryIdentifiers": {identifiers}}}'
    return reply(f'{{"totalItems": 1, "items": [{{"id": "x", "volumeInfo": {info}}}]}}'.encode())


REPEATING = {
    "as a book": (as_a_book, 0),
    "as a refusal": (
        lambda _: reply(f'{{"error": {{"message": "{KEY}"}}}}'.encode(), status="400 Bad"), 75,
    ),
    "as a limit": (
        lambda _: reply(f'{{"error": {{"message": "{KEY} per minute"}}}}'.encode(),
                        f"Retry-After: {KEY}", status="429 Slow"), 75,
    ),
    "as a page": (lambda _: reply(f"<title>{KEY}</title>".encode(), status="503 Sorry"), 75),
    "as its status": (lambda _: reply(b"{}", status=f"500 {KEY}"), 75),
    "as garbage": (lambda _: f"{KEY}\r\n\r\n".encode(), 75),
}  # fmt: skip


@pytest.mark.parametrize("name", REPEATING)
def test_an_answer_that_repeats_the_key_is_kept_without_it(
    keyed: Path, caplog: pytest.LogCaptureFixture, account: Account, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    write, code = REPEATING[name]

    async def repeat() -> tuple[Summary, int]:
        async with hostile(keyed / "calls.jsonl") as server:
            server.meets = always(parrot(write))
            return await crawl_with_key(keyed, server.url), server.faults

    summary, times = run_jumping(repeat())
    assert summary.exit_code() == code
    database = Database(keyed / "books.db")
    kept = [body.decode() for body in payloads(database)]
    assert len(kept) == summary.ledger.found
    assert_told_nowhere(keyed, *tell(summary), summary.as_json().decode(), caplog.text, *kept)
    account("security", f"the key repeated {name}", "hostile server", times=times, lost=0)
