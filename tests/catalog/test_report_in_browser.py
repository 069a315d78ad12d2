"""The report as its reader sees it, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Page, needs_chromium, open_browser
from tests.catalog.reporting import fill, report
from tests.catalog.shelf import Shelf

PICTURES = """[...document.querySelectorAll('.picture svg')].map(svg => {
    const box = svg.getBoundingClientRect();
    const marks = [...svg.querySelectorAll('.mark-rect path, .mark-line path')];
    return [box.width, box.height, Math.max(...marks.map(mark => mark.getBBox().width))];
})"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
BAR = "getComputedStyle(document.querySelector('.mark-rect path')).fill"
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"

TOO_SMALL = 100

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("report")
    shelf = Shelf(folder / "books.db")
    fill(shelf)
    (folder / "books.html").write_text(report(shelf), encoding="utf-8")
    yield folder / "books.html"
    shelf.close()


async def test_a_report_is_drawn_in_light_and_dark_and_on_a_phone(
    file: Path, tmp_path: Path
) -> None:
    async with open_browser(tmp_path / "profile") as page:
        colours = [await _colours(page, file, dark=dark) for dark in (False, True)]
        await _check_pictures(page)
        await page.look(width=390)
        await page.open(file.as_uri())
        assert await page.evaluate(OVERFLOW) == 0
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert await page.evaluate(OVERFLOW) == 0
        assert (await page.print()).startswith(b"%PDF")
    assert page.complaints == []
    assert set(page.requests) == {file.as_uri()}
    (light, blue), (dark, light_blue) = colours
    assert light != dark
    assert blue != light_blue
    assert not {light, dark, blue, light_blue} & {"none", "rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"}


async def _colours(page: Page, file: Path, *, dark: bool) -> tuple[object, object]:
    await page.look(width=1100, dark=dark)
    await page.open(file.as_uri())
    return await page.evaluate(BACKGROUND), await page.evaluate(BAR)


async def _check_pictures(page: Page) -> None:
    pictures = await page.evaluate(PICTURES)
    assert isinstance(pictures, list)
    assert len(pictures) == 14
    for width, height, widest_mark in pictures:
        assert width > TOO_SMALL
        assert height > 0
        assert widest_mark > 0


async def test_a_page_that_runs_a_script_is_told_of(tmp_path: Path) -> None:
    """What the test above relies on: the browser does tell."""
    (tmp_path / "bad.html").write_text("<script>console.error('x'); nothing()</script><img src=y>")
    async with open_browser(tmp_path / "profile") as page:
        await page.open((tmp_path / "bad.html").as_uri())
    assert len(page.requests) == 2
    assert "console.error: x" in page.complaints
    assert any("nothing is not defined" in complaint for complaint in page.complaints)
