import re
import sys
import unicodedata
from datetime import date
from subprocess import run
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.catalog.report import charts
from crawler.catalog.report.labels import LONGEST_LABEL, label, short_label
from tests.faults.hostile_texts import obeyed, texts

SVG = "{http://www.w3.org/2000/svg}"
ANY_SIGN = st.characters() | st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp"])

DRAW_SIGNS_OF_EACH_KIND = """
from collections import defaultdict
from unicodedata import category
from crawler.catalog.report import charts
kinds = defaultdict(list)
for sign in map(chr, range(0x110000)):
    kinds[category(sign)].append(sign)
names = ["".join(signs[:: 1 + len(signs) // 18]) for signs in kinds.values()]
charts.bars(names, [1] * len(names))
"""


def elements(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter())  # noqa: S314 - made here


def words(svg: str) -> list[str]:
    return [element.text or "" for element in elements(svg) if element.tag == f"{SVG}text"]


def test_a_bar_stands_between_its_name_and_its_number() -> None:
    svg = charts.bars(["Fiction", "Law"], [1200, 30])
    assert words(svg) == ["Fiction", "Law", "1,200", "30"]


def test_two_names_that_are_cut_alike_keep_a_bar_each() -> None:
    start = "University Press of Northern A"
    svg = charts.bars([f"{start}shcombe", f"{start}shford"], [7, 5])
    assert words(svg) == [f"{start}…", f"{start}…", "7", "5"]


def test_short_names_leave_their_room_to_the_bars() -> None:
    assert _bar_width(["en", "de"]) > _bar_width(["en", "University Press of Ashcombe"])


def _bar_width(names: list[str]) -> float:
    return max(map(float, re.findall(r'd="M0,\d+h([\d.]+)v11', charts.bars(names, [7, 5]))))


@pytest.mark.parametrize(
    "svg",
    [
        charts.bars(["a"], [1]),
        charts.columns([1950, 1951], 1, [2, 3], "year"),
        charts.days([date(2026, 11, 20)], [136]),
        charts.course(["2026-11-21T07:15Z", "2026-11-21T07:16Z"], [1, 2], [2, 3]),
    ],
)
def test_a_picture_brings_no_style_link_or_script_and_takes_its_colours_from_the_page(
    svg: str,
) -> None:
    assert {element.tag.removeprefix(SVG) for element in elements(svg)} <= {
        "svg", "g", "path", "line", "text"
    }  # fmt: skip
    names = {name for element in elements(svg) for name in element.attrib}
    assert not {name for name in names if re.search(r"style|href|^on|^id$", name)}
    assert "var(--accent)" in svg


def test_hours_are_those_of_utc_wherever_it_is_drawn() -> None:
    svg = charts.course(["2026-11-21T07:00Z", "2026-11-21T08:00Z"], [1, 2])
    assert "07:30" in words(svg)


@given(st.text(ANY_SIGN, max_size=80) | texts)
def test_a_label_is_short_and_nothing_in_it_is_obeyed(text: str) -> None:
    shown = label(text)
    assert len(shown) <= LONGEST_LABEL + 1
    assert not obeyed(shown)
    assert all(unicodedata.category(sign) not in {"Cc", "Cs", "Cn"} for sign in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("岩波書店の本", "岩波書…"),
        ("Ninth", "Ninth"),
        ("Ninth Bridge", "Ninth…"),
        ("é" * 3, "é" * 3),
    ],
)
def test_a_label_is_cut_to_columns_and_not_within_a_sign(text: str, shown: str) -> None:
    assert short_label(text, 6) == shown


@settings(max_examples=15, deadline=None)
@given(texts)
def test_a_name_is_text_in_the_picture_whatever_it_means_elsewhere(text: str) -> None:
    assert words(charts.bars([text], [1]))[0].strip() == short_label(text, 30).strip()


def test_signs_of_every_kind_can_be_drawn() -> None:
    """Some end the whole process that draws them, so that it is another one here."""
    drawn = run([sys.executable, "-c", DRAW_SIGNS_OF_EACH_KIND], check=False, capture_output=True)
    assert (drawn.returncode, drawn.stderr) == (0, b"")
