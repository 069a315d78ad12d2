"""The answers of the server, made beforehand by the sandbox: the same machinery, without its HTTP.

A list is taken on which each ISBN has a book that its search finds alone. So each candidate has the
same work, and a tutorial that takes the first hit for the book is not marked down for it.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct

from crawler.isbn import ISBN13
from crawler.sandbox.api import Api, parse_call
from crawler.sandbox.collection import MadeUp
from crawler.sandbox.volumes import make_volume
from crawler.sandbox.world import Case, World, case_of
from scripts.benchmark.isbns import isbns

WORLD = World(seed=2026, hit_rate=1.0, numberless=0.0)

_ITEMS = b'"items": [\n'
_END = b"\n  ]\n}"


class Answer(Struct, frozen=True):
    """The answer to `isbn:…`, printed as Google prints it where nothing else is asked for."""

    isbn: ISBN13
    title: str
    body: bytes

    @property
    def item(self) -> bytes:
        """Its volume, as it stands in an answer of several as well."""
        return self.body[self.body.index(_ITEMS) + len(_ITEMS) : -len(_END)]


def make_answers(count: int) -> Iterator[Answer]:
    """The first `count` answers; they are the same in every run."""
    api = make_api()
    alone = (isbn for isbn in isbns() if case_of(isbn, WORLD) is Case.ALONE)
    for isbn in islice(alone, count):
        title = make_volume(isbn, WORLD).volume_info.title
        yield Answer(isbn, title.strip(), ask(api, [isbn]))


def make_api() -> Api:
    """The API over the books of the benchmark."""
    return Api(MadeUp(WORLD), honour_or=True)


def ask(api: Api, wanted: Sequence[ISBN13]) -> bytes:
    """The answer of the sandbox itself to a search for one or several."""
    query = " OR ".join(f"isbn:{isbn}" for isbn in wanted)
    return api.answer(parse_call({"q": query, "maxResults": "40"}, None)).body


def head(total: int) -> bytes:
    """What stands before the items of an answer of `total`."""
    return b'{\n  "kind": "books#volumes",\n  "totalItems": %d,\n  %b' % (total, _ITEMS)


BETWEEN = b",\n"
AFTER = _END
NOTHING = b'{\n  "kind": "books#volumes",\n  "totalItems": 0\n}'
