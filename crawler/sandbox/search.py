"""What a query finds among the books that the sandbox makes up."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import chain, islice, zip_longest

from msgspec import Struct

from crawler.isbn import ISBN13
from crawler.sandbox.draw import Draw
from crawler.sandbox.query import ByIsbn, ByNumber, ByWords, Term
from crawler.sandbox.world import Case, World, case_of, editions_of, strangers_of

MENTIONED_ELSEWHERE = 0.15
"""Share of the numbers that another book mentions in its text."""

UNRELATED_BOOKS = (1, 3)
"""How many other books come back for an ISBN of the case UNRELATED, at least and at most."""

HITS_OF_WORDS = (0, 60)
"""How many volumes a query of words shows at the end, however many it claims."""

CLAIMED_PER_HIT = 33
"""`totalItems` of a query of words is an estimate, and far beyond what can be paged through."""


class Hit(Struct, frozen=True):
    """A volume that was found; `snippet` is the text it was found by, where that is no title."""

    isbn: ISBN13
    snippet: str | None = None


class Found(Struct, frozen=True):
    """All hits of a query in their order, and how many it claims to have, which may be more."""

    hits: tuple[Hit, ...]
    claimed: int


def search(terms: tuple[Term, ...], world: World) -> Found:
    """The hits of all terms, the first of each before the second of any, each volume once."""
    found = [_search_term(term, world) for term in terms]
    ranks = zip_longest(*(each.hits for each in found))
    hits = _distinct(hit for hit in chain.from_iterable(ranks) if hit is not None)
    return Found(hits=tuple(hits), claimed=sum(each.claimed for each in found))


def _distinct(hits: Iterable[Hit]) -> list[Hit]:
    by_isbn: dict[ISBN13, Hit] = {}
    for hit in hits:
        by_isbn.setdefault(hit.isbn, hit)
    return list(by_isbn.values())


def _search_term(term: Term, world: World) -> Found:
    match term:
        case ByIsbn(isbn=isbn):
            asked = [] if isbn is None else _found_by_isbn(isbn, world)
            hits = tuple(Hit(each) for each in asked)
        case ByNumber(isbn=isbn):
            hits = tuple(_found_by_number(isbn, world))
        case ByWords(words=words):
            return _found_by_words(words, world)
    return Found(hits=hits, claimed=len(hits))


def _found_by_isbn(isbn: ISBN13, world: World) -> Iterable[ISBN13]:
    case = case_of(isbn, world)
    draw = Draw(world.seed, isbn, "answer")
    strangers = strangers_of(isbn, isbn, world)
    match case:
        case Case.UNKNOWN | Case.PLAIN_ONLY:
            return ()
        case Case.UNRELATED:
            return islice(strangers, draw.between(*UNRELATED_BOOKS))
        case Case.SECOND:
            return (*islice(strangers, 1), isbn)
        case Case.CROWDED:
            editions = editions_of(isbn, world)
            editions.insert(draw.between(0, len(editions)), isbn)
            return editions
        case Case.ALONE | Case.NUMBERLESS:
            return (isbn,)


def _found_by_number(isbn: ISBN13, world: World) -> Iterator[Hit]:
    if case_of(isbn, world) not in (Case.UNKNOWN, Case.UNRELATED):
        yield Hit(isbn)
    if Draw(world.seed, isbn, "mention").chance(MENTIONED_ELSEWHERE):
        for other in islice(strangers_of(f"{isbn} mentioned", isbn, world), 1):
            yield Hit(other, snippet=f"... see ISBN <b>{isbn}</b> in the bibliography ...")


def _found_by_words(words: str, world: World) -> Found:
    plain = " ".join(words.casefold().split())
    draw = Draw(world.seed, plain, "words")
    count = draw.between(*HITS_OF_WORDS)
    like = ISBN13(9_780_000_000_000 + draw.between(0, 9) * 1_000_000_000)
    snippet = f"... <b>{escape(words)}</b> ..."
    hits = tuple(Hit(isbn, snippet) for isbn in islice(strangers_of(plain, like, world), count))
    return Found(hits=hits, claimed=CLAIMED_PER_HIT * len(hits))
