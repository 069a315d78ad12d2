"""What `volumes/{id}` tells of a volume beyond what a search does, and where the two disagree."""

from msgspec.structs import replace

from crawler.isbn import ISBN13
from crawler.sandbox import links
from crawler.sandbox.draw import Draw
from crawler.sandbox.shape import Dimensions, ImageLinks, Volume
from crawler.sandbox.volumes import make_volume
from crawler.sandbox.work import make_work
from crawler.sandbox.world import World

LACKS_PAGE_COUNT = 0.01
ANOTHER_PAGE_COUNT = 0.05
LACKS_DESCRIPTION = 0.02


def make_detailed(isbn: ISBN13, world: World) -> Volume:
    """The volume in full: longer text as HTML, pages, categories as paths, dimensions, covers."""
    volume = make_volume(isbn, world)
    info = volume.volume_info
    work = make_work(isbn, world)
    draw = Draw(world.seed, isbn, "detail")
    pages = info.page_count or draw.between(40, 900)
    if draw.chance(ANOTHER_PAGE_COUNT):
        pages += draw.between(2, 16)
    text = "".join(f"<p>{sentence}</p>" for sentence in work.sentences)
    full = replace(
        info,
        description=info.description if draw.chance(LACKS_DESCRIPTION) else text,
        page_count=info.page_count if draw.chance(LACKS_PAGE_COUNT) else pages,
        printed_page_count=pages + draw.between(0, 14),
        dimensions=Dimensions(
            height=_centimetres(draw, 15, 30),
            width=_centimetres(draw, 10, 22),
            thickness=_centimetres(draw, 0.5, 5),
        ),
        main_category=work.category,
        categories=_paths(work.path),
        image_links=_all_sizes(volume.id) if info.image_links else None,
        preview_link=f"http://books.google.com/books?id={volume.id}&hl=&source=gbs_api",
    )
    return replace(volume, volume_info=full, search_info=None)


def _paths(path: str) -> tuple[str, ...]:
    general = f"{path.partition(' / ')[0]} / General"
    return (path,) if path == general else (path, general)


def _centimetres(draw: Draw, low: float, high: float) -> str:
    return f"{draw.within(low, high):.1f}0 cm"


def _all_sizes(name: str) -> ImageLinks:
    return replace(
        links.image_links(name),
        small=links.cover(name, 2),
        medium=links.cover(name, 3),
        large=links.cover(name, 4),
        extra_large=links.cover(name, 6),
    )
