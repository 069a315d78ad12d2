import json
from pathlib import Path

import pytest
from msgspec import json as msgjson

from crawler.isbn import ISBN13, find_isbn
from crawler.sandbox import SandboxOptions, serve
from crawler.sandbox.query import parse_query
from crawler.sandbox.replay import Recorded
from crawler.sandbox.shape import JSON
from tests.sandbox.world import REAL

RECORDED = REAL / "google_books"

real = pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded answers at {RECORDED}")

LIST = {
    "kind": "books#volumes",
    "totalItems": 2,
    "items": [
        {
            "id": "aaaaaaaaaaaa",
            "volumeInfo": {
                "title": "As the search shows it",
                "industryIdentifiers": [{"type": "ISBN_10", "identifier": "0140328726"}],
            },
        },
        {"id": "bbbbbbbbbbbb", "volumeInfo": {"title": "Without an identifier"}},
    ],
}
VOLUME = {
    "kind": "books#volume",
    "id": "aaaaaaaaaaaa",
    "volumeInfo": {
        "title": "In full",
        "industryIdentifiers": [{"type": "ISBN_13", "identifier": "9780140328721"}],
    },
}
ISBN = ISBN13(9780140328721)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "list.json").write_text(json.dumps(LIST))
    (tmp_path / "volume.json").write_text(json.dumps(VOLUME))
    return tmp_path


def titles(recorded: Recorded, query: str) -> list[str]:
    page = recorded.search(parse_query(query), slice(0, 40), "US")
    return [json.loads(item)["volumeInfo"]["title"] for item in page.items]


@pytest.mark.parametrize("query", ["isbn:9780140328721", "isbn:0140328726", "9780140328721"])
def test_a_recorded_volume_is_found_by_either_form_of_its_isbn(folder: Path, query: str) -> None:
    assert titles(Recorded(folder), query) == ["As the search shows it"]


@pytest.mark.parametrize("query", ["isbn:9780306406157", "without an identifier"])
def test_anything_else_has_no_hit(folder: Path, query: str) -> None:
    assert titles(Recorded(folder), query) == []


def test_an_id_gives_the_volume_as_it_was_recorded_in_full(folder: Path) -> None:
    recorded = Recorded(folder)
    full = recorded.find_volume("aaaaaaaaaaaa", "US")
    listed = recorded.find_volume("bbbbbbbbbbbb", "US")
    assert full is not None
    assert listed is not None
    assert json.loads(full) == VOLUME
    assert json.loads(listed)["volumeInfo"]["title"] == "Without an identifier"
    assert recorded.find_volume("cccccccccccc", "US") is None


def test_the_verdict_is_what_was_recorded(folder: Path) -> None:
    recorded = Recorded(folder)
    assert recorded.verdict(ISBN) == "found"
    assert recorded.verdict(ISBN13(9780306406157)) == "missing"


@pytest.mark.parametrize("text", ["", "[]", '{"kind": 1}', "<html>"])
def test_a_file_that_is_no_answer_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.json").write_text(text)
    with pytest.raises(ValueError, match=r"odd\.json is no recorded answer"):
        Recorded(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no recorded answer"):
        Recorded(tmp_path)


@real
async def test_all_recorded_volumes_are_found_by_each_of_their_isbns() -> None:
    from aiohttp import ClientSession

    async with serve(SandboxOptions(replay=RECORDED)) as url, ClientSession() as session:
        for isbn, volume in recorded_volumes():
            asked = {"q": f"isbn:{isbn}", "maxResults": "40"}
            async with session.get(f"{url}/volumes", params=asked) as response:
                answer = await response.json()
            assert volume in answer["items"] or is_recorded_twice(volume["id"])


def recorded_volumes() -> list[tuple[ISBN13, dict[str, JSON]]]:
    found = []
    for path in sorted(RECORDED.glob("list_*.json")):
        for volume in json.loads(path.read_text()).get("items", []):
            for entry in volume["volumeInfo"].get("industryIdentifiers", []):
                isbn = find_isbn(entry["identifier"]) if entry["type"][:4] == "ISBN" else None
                if isbn is not None:
                    found.append((isbn, volume))
    assert len(found) > 100
    return found


def is_recorded_twice(volume_id: JSON) -> bool:
    texts = [path.read_bytes() for path in sorted(RECORDED.glob("*.json"))]
    name = msgjson.encode({"id": volume_id})[1:-1]
    return sum(text.replace(b'"id": ', b'"id":').count(name) for text in texts) > 1
