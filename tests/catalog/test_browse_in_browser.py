"""Datasette in a real browser: what it draws, and whom it asks."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser import Page, needs_chromium, open_browser
from tests.catalog.browsing import Visitor, browses, browsing
from tests.catalog.shelf import Shelf
from tests.faults.hostile_texts import MEANINGFUL

pytestmark = [browses, needs_chromium, pytest.mark.asyncio(loop_scope="module")]

FOX = 9780140328721
PAGES = {
    "": "document.querySelectorAll('.ways a').length > 15",
    "bookcrawl": "document.querySelector('.CodeMirror') !== null",
    "bookcrawl/books": "document.querySelectorAll('.facet-info').length === 6",
    "bookcrawl/books?_search=fox": "document.querySelectorAll('tbody tr').length === 1",
    "bookcrawl/books/1": "document.querySelector('h1').innerText === 'Fantastic Mr Fox'",
    "bookcrawl/authors": "document.querySelectorAll('tbody tr').length > 1",
    "bookcrawl/ledger": "document.querySelectorAll('.facet-info').length > 0",
}
"""What is to be seen on them."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visitor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visitor]:
    shelf = Shelf(tmp_path_factory.mktemp("browse") / "books.db")
    shelf.add(
        FOX,
        "Fantastic Mr Fox",
        authors=("Roald Dahl",),
        thumbnail_url="https://books.google.com/books/content?id=1",
    )
    shelf.note(9780000000002, "missing")
    for number, text in enumerate(MEANINGFUL, 1):
        shelf.add(FOX + number, text, authors=(text,), categories=(text,), description=text)
    async with browsing(shelf.path) as visitor:
        yield visitor
    shelf.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    async with open_browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_drawn_without_complaint_and_asks_nobody_else(
    page: Page, visitor: Visitor, path: str
) -> None:
    page.requests.clear()
    page.complaints.clear()
    await page.look(width=1280)
    await page.open(visitor.address + path)
    await page.wait_until(PAGES[path])
    assert page.complaints == []
    assert page.requests
    assert all(url.startswith((visitor.address, "data:")) for url in page.requests)


async def test_on_a_phone_no_page_is_wider_than_the_screen(page: Page, visitor: Visitor) -> None:
    await page.look(width=390)
    for path in PAGES:
        await page.open(visitor.address + path)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_a_form_of_the_page_searches(page: Page, visitor: Visitor) -> None:
    await page.open(visitor.address)
    await page.evaluate("document.querySelector('[type=search]').value = 'fox'")
    await page.evaluate("document.querySelector('form').submit()")
    await page.wait_until(
        "location.search === '?_search=fox' && document.readyState === 'complete'"
    )
    assert await page.evaluate("document.querySelectorAll('tbody tr').length") == 1
    assert page.complaints == []
