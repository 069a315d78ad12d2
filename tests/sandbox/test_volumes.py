import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.isbn import ISBN13, find_isbn
from crawler.sandbox.detail import make_detailed
from crawler.sandbox.shape import Volume, VolumeInfo
from crawler.sandbox.volumes import make_volume
from crawler.sandbox.world import Case, World, case_of, editions_of
from tests.sandbox.world import WORLD, isbn_with, isbns, patient, some_isbns

SAMPLE = [make_volume(isbn, WORLD) for isbn in some_isbns(3_000)]


def isbns_in(volume: Volume) -> set[ISBN13]:
    entries = volume.volume_info.industry_identifiers or ()
    found = (find_isbn(entry.identifier) for entry in entries if entry.type.startswith("ISBN"))
    return {isbn for isbn in found if isbn is not None}


@patient
@given(isbns, st.integers(), st.floats(0, 1))
def test_the_same_isbn_and_seed_give_the_same_volume(
    isbn: ISBN13, seed: int, hit_rate: float
) -> None:
    world = World(seed, hit_rate)
    first = make_volume(isbn, world), make_detailed(isbn, world), case_of(isbn, world)
    make_volume.cache_clear()
    case_of.cache_clear()
    assert first == (make_volume(isbn, world), make_detailed(isbn, world), case_of(isbn, world))


def test_another_seed_is_another_library() -> None:
    others = [make_volume(isbn, World(8, 0.8)) for isbn in some_isbns(3_000)]
    same = sum(a.volume_info == b.volume_info for a, b in zip(SAMPLE, others, strict=True))
    assert same == 0


@given(isbns)
def test_a_volume_carries_its_own_isbn_or_none_at_all(isbn: ISBN13) -> None:
    volume = make_volume(isbn, WORLD)
    assert isbns_in(volume) == (set() if case_of(isbn, WORLD) is Case.NUMBERLESS else {isbn})


@given(isbns)
def test_a_higher_hit_rate_keeps_what_was_found(isbn: ISBN13) -> None:
    few, many = World(1, 0.3), World(1, 0.9)
    hits = (Case.ALONE, Case.SECOND, Case.CROWDED, Case.NUMBERLESS)
    assert case_of(isbn, few) not in hits or case_of(isbn, many) == case_of(isbn, few)


@pytest.mark.parametrize(
    ("field", "missing"),
    [
        ("subtitle", 0.57), ("average_rating", 0.56), ("categories", 0.15), ("publisher", 0.13),
        ("description", 0.11), ("page_count", 0.08), ("image_links", 0.03), ("language", 0.02),
        ("authors", 0.01), ("industry_identifiers", 0.04),
    ],
)  # fmt: skip
def test_fields_are_missing_as_often_as_in_recorded_volumes(field: str, missing: float) -> None:
    absent = sum(getattr(volume.volume_info, field) is None for volume in SAMPLE)
    assert absent / len(SAMPLE) == pytest.approx(missing, abs=0.03)


def test_dates_have_all_the_recorded_shapes() -> None:
    dates = (volume.volume_info.published_date for volume in SAMPLE)
    shapes = Counter(None if date is None else re.sub(r"\d", "9", date) for date in dates)
    expected = {None, "9999", "9999-99", "9999-99-99", "9999-99-99T99:99:99+99:99", "99??"}
    assert set(shapes) == expected


@pytest.mark.parametrize(
    "oddity",
    [
        lambda info: info.page_count == 0,
        lambda info: info.subtitle == "",
        lambda info: info.description in {"undefined", "?", "No Marketing Blurb"},
        lambda info: "<p>" in (info.description or ""),
        lambda info: "&amp;" in (info.description or ""),
        lambda info: (info.publisher or "").startswith('"'),
        lambda info: any("," in author for author in info.authors or ()),
        lambda info: info.title.endswith(" "),
        lambda info: isinstance(info.average_rating, int),
        lambda info: isinstance(info.average_rating, float),
        lambda info: len(info.authors or ()) > 2,
        lambda info: info.print_type == "MAGAZINE",
    ],
    ids=[
        "no pages", "empty subtitle", "placeholder", "HTML", "entity", "quoted publisher",
        "comma in a name", "trailing blank", "whole rating", "rating", "many authors", "magazine",
    ],
)  # fmt: skip
def test_recorded_oddities_occur(oddity: Callable[[VolumeInfo], bool]) -> None:
    assert any(oddity(volume.volume_info) for volume in SAMPLE)


def test_the_forms_of_the_isbn_come_in_either_order_and_at_times_alone() -> None:
    entries = (volume.volume_info.industry_identifiers or () for volume in SAMPLE)
    orders = {tuple(entry.type for entry in each) for each in entries}
    assert {
        ("ISBN_10", "ISBN_13"), ("ISBN_13", "ISBN_10"), ("ISBN_10",), ("ISBN_13",), ("OTHER",), (),
    } <= orders  # fmt: skip


@pytest.mark.parametrize(
    ("prefix", "language"),
    [
        (978_0, "en"), (978_2, "fr"), (978_3, "de"), (978_4, "ja"), (978_7, "zh-CN"),
        (978_84, "es"), (978_85, "pt-BR"), (978_88, "it"), (979_10, "fr"), (978_986, "zh-TW"),
    ],
)  # fmt: skip
def test_a_book_is_in_the_language_of_its_registration_group(prefix: int, language: str) -> None:
    first = int(str(prefix).ljust(12, "0"))
    volumes = [make_volume(isbn, WORLD) for isbn in some_isbns(40, first, step=31)]
    assert {volume.volume_info.language for volume in volumes} - {None} == {language}


def test_editions_of_a_work_share_its_title_and_authors_but_no_isbn() -> None:
    isbn = isbn_with(Case.CROWDED)
    volume = make_volume(isbn, WORLD)
    others = [make_volume(other, WORLD) for other in editions_of(isbn, WORLD)]
    assert others
    for other in others:
        assert other.volume_info.title.strip() == volume.volume_info.title.strip()
        assert not isbns_in(other) & isbns_in(volume)


def test_the_full_volume_tells_more_than_the_search_of_the_same_book() -> None:
    for isbn in some_isbns(300):
        brief, full = make_volume(isbn, WORLD).volume_info, make_detailed(isbn, WORLD).volume_info
        assert full.title == brief.title
        assert full.industry_identifiers == brief.industry_identifiers
        assert full.dimensions is not None
        assert all(" / " in category for category in full.categories or ())
    lacking = [
        isbn for isbn in some_isbns(300) if not make_volume(isbn, WORLD).volume_info.page_count
    ]
    assert any(make_detailed(isbn, WORLD).volume_info.page_count for isbn in lacking)
