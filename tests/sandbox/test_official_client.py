"""Google's own client for Python takes the sandbox for the API."""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

import pytest

from crawler.sandbox import SandboxOptions, serve
from crawler.sandbox.world import Case
from tests.sandbox.world import WORLD, isbn_with, some_isbns

discovery = pytest.importorskip("googleapiclient.discovery")
HttpError = pytest.importorskip("googleapiclient.errors").HttpError

T = TypeVar("T")
Answer = dict[str, "Answer | list[Answer] | str | int"]


class Request(Protocol):
    def execute(self) -> Answer: ...


class Volumes(Protocol):
    def list(self, **parameters: str | int) -> Request: ...
    def get(self, **parameters: str) -> Request: ...


async def with_client(work: Callable[[Volumes], T], **options: bool | int) -> T:
    settings = SandboxOptions(seed=WORLD.seed, hit_rate=WORLD.hit_rate, **options)  # type: ignore[arg-type]
    async with serve(settings) as url:
        root = url.removesuffix("books/v1")

        def run() -> T:
            with discovery.build(
                "books",
                "v1",
                developerKey="a-good-key",
                static_discovery=True,
                client_options={"api_endpoint": root},
            ) as service:
                return work(cast("Volumes", service.volumes()))

        return await asyncio.to_thread(run)


async def test_it_finds_a_book_and_gets_it_by_its_id() -> None:
    isbn = isbn_with(Case.ALONE)

    def work(volumes: Volumes) -> tuple[Answer, Answer]:
        found = volumes.list(q=f"isbn:{isbn}", maxResults=40).execute()
        (item,) = cast("list[Answer]", found["items"])
        return item, volumes.get(volumeId=str(item["id"])).execute()

    item, volume = await with_client(work)
    assert item["id"] == volume["id"]
    assert item["kind"] == volume["kind"] == "books#volume"


async def test_it_selects_fields_of_several_books_in_one_call() -> None:
    query = " OR ".join(f"isbn:{isbn}" for isbn in some_isbns(10))

    def work(volumes: Volumes) -> Answer:
        return volumes.list(q=query, maxResults=40, fields="items(id,volumeInfo/title)").execute()

    found = await with_client(work)
    items = cast("list[Answer]", found["items"])
    assert len(items) > 4
    assert all(set(item) == {"id", "volumeInfo"} for item in items)


async def test_it_understands_the_refusal_of_a_spent_day() -> None:
    def work(volumes: Volumes) -> str:
        volumes.list(q="x").execute()
        with pytest.raises(HttpError) as refused:
            volumes.list(q="x").execute()
        return str(refused.value)

    assert "Queries per day" in await with_client(work, daily_quota=1)
