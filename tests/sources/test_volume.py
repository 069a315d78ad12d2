import pytest

from crawler.book import Match, Precision
from crawler.isbn import parse_isbn
from crawler.sources.text import plain_text
from crawler.sources.volume import ImageLinks, Volume, VolumeInfo, book_of, parse_published

ISBN = parse_isbn("9780140328721")


@pytest.mark.parametrize(
    ("given", "year", "precision"),
    [
        ("2009", 2009, Precision.YEAR),
        ("2012-02", 2012, Precision.MONTH),
        ("2010-01-26", 2010, Precision.DAY),
        ("2019-10-03T00:00:00+02:00", 2019, Precision.DAY),
        ("2012-00", 2012, Precision.YEAR),
        ("19??", None, None),
        ("0000", None, None),
        ("", None, None),
        (None, None, None),
        ("c1999", None, None),
    ],
)
def test_a_date_tells_the_year_and_how_much_of_it_is_known(
    given: str | None, year: int | None, precision: Precision | None
) -> None:
    assert parse_published(given) == (year, precision)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("<p>One</p><p>Two &amp; <b>three</b></p>", "One\n\nTwo & three"),
        ("First<br>Second<br/>Third", "First\nSecond\nThird"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("Plain text,\nwith a line", "Plain text,\nwith a line"),
        ("AT&T and 1 < 2", "AT&T and 1 < 2"),
        ("&lt;not a tag&gt;", "<not a tag>"),
        ("  blanks \t folded ", "blanks folded"),
        ("undefined", None),
        ("No Marketing Blurb", None),
        ("?", None),
        ("<p> </p>", None),
        ("", None),
        (None, None),
    ],
)
def test_a_description_is_plain_text_with_its_paragraphs(
    given: str | None, text: str | None
) -> None:
    assert plain_text(given) == text


def test_what_is_empty_is_unknown() -> None:
    info = VolumeInfo(title=" ", subtitle="", authors=("", " "), page_count=0, publisher="  ")
    book = book_of(Volume("x", info), ISBN, Match.CONFIRMED, "google")
    assert (book.title, book.subtitle, book.page_count, book.publisher) == (None,) * 4
    assert book.authors == ()


def test_covers_are_linked_by_https_and_lie_flat() -> None:
    links = ImageLinks(thumbnail="http://books.google.com/c?id=x&zoom=1&edge=curl&source=gbs")
    book = book_of(Volume("x", VolumeInfo(image_links=links)), ISBN, Match.CONFIRMED, "google")
    assert book.thumbnail_url == "https://books.google.com/c?id=x&zoom=1&source=gbs"


def test_a_name_keeps_its_comma_and_loses_its_trailing_blanks() -> None:
    info = VolumeInfo(authors=("David Servan-Schreiber MD, PhD ",))
    book = book_of(Volume("x", info), ISBN, Match.CONFIRMED, "google")
    assert book.authors == ("David Servan-Schreiber MD, PhD",)
