"""The shape of Google's answers, field for field as the discovery document (20240625) names them.

A field that is `None` is left out of the JSON. The order is that of the recorded answers.
"""

from typing import TypeAlias

from msgspec import Struct

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
"""Any value that JSON can write."""

Unused: TypeAlias = dict[str, JSON]
"""An object that the API knows and the sandbox never sends; `fields` may name it."""


class Shape(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """An object of the API's JSON."""


class IndustryIdentifier(Shape, frozen=True, kw_only=True):
    """`type` is ISBN_10, ISBN_13, ISSN or OTHER."""

    type: str
    identifier: str


class ReadingModes(Shape, frozen=True, kw_only=True):
    """Whether it can be read as flowing text, as pictures of pages."""

    text: bool
    image: bool


class Dimensions(Shape, frozen=True, kw_only=True):
    """Lengths as text with their unit, `25.00 cm`."""

    height: str
    width: str
    thickness: str


class PanelizationSummary(Shape, frozen=True, kw_only=True):
    """About comics."""

    contains_epub_bubbles: bool
    contains_image_bubbles: bool
    epub_bubble_version: str | None = None
    image_bubble_version: str | None = None


class ImageLinks(Shape, frozen=True, kw_only=True):
    """Addresses of the cover; a search gives the two thumbnails only."""

    small_thumbnail: str
    thumbnail: str
    small: str | None = None
    medium: str | None = None
    large: str | None = None
    extra_large: str | None = None


class VolumeInfo(Shape, frozen=True, kw_only=True):
    """What the volume is; anything but the title may be absent."""

    title: str
    subtitle: str | None = None
    authors: tuple[str, ...] | None = None
    publisher: str | None = None
    published_date: str | None = None
    description: str | None = None
    industry_identifiers: tuple[IndustryIdentifier, ...] | None = None
    reading_modes: ReadingModes | None = None
    page_count: int | None = None
    printed_page_count: int | None = None
    sample_page_count: int | None = None
    dimensions: Dimensions | None = None
    print_type: str | None = None
    main_category: str | None = None
    categories: tuple[str, ...] | None = None
    average_rating: float | int | None = None
    ratings_count: int | None = None
    maturity_rating: str | None = None
    allow_anon_logging: bool | None = None
    content_version: str | None = None
    panelization_summary: PanelizationSummary | None = None
    comics_content: bool | None = None
    series_info: Unused | None = None
    image_links: ImageLinks | None = None
    language: str | None = None
    preview_link: str | None = None
    info_link: str | None = None
    canonical_volume_link: str | None = None


class Price(Shape, frozen=True, kw_only=True):
    """`amount` in whole units of the currency."""

    amount: float
    currency_code: str


class MicroPrice(Shape, frozen=True, kw_only=True):
    """The same in millionths."""

    amount_in_micros: float
    currency_code: str


class Offer(Shape, frozen=True, kw_only=True):
    """One way to buy it."""

    finsky_offer_type: int
    list_price: MicroPrice
    retail_price: MicroPrice
    giftable: bool | None = None
    rental_duration: Unused | None = None


class SaleInfo(Shape, frozen=True, kw_only=True):
    """Whether and for how much it is sold in `country`."""

    country: str
    saleability: str
    is_ebook: bool
    list_price: Price | None = None
    retail_price: Price | None = None
    buy_link: str | None = None
    offers: tuple[Offer, ...] | None = None
    on_sale_date: str | None = None


class Download(Shape, frozen=True, kw_only=True):
    """Whether there is a file of this format, and where the licence to it."""

    is_available: bool
    acs_token_link: str | None = None
    download_link: str | None = None


class AccessInfo(Shape, frozen=True, kw_only=True):
    """How much of it can be read in `country`."""

    country: str
    viewability: str
    embeddable: bool
    public_domain: bool
    text_to_speech_permission: str
    epub: Download
    pdf: Download
    web_reader_link: str
    access_view_status: str
    quote_sharing_allowed: bool
    download_access: Unused | None = None
    drive_imported_content_link: str | None = None
    explicit_offline_license_management: bool | None = None
    view_order_url: str | None = None


class SearchInfo(Shape, frozen=True, kw_only=True):
    """Why the search found it: a line of text, as HTML."""

    text_snippet: str


class Volume(Shape, frozen=True, kw_only=True):
    """A volume; `etag` is another one in each answer, so it tells nothing of changes."""

    kind: str
    id: str
    etag: str
    self_link: str
    volume_info: VolumeInfo
    layer_info: Unused | None = None
    recommended_info: Unused | None = None
    sale_info: SaleInfo
    access_info: AccessInfo
    search_info: SearchInfo | None = None
    user_info: Unused | None = None


class Volumes(Shape, frozen=True, kw_only=True):
    """The answer to a search; without a hit it has no `items`."""

    kind: str
    total_items: int
    items: tuple[Volume, ...] | None = None
