"""The text of a work, made up by a small grammar: title, authors, subject, description."""

from msgspec import Struct

from crawler.isbn import ISBN13
from crawler.sandbox.draw import Draw
from crawler.sandbox.lexicon import NOVELS, SUBJECTS, Lexicon, lexicon_of
from crawler.sandbox.world import World, work_of

_IS_NOVEL = 0.55
_MORE_AUTHORS = ((2, 0.18), (3, 0.07), (6, 0.01))
_HONOURED = 0.02


class Work(Struct, frozen=True):
    """What all editions of a work share.

    `publishers` are those that may bring out an edition, `category` is the short one of a search,
    `path` that of `volumes/{id}`, `sentences` are the description's: a search shows the first few.
    """

    language: str
    publishers: tuple[str, ...]
    title: str
    subtitle: str
    authors: tuple[str, ...]
    category: str
    path: str
    sentences: tuple[str, ...]


def make_work(isbn: ISBN13, world: World) -> Work:
    """The work that this ISBN is an edition of."""
    language, lexicon = lexicon_of(isbn)
    draw = Draw(world.seed, work_of(isbn, world), "work")
    if draw.chance(_IS_NOVEL):
        title = draw.pick(lexicon.novels).format(draw.pick(lexicon.novel_nouns))
        subtitle = draw.pick(lexicon.novel_subtitles)
        category, path = draw.pick(NOVELS)
    else:
        subject = draw.between(0, len(SUBJECTS) - 1)
        title = draw.pick(lexicon.handbooks).format(lexicon.subjects[subject])
        subtitle = draw.pick(lexicon.handbook_subtitles)
        category, path = SUBJECTS[subject]
    authors = tuple(_author(lexicon, draw) for _ in range(draw.by_share(_MORE_AUTHORS) or 1))
    return Work(
        language=language,
        publishers=lexicon.publishers,
        title=title[0].upper() + title[1:],
        subtitle=subtitle,
        authors=authors,
        category=category,
        path=path,
        sentences=_sentences(lexicon, title, authors[0], draw),
    )


def _author(lexicon: Lexicon, draw: Draw) -> str:
    name = lexicon.name.format(given=draw.pick(lexicon.given), family=draw.pick(lexicon.family))
    # Google keeps degrees within the name, so a name may hold a comma.
    return f"{name} MD, PhD" if draw.chance(_HONOURED) else name


def _sentences(lexicon: Lexicon, title: str, author: str, draw: Draw) -> tuple[str, ...]:
    blurbs = lexicon.blurbs
    start = draw.between(0, len(blurbs) - 1)
    turned = blurbs[start:] + blurbs[:start]
    return tuple(blurb.format(title=title, author=author) for blurb in turned)
