"""The books that a sandbox has: made up, or recorded."""

from collections.abc import Callable
from itertools import count
from typing import Protocol

from msgspec import Struct, json
from msgspec.structs import replace

from crawler.isbn import ISBN13
from crawler.sandbox.detail import make_detailed
from crawler.sandbox.links import HOME
from crawler.sandbox.query import Term
from crawler.sandbox.search import Hit, search
from crawler.sandbox.shape import SearchInfo, Volume
from crawler.sandbox.volume_id import find_isbn_of
from crawler.sandbox.volumes import make_volume
from crawler.sandbox.world import Verdict, World, verdict_of


class Page(Struct, frozen=True):
    """One page of hits, each the JSON of a volume; `claimed` is what `totalItems` says."""

    items: tuple[bytes, ...]
    claimed: int


class Collection(Protocol):
    """What the API needs of its books."""

    def search(self, terms: tuple[Term, ...], page: slice, country: str) -> Page:
        """Those of the hits that stand on the page."""
        ...

    def find_volume(self, volume_id: str, country: str) -> bytes | None:
        """The volume of a well-formed id, in full, as JSON."""
        ...

    def find_isbn_of(self, volume_id: str) -> ISBN13 | None:
        """The ISBN of the volume that the id names."""
        ...

    def verdict(self, isbn: ISBN13) -> Verdict:
        """What a crawler has to make of this ISBN."""
        ...


class MadeUp:
    """Books by the rule of `world.py`, without end and without a table."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answers: Callable[[], int] = count(1).__next__

    def search(self, terms: tuple[Term, ...], page: slice, country: str) -> Page:
        """Those of the hits that stand on the page."""
        found = search(terms, self._world)
        items = tuple(self._shown(hit, country) for hit in found.hits[page])
        return Page(items=items, claimed=found.claimed)

    def find_volume(self, volume_id: str, country: str) -> bytes | None:
        """The volume of a well-formed id, in full, as JSON."""
        isbn = find_isbn_of(volume_id)
        if isbn is None or self.verdict(isbn) == "missing":
            return None
        return self._sent(make_detailed(isbn, self._world), country)

    def find_isbn_of(self, volume_id: str) -> ISBN13 | None:
        """The ISBN of the volume that the id names."""
        return find_isbn_of(volume_id)

    def verdict(self, isbn: ISBN13) -> Verdict:
        """What a crawler has to make of this ISBN."""
        return verdict_of(isbn, self._world)

    def _shown(self, hit: Hit, country: str) -> bytes:
        volume = make_volume(hit.isbn, self._world)
        if hit.snippet is not None:
            volume = replace(volume, search_info=SearchInfo(text_snippet=hit.snippet))
        return self._sent(volume, country)

    def _sent(self, volume: Volume, country: str) -> bytes:
        volume = replace(volume, etag=_etag(self._answers()))
        if country != HOME:
            volume = replace(
                volume,
                sale_info=replace(volume.sale_info, country=country),
                access_info=replace(volume.access_info, country=country),
            )
        return json.encode(volume)


_ETAG_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _etag(serial: int) -> str:
    """Eleven characters that no other answer has had."""
    mixed = serial * 0x9E3779B97F4A7C15 % 2**64
    return "".join(_ETAG_CHARACTERS[mixed >> shift & 63] for shift in range(0, 66, 6))
