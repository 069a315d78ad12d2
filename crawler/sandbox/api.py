"""The two methods of the API, without HTTP: parameters in, JSON out."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct, json

from crawler.isbn import ISBN13
from crawler.sandbox import errors
from crawler.sandbox.collection import Collection
from crawler.sandbox.errors import Answer, Refused
from crawler.sandbox.fields import FieldsInvalid, parse_fields, project
from crawler.sandbox.links import HOME
from crawler.sandbox.query import Term, isbns_of, parse_query
from crawler.sandbox.shape import JSON, Shape, Volume, Volumes
from crawler.sandbox.volume_id import is_well_formed

MAX_RESULTS = 40
DEFAULT_RESULTS = 10
FARTHEST_START = 2**31 - 1

Parameters = Mapping[str, str]


class Asked(Struct, frozen=True):
    """A call taken apart: `terms` of a search, or the `volume_id` that is to be got."""

    parameters: dict[str, str]
    terms: tuple[Term, ...] = ()
    volume_id: str | None = None


def parse_call(parameters: dict[str, str], volume_id: str | None) -> Asked:
    """What a call asks for; without a `volume_id` it is a search."""
    query = parameters.get("q", "").strip()
    if volume_id is not None or not query:
        return Asked(parameters=parameters, volume_id=volume_id)
    return Asked(parameters=parameters, terms=parse_query(query))


class Api:
    """Google Books over a collection."""

    def __init__(self, collection: Collection, *, honour_or: bool) -> None:
        self._collection = collection
        self._honour_or = honour_or

    def isbns(self, asked: Asked) -> tuple[ISBN13, ...]:
        """The ISBNs that a call asks for."""
        if asked.volume_id is None:
            return isbns_of(asked.terms)
        if not is_well_formed(asked.volume_id):
            return ()
        isbn = self._collection.find_isbn_of(asked.volume_id)
        return () if isbn is None else (isbn,)

    def answer(self, asked: Asked) -> Answer:
        """The answer to a call; raises `Refused` where it gets none."""
        parameters = asked.parameters
        shape: type[Shape]
        if asked.volume_id is None:
            body, shape = self._list(asked.terms, parameters), Volumes
        else:
            body, shape = self._get(asked.volume_id, parameters), Volume
        return Answer(200, _written(body, shape, parameters))

    def _list(self, terms: tuple[Term, ...], parameters: Parameters) -> bytes:
        if not terms:
            raise Refused(errors.QUERY_REQUIRED)
        size = _number(parameters, "maxResults", DEFAULT_RESULTS, MAX_RESULTS)
        start = _number(parameters, "startIndex", 0, FARTHEST_START)
        if len(terms) > 1 and not self._honour_or:
            terms = ()
        country = parameters.get("country", HOME)
        page = self._collection.search(terms, slice(start, start + size), country)
        head = b'{"kind":"books#volumes","totalItems":%d' % page.claimed
        items = b',"items":[' + b",".join(page.items) + b"]" if page.items else b""
        return head + items + b"}"

    def _get(self, volume_id: str, parameters: Parameters) -> bytes:
        if not is_well_formed(volume_id):
            raise Refused(errors.BACKEND_FAILED)
        body = self._collection.find_volume(volume_id, parameters.get("country", HOME))
        if body is None:
            raise Refused(errors.VOLUME_NOT_FOUND)
        return body


def _number(parameters: Parameters, name: str, default: int, highest: int) -> int:
    text = parameters.get(name, str(default))
    try:
        number = int(text)
    except ValueError:
        raise Refused(errors.not_a_number(name, text)) from None
    if not 0 <= number <= highest:
        raise Refused(errors.out_of_range(name, text, 0, highest))
    return number


def _written(body: bytes, shape: type[Shape], parameters: Parameters) -> bytes:
    if parameters.get("fields"):
        try:
            selection = parse_fields(parameters["fields"], shape)
        except FieldsInvalid as error:
            raise Refused(errors.fields_invalid(str(error))) from error
        whole: JSON = json.decode(body)
        body = json.encode(project(whole, selection))
    if parameters.get("prettyPrint") == "false":
        return body
    return msgspec.json.format(body, indent=2)
