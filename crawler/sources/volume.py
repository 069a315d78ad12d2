"""A Google volume, and the book that it describes."""

import re

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import asdict, replace

from crawler.book import Book, Match, Precision
from crawler.isbn import ISBN13
from crawler.sources.text import names, one_line, plain_text, secure_link

DETAILED = ("description", "page_count", "categories")
"""What `volumes/{id}` tells more of than a search does."""

MOST_STARS = 5

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?")


class Identifier(Struct, frozen=True):
    """`type` is ISBN_10, ISBN_13, ISSN or OTHER."""

    type: str = ""
    identifier: str = ""


class ImageLinks(Struct, frozen=True, rename="camel"):
    """Covers; addresses begin with `http://`."""

    small_thumbnail: str | None = None
    thumbnail: str | None = None


class VolumeInfo(Struct, frozen=True, rename="camel"):
    """What is read of a volume; anything may lack (discovery document of the Books API)."""

    title: str | None = None
    subtitle: str | None = None
    authors: tuple[str, ...] | None = None
    publisher: str | None = None
    published_date: str | None = None
    description: str | None = None
    industry_identifiers: tuple[Identifier, ...] | None = None
    page_count: int | None = None
    print_type: str | None = None
    categories: tuple[str, ...] | None = None
    average_rating: float | None = None
    ratings_count: int | None = None
    image_links: ImageLinks | None = None
    language: str | None = None
    info_link: str | None = None


class Volume(Struct, frozen=True, rename="camel"):
    """One item of an answer."""

    id: str = ""
    volume_info: VolumeInfo = VolumeInfo()

    @property
    def written_isbns(self) -> list[str]:
        """Its identifiers that are said to be ISBNs, whether they are valid or not."""
        identifiers = self.volume_info.industry_identifiers or ()
        return [i.identifier for i in identifiers if i.type.startswith("ISBN")]

    @property
    def carries_no_isbn(self) -> bool:
        """Whether nothing in it tells to which ISBN it belongs."""
        return not self.written_isbns


class _RawVolume(Struct, rename="camel"):
    id: Raw = Raw(b'""')
    volume_info: dict[str, Raw] = {}


def read_volume(item: bytes) -> Volume:
    """A volume from JSON; a field of another kind than the API's schema has it is left out.

    Raises `msgspec.DecodeError` where it is no volume, or where what is left out would tell to
    which ISBN it belongs.
    """
    try:
        return msgspec.json.decode(item, type=Volume)
    except msgspec.ValidationError:
        return _without_odd_fields(msgspec.json.decode(item, type=_RawVolume))


def _without_odd_fields(raw: _RawVolume) -> Volume:
    known = {}
    for field in msgspec.structs.fields(VolumeInfo):
        try:
            known[field.name] = msgspec.json.decode(
                raw.volume_info.get(field.encode_name, b"null"), type=field.type
            )
        except msgspec.ValidationError:
            if field.name == "industry_identifiers":
                raise
    return Volume(msgspec.json.decode(raw.id, type=str), VolumeInfo(**known))


def book_of(volume: Volume, isbn: ISBN13, match: Match, source: str) -> Book:
    """The volume as a book, its oddities mended as `GOOGLE_BOOKS.md` lists them."""
    info = volume.volume_info
    year, precision = parse_published(info.published_date)
    images = info.image_links or ImageLinks()
    return Book(
        isbn13=isbn,
        title=one_line(info.title),
        source=source,
        source_id=one_line(volume.id) or "",
        match=match,
        subtitle=one_line(info.subtitle),
        authors=names(info.authors),
        publisher=one_line(info.publisher),
        published=one_line(info.published_date),
        published_year=year,
        published_precision=precision,
        description=plain_text(info.description),
        categories=names(info.categories),
        page_count=_count(info.page_count) or None,
        language=one_line(info.language),
        print_type=one_line(info.print_type),
        average_rating=_rating(info.average_rating),
        ratings_count=_count(info.ratings_count),
        thumbnail_url=secure_link(images.thumbnail or images.small_thumbnail),
        info_link=secure_link(info.info_link),
    )


def _count(number: int | None) -> int | None:
    """The API's counts have 32 bits; a number beyond is a mistake of somebody's."""
    return number if number is not None and 0 <= number < 2**31 else None


def _rating(stars: float | None) -> float | None:
    return stars if stars is not None and 0 <= stars <= MOST_STARS else None


def parse_published(given: str | None) -> tuple[int | None, Precision | None]:
    """The year and how much of the date is known: `2012-02` gives (2012, month), `19??` nothing."""
    parts = _DATE.fullmatch((given or "").strip())
    if parts is None or parts[1] == "0000":
        return None, None
    if parts[2] is None or not 1 <= int(parts[2]) <= 12:  # noqa: PLR2004 - months
        return int(parts[1]), Precision.YEAR
    return int(parts[1]), Precision.DAY if parts[3] else Precision.MONTH


def fullness(volume: Volume) -> tuple[int, int, str]:
    """Sorts volumes of one book, the fullest last, whatever order they came in."""
    info = volume.volume_info
    told = sum(bool(getattr(info, name)) for name in info.__struct_fields__)
    return told, len(info.description or ""), volume.id


def merged(searched: Volume, detailed: Volume) -> Volume:
    """What the search told, with the description, page count and categories of the whole record.

    The whole record is richer in these three; where the two disagree in the rest, the search is
    what the match was made by. What only one of them tells is taken from that one.
    """
    search, detail = asdict(searched.volume_info), asdict(detailed.volume_info)
    richer = {name: detail[name] or search[name] for name in DETAILED}
    return replace(
        searched,
        volume_info=VolumeInfo(**{name: search[name] or detail[name] for name in search} | richer),
    )
