"""The volume that a search shows for an ISBN, with the gaps and oddities of the recorded ones.

The shares below are those counted in 390 recorded volumes where they could be counted.
"""

from collections.abc import Callable
from functools import lru_cache
from html import escape

from crawler.isbn import ISBN13, isbn10
from crawler.sandbox import links
from crawler.sandbox.draw import Draw
from crawler.sandbox.shape import (
    IndustryIdentifier,
    PanelizationSummary,
    ReadingModes,
    SearchInfo,
    Volume,
    VolumeInfo,
)
from crawler.sandbox.volume_id import volume_id
from crawler.sandbox.work import Work, make_work
from crawler.sandbox.world import Case, World, case_of

HAS_SUBTITLE = 0.43
HAS_AUTHORS = 0.99
HAS_PUBLISHER = 0.87
HAS_DATE = 0.98
HAS_DESCRIPTION = 0.89
HAS_CATEGORIES = 0.85
HAS_PAGE_COUNT = 0.92
HAS_RATING = 0.44
HAS_IMAGE_LINKS = 0.97
HAS_LANGUAGE = 0.98
HAS_READING_MODES = 0.75
HAS_MATURITY = 0.45
HAS_PANELS = 0.13
HAS_SNIPPET = 0.92

EMPTY_SUBTITLE = 0.01
TRAILING_BLANK = 0.02
ZERO_PAGES = 0.02
IS_MAGAZINE = 0.01
WHOLE_RATING_AS_INTEGER = 0.2
ONE_FORM_ONLY = 0.08
ANOTHER_IDENTIFIER = 0.03
OTHER_INSTEAD_OF_ISBN = 0.6

EMPTY_PHRASES = (("undefined", 0.01), ("?", 0.005), ("No Marketing Blurb", 0.01))
"""Whole descriptions that say nothing."""

DATE_SHAPES = (
    ("{year}", 0.36),
    ("{year}-{month:02}", 0.08),
    ("{year}-{month:02}-{day:02}T00:00:00+02:00", 0.03),
    ("19??", 0.03),
)
"""The rest are full dates."""

MARKUPS: tuple[tuple[Callable[[str], str], float], ...] = (
    (escape, 0.06),
    ("<b>{}</b>".format, 0.04),
    ("<p>{}</p>".format, 0.06),
    (lambda text: text.replace(". ", ".<br><br>"), 0.06),
)
"""How some descriptions are written; the rest is plain text."""


@lru_cache(maxsize=4_096)
def make_volume(isbn: ISBN13, world: World) -> Volume:
    """The volume of this ISBN, whether or not a search would show it.

    Its `etag` is empty and its place is `links.HOME`: both are the answer's, not the volume's.
    """
    draw = Draw(world.seed, isbn, "volume")
    work = make_work(isbn, world)
    name = volume_id(isbn)
    info = _volume_info(isbn, case_of(isbn, world), work, draw)
    has_snippet = info.description is not None and draw.chance(HAS_SNIPPET)
    return Volume(
        kind="books#volume",
        id=name,
        etag="",
        self_link=links.self_link(name),
        volume_info=info,
        sale_info=links.sale_info(name, draw),
        access_info=links.access_info(name, work.title, draw),
        search_info=SearchInfo(text_snippet=escape(work.sentences[0])) if has_snippet else None,
    )


def _volume_info(isbn: ISBN13, case: Case, work: Work, draw: Draw) -> VolumeInfo:
    name = volume_id(isbn)
    rating, ratings = _rating(draw)
    blank = " " if draw.chance(TRAILING_BLANK) else ""
    return VolumeInfo(
        title=work.title + blank,
        subtitle=_subtitle(work, draw),
        authors=tuple(a + blank for a in work.authors) if draw.chance(HAS_AUTHORS) else None,
        publisher=draw.pick(work.publishers) if draw.chance(HAS_PUBLISHER) else None,
        published_date=_date(draw) if draw.chance(HAS_DATE) else None,
        description=_description(work, draw),
        industry_identifiers=_identifiers(isbn, case, draw),
        reading_modes=(
            ReadingModes(text=draw.chance(0.45), image=draw.chance(0.7))
            if draw.chance(HAS_READING_MODES)
            else None
        ),
        page_count=_page_count(draw) if draw.chance(HAS_PAGE_COUNT) else None,
        print_type="MAGAZINE" if draw.chance(IS_MAGAZINE) else "BOOK",
        categories=(work.category,) if draw.chance(HAS_CATEGORIES) else None,
        average_rating=rating,
        ratings_count=ratings,
        maturity_rating="NOT_MATURE" if draw.chance(HAS_MATURITY) else None,
        allow_anon_logging=draw.chance(0.15),
        content_version=f"{draw.between(0, 2)}.{draw.between(0, 29)}.1.0.preview.3",
        panelization_summary=(
            PanelizationSummary(contains_epub_bubbles=False, contains_image_bubbles=False)
            if draw.chance(HAS_PANELS)
            else None
        ),
        image_links=links.image_links(name) if draw.chance(HAS_IMAGE_LINKS) else None,
        language=work.language if draw.chance(HAS_LANGUAGE) else None,
        preview_link=links.preview_link(name),
        info_link=links.info_link(name),
        canonical_volume_link=links.canonical_link(name, work.title),
    )


def _subtitle(work: Work, draw: Draw) -> str | None:
    if draw.chance(EMPTY_SUBTITLE):
        return ""
    return work.subtitle if draw.chance(HAS_SUBTITLE) else None


def _date(draw: Draw) -> str:
    shape = draw.by_share(DATE_SHAPES) or "{year}-{month:02}-{day:02}"
    year = draw.between(1955, 2025)
    return shape.format(year=year, month=draw.between(1, 12), day=draw.between(1, 28))


def _description(work: Work, draw: Draw) -> str | None:
    if not draw.chance(HAS_DESCRIPTION):
        return None
    phrase = draw.by_share(EMPTY_PHRASES)
    if phrase is not None:
        return phrase
    text = " ".join(work.sentences[: draw.between(1, 3)])
    markup = draw.by_share(MARKUPS)
    return text if markup is None else markup(text)


def _page_count(draw: Draw) -> int:
    return 0 if draw.chance(ZERO_PAGES) else draw.between(16, 160) * draw.between(1, 8)


def _rating(draw: Draw) -> tuple[float | int | None, int | None]:
    if not draw.chance(HAS_RATING):
        return None, None
    rating = draw.between(2, 10) / 2
    if rating.is_integer() and draw.chance(WHOLE_RATING_AS_INTEGER):
        return int(rating), 1
    return rating, draw.between(1, 12) * draw.between(1, 60)


def _identifiers(isbn: ISBN13, case: Case, draw: Draw) -> tuple[IndustryIdentifier, ...] | None:
    if case is Case.NUMBERLESS:
        uom = IndustryIdentifier(type="OTHER", identifier=f"UOM:39015{isbn % 1_000_000_000:09}")
        return (uom,) if draw.chance(OTHER_INSTEAD_OF_ISBN) else None
    forms = [IndustryIdentifier(type="ISBN_13", identifier=str(isbn))]
    old_form = isbn10(isbn)
    if old_form is not None:
        forms.insert(draw.between(0, 1), IndustryIdentifier(type="ISBN_10", identifier=old_form))
    if draw.chance(ONE_FORM_ONLY):
        del forms[1:]
    if draw.chance(ANOTHER_IDENTIFIER):
        forms.append(IndustryIdentifier(type="OTHER", identifier=f"OCLC:{isbn % 100_000_000}"))
    return tuple(forms)
