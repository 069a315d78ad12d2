"""The API over real sockets on loopback."""

import gzip
import json
from pathlib import Path

import pytest

from crawler.sandbox import SandboxOptions, serve
from crawler.sandbox.volume_id import volume_id
from crawler.sandbox.world import Case
from tests.sandbox.client import ISBN, KEY, OPTIONS, sandbox
from tests.sandbox.world import WORLD, isbn_with, some_isbns


async def test_a_search_without_a_hit_has_no_items() -> None:
    async with sandbox() as client:
        got = await client.search(f"isbn:{isbn_with(Case.UNKNOWN)}")
    assert got.status == 200
    assert got.json == {"kind": "books#volumes", "totalItems": 0}


async def test_several_isbns_in_one_call_find_nothing_where_or_is_not_honoured() -> None:
    query = " OR ".join(f"isbn:{isbn}" for isbn in some_isbns(12))
    deaf = SandboxOptions(seed=WORLD.seed, hit_rate=WORLD.hit_rate, honour_or=False)
    async with sandbox() as client:
        heard = await client.search(query, maxResults="40", fields="items(id)")
    async with sandbox(deaf) as client:
        unheard = await client.search(query, maxResults="40")
        alone = await client.search(f"isbn:{ISBN}")
    items = heard.json["items"]
    assert isinstance(items, list)
    assert len(items) > 5
    assert "items" not in unheard.json
    assert "items" in alone.json


@pytest.mark.parametrize(("asked", "shown"), [(None, 10), ("0", 0), ("1", 1), ("40", 40)])
async def test_max_results_is_10_unless_told_and_40_at_most(asked: str | None, shown: int) -> None:
    query = {"q": "the copper coast"} | ({} if asked is None else {"maxResults": asked})
    async with sandbox() as client:
        got = await client.get("/volumes", None, **query)
    items = got.json.get("items", [])
    assert isinstance(items, list)
    assert len(items) == shown


async def test_the_pages_of_a_search_follow_each_other() -> None:
    async with sandbox() as client:
        whole = await client.search("the copper coast", maxResults="20", fields="items/id")
        second = await client.search("the copper coast", startIndex="10", fields="items/id")
    ids = whole.json["items"]
    assert isinstance(ids, list)
    assert second.json["items"] == ids[10:20]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({}, "queryRequired"),
        ({"q": " "}, "queryRequired"),
        ({"q": "x", "maxResults": "41"}, "invalidParameter"),
        ({"q": "x", "maxResults": "-1"}, "invalidParameter"),
        ({"q": "x", "maxResults": "many"}, "invalidParameter"),
        ({"q": "x", "startIndex": "-1"}, "invalidParameter"),
        ({"q": "x", "fields": "items(titel)"}, "invalidParameter"),
    ],
)
async def test_a_request_that_makes_no_sense_is_a_400(query: dict[str, str], reason: str) -> None:
    async with sandbox() as client:
        got = await client.get("/volumes", None, **query)
    assert (got.status, got.reason) == (400, reason)


async def test_an_unknown_id_is_a_404_and_a_malformed_one_a_503() -> None:
    unknown = volume_id(isbn_with(Case.UNKNOWN))
    async with sandbox() as client:
        assert (await client.get(f"/volumes/{volume_id(ISBN)}")).json["id"] == volume_id(ISBN)
        for name in (unknown, "AAAAAAAAAAAA"):
            got = await client.get(f"/volumes/{name}")
            assert (got.status, got.reason) == (404, "notFound")
        for name in ("NOT+EXISTING", "short", "far-too-long-for-it"):
            got = await client.get(f"/volumes/{name}")
            assert (got.status, got.reason) == (503, "backendFailed")


async def test_the_etag_is_another_one_in_each_answer_and_nothing_else_is() -> None:
    async with sandbox() as client:
        one, other = [await client.get(f"/volumes/{volume_id(ISBN)}") for _ in range(2)]
    assert one.json["etag"] != other.json["etag"]
    assert {**one.json, "etag": ""} == {**other.json, "etag": ""}


async def test_an_answer_is_indented_unless_pretty_print_is_off() -> None:
    async with sandbox() as client:
        pretty = await client.get(f"/volumes/{volume_id(ISBN)}")
        plain = await client.get(f"/volumes/{volume_id(ISBN)}", prettyPrint="false")
    assert pretty.body.startswith(b'{\n  "kind"')
    assert b"\n" not in plain.body


async def test_the_country_of_the_call_is_that_of_the_answer() -> None:
    async with sandbox() as client:
        got = await client.search(f"isbn:{ISBN}", country="NO", fields="items(saleInfo/country)")
    assert got.json == {"items": [{"saleInfo": {"country": "NO"}}]}


@pytest.mark.parametrize(
    ("accepted", "agent", "is_packed"),
    [
        ("gzip, deflate", "bookcrawl (gzip)", True),
        ("gzip", "bookcrawl", False),
        ("identity", "bookcrawl (gzip)", False),
    ],
)
async def test_gzip_needs_the_word_in_the_user_agent_too(
    accepted: str, agent: str, is_packed: bool
) -> None:
    headers = {"Accept-Encoding": accepted, "User-Agent": agent}
    async with sandbox() as client:
        got = await client.search(f"isbn:{ISBN}", headers)
    assert ("Content-Encoding" in got.headers) is is_packed
    body = gzip.decompress(got.body) if is_packed else got.body
    assert json.loads(body)["kind"] == "books#volumes"


async def test_each_call_leaves_a_line_before_its_answer_and_never_the_key(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    options = SandboxOptions(seed=WORLD.seed, hit_rate=WORLD.hit_rate, log=log)
    one, other = some_isbns(2)
    async with sandbox(options) as client:
        await client.search(f"isbn:{one} OR isbn:{other}", KEY, maxResults="40", key="secret-1")
        assert len(log.read_text().splitlines()) == 1
        await client.get("/volumes", key="secret-2")
        await client.get(f"/volumes/{volume_id(ISBN)}", key="secret-3")
    text = log.read_text()
    assert "secret" not in text
    assert "a-good-key" not in text
    assert [json.loads(line) for line in text.splitlines()] == [
        {
            "time": "2026-11-21T12:00:00.000000Z",
            "monotonic": 0.0,
            "path": "/books/v1/volumes",
            "query": f"q=isbn:{one} OR isbn:{other}&maxResults=40",
            "status": 200,
            "isbns": [str(one), str(other)],
            "fault": None,
        },
        {
            "time": "2026-11-21T12:00:00.000000Z",
            "monotonic": 0.0,
            "path": "/books/v1/volumes",
            "query": "",
            "status": 400,
            "isbns": [],
            "fault": None,
        },
        {
            "time": "2026-11-21T12:00:00.000000Z",
            "monotonic": 0.0,
            "path": f"/books/v1/volumes/{volume_id(ISBN)}",
            "query": "",
            "status": 200,
            "isbns": [str(ISBN)],
            "fault": None,
        },
    ]


async def test_the_verdict_on_an_isbn_can_be_asked_for() -> None:
    async with sandbox() as client:
        known = await client.get(f"/../../sandbox/verdict/{ISBN}")
        unknown = await client.get(f"/../../sandbox/verdict/{isbn_with(Case.UNKNOWN)}")
        none = await client.get("/../../sandbox/verdict/hello")
    assert known.json == {"isbn13": str(ISBN), "verdict": "found"}
    assert unknown.json["verdict"] == "missing"
    assert none.status == 404


async def test_the_port_is_free_again_when_the_sandbox_has_stopped() -> None:
    async with serve(OPTIONS) as url:
        port = int(url.rsplit(":", 1)[1].split("/")[0])
        with pytest.raises(OSError, match="address already in use"):
            async with serve(OPTIONS, port=port):
                pass
    async with serve(OPTIONS, port=port) as again:
        assert again == url
