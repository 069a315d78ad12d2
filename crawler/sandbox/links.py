"""What hangs on a volume's id: its addresses, where it is sold, how much of it can be read."""

from urllib.parse import quote

from crawler.sandbox.draw import Draw
from crawler.sandbox.shape import (
    AccessInfo,
    Download,
    ImageLinks,
    MicroPrice,
    Offer,
    Price,
    SaleInfo,
)

HOME = "US"
"""The place of an answer to a call that names no `country`."""

FOR_SALE = 0.31
FREE = 0.015
VIEWABILITIES = (("PARTIAL", 0.77), ("ALL_PAGES", 0.03))
HAS_SAMPLE_EPUB = 0.36
HAS_SAMPLE_PDF = 0.37
TEXT_TO_SPEECH = 0.9

_BOOKS = "http://books.google.com/books"
_STORE = "https://play.google.com/store/books/details"
_STATUS = {"PARTIAL": "SAMPLE", "ALL_PAGES": "FULL_PUBLIC_DOMAIN", "NO_PAGES": "NONE"}


def self_link(name: str) -> str:
    """The address of the volume named by this id in the API."""
    return f"https://www.googleapis.com/books/v1/volumes/{name}"


def preview_link(name: str) -> str:
    """The page on which a reader can look into it."""
    return f"{_BOOKS}?id={name}&printsec=frontcover&hl=&cd=1&source=gbs_api"


def info_link(name: str) -> str:
    """The page about it."""
    return f"{_BOOKS}?id={name}&hl=&source=gbs_api"


def canonical_link(name: str, title: str) -> str:
    """The page about it under its title."""
    return f"https://books.google.com/books/about/{_as_path(title)}.html?hl=&id={name}"


def image_links(name: str) -> ImageLinks:
    """The two thumbnails of a search; `http`, and with a curled page, as Google sends them."""
    return ImageLinks(small_thumbnail=cover(name, 5), thumbnail=cover(name, 1))


def cover(name: str, zoom: int) -> str:
    """The cover in one of Google's sizes: 5, 1, 2, 3, 4, 6 from small to extra large."""
    return (
        f"{_BOOKS}/content?id={name}&printsec=frontcover&img=1&zoom={zoom}&edge=curl&source=gbs_api"
    )


def sale_info(name: str, draw: Draw) -> SaleInfo:
    """Whether it is sold; most volumes are not."""
    saleability = draw.by_share((("FOR_SALE", FOR_SALE), ("FREE", FREE))) or "NOT_FOR_SALE"
    cents = draw.between(99, 18_999)
    if saleability == "NOT_FOR_SALE":
        return SaleInfo(country=HOME, saleability=saleability, is_ebook=False)
    buy_link = f"{_STORE}?id={name}&rdid=book-{name}&rdot=1&source=gbs_api"
    if saleability == "FREE":
        return SaleInfo(country=HOME, saleability=saleability, is_ebook=True, buy_link=buy_link)
    price = Price(amount=cents / 100, currency_code="USD")
    micros = MicroPrice(amount_in_micros=cents * 10_000.0, currency_code="USD")
    return SaleInfo(
        country=HOME,
        saleability=saleability,
        is_ebook=True,
        list_price=price,
        retail_price=price,
        buy_link=buy_link,
        offers=(Offer(finsky_offer_type=1, list_price=micros, retail_price=micros),),
    )


def access_info(name: str, title: str, draw: Draw) -> AccessInfo:
    """How much of it can be read."""
    viewability = draw.by_share(VIEWABILITIES) or "NO_PAGES"
    return AccessInfo(
        country=HOME,
        viewability=viewability,
        embeddable=viewability != "NO_PAGES",
        public_domain=viewability == "ALL_PAGES",
        text_to_speech_permission=(
            "ALLOWED" if draw.chance(TEXT_TO_SPEECH) else "ALLOWED_FOR_ACCESSIBILITY"
        ),
        epub=_download(name, title, "epub", is_there=draw.chance(HAS_SAMPLE_EPUB)),
        pdf=_download(name, title, "pdf", is_there=draw.chance(HAS_SAMPLE_PDF)),
        web_reader_link=f"http://play.google.com/books/reader?id={name}&hl=&source=gbs_api",
        access_view_status=_STATUS[viewability],
        quote_sharing_allowed=False,
    )


def _download(name: str, title: str, file_format: str, *, is_there: bool) -> Download:
    if not is_there:
        return Download(is_available=False)
    return Download(
        is_available=True,
        acs_token_link=(
            f"{_BOOKS}/download/{_as_path(title)}-sample-{file_format}.acsm?id={name}"
            f"&format={file_format}&output=acs4_fulfillment_token&dl_type=sample&source=gbs_api"
        ),
    )


def _as_path(title: str) -> str:
    return quote(title.replace(" ", "_"))
