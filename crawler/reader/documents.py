"""JSON: arrays, JSON Lines, one book, a map of books as LibraryThing exports it, wrapped arrays."""

from collections.abc import Iterator, Sequence
from itertools import islice

from crawler.reader.cells import CellsReader
from crawler.reader.columns import choose_columns, pick_column
from crawler.reader.gunzip import CutShort
from crawler.reader.headers import role_of
from crawler.reader.json_stream import BrokenJson, Json, JsonStream, Value, decode
from crawler.reader.notes import name_columns, notes_on_choice, notes_on_rows
from crawler.reader.row import Row, excerpt
from crawler.reader.source import Source
from crawler.seed import Reason

_JUDGED_RECORDS = 300
_BARE = "isbn"
"""The name of values that stand alone, as in `["9780140328721"]`."""


def read_document(chunks: Iterator[str]) -> Iterator[Value]:
    """The records of a JSON document. Raises `CutShort` where it's cut or not well formed."""
    stream = JsonStream(chunks)
    try:
        while start := stream.peek():
            if start == "[":
                stream.skip()
                yield from _elements(stream)
            elif start == "{":
                yield from _members(stream)
            else:
                yield stream.next()
    except BrokenJson as error:
        raise CutShort(f"is cut short, or no JSON, from line {error.line} on") from error


def _elements(stream: JsonStream) -> Iterator[Value]:
    """The elements of an array whose bracket was read."""
    while stream.peek() != "]":
        yield stream.next()
    stream.skip()


def _members(stream: JsonStream) -> Iterator[Value]:
    """The records in an object: its members, an array among them, or the object itself."""
    line = stream.line
    stream.skip()
    own: dict[str, Json] = {}
    records = 0
    while stream.peek() != "}":
        key = str(stream.next().value)
        if stream.peek() != ":":
            raise BrokenJson(stream.line)
        stream.skip()
        start = stream.peek()
        if start == "{" and not own:
            yield stream.next()
            records += 1
        elif start == "[":
            stream.skip()
            elements = _elements(stream)
            first = next(elements, None)
            if first is not None and isinstance(first.value, dict) and _names_isbns(first.value):
                yield first
                yield from elements
                records += 1
            else:
                own[key] = [each.value for each in (first, *elements) if each is not None]
        else:
            own[key] = stream.next().value
    stream.skip()
    if own and (_names_isbns(own) or not records):
        yield Value(line, own, str(own))


def read_json_lines(lines: Iterator[str]) -> Iterator[Value | Row]:
    """The value on each line; a `Row` for a line that is blank or no JSON."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            yield Row(number)
            continue
        try:
            yield Value(number, decode(line), line)
        except ValueError:
            yield Row(number, reason=Reason.NOT_AN_ISBN, text=excerpt(line))


def _names_isbns(record: dict[str, Json]) -> bool:
    return any(role_of(_leaf(path)) for path in flatten(record))


def flatten(value: Json) -> dict[str, list[str]]:
    """The texts in a record by their path: `volumeInfo.isbn`; list places aren't in the path."""
    texts: dict[str, list[str]] = {}
    waiting: list[tuple[str, Json]] = [("", value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            texts.setdefault(path, []).append(value)
        elif isinstance(value, list):
            waiting.extend((path, each) for each in reversed(value))
        elif isinstance(value, dict):
            waiting.extend((_join(path, key), each) for key, each in reversed(value.items()))
    return texts


def _join(path: str, key: str) -> str:
    if key.isdecimal():
        return path
    return f"{path}.{key}" if path else key


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]


class DocumentReader:
    """Reads JSON records. Raises `WrongUse` where they have no key `wanted`."""

    def __init__(self, source: Source, wanted: str | None, *, json_lines: bool) -> None:
        self._json_lines = json_lines
        sample = (
            read_json_lines(iter(source.sample.split("\n")))
            if json_lines
            else read_document(iter([source.sample]))
        )
        records = [flatten(each.value) for each in _first(sample) if isinstance(each, Value)]
        self._paths = list(dict.fromkeys(path for record in records for path in record))
        names = [_leaf(path) or _BARE for path in self._paths]
        rows = [_cells(record, self._paths) for record in records]
        self._choice = (
            choose_columns(names, rows)
            if wanted is None
            else pick_column(source.name, names, rows, wanted)
        )
        self._cells = CellsReader(self._choice, None)

    @property
    def description(self) -> str:
        """Its kind, and the keys of ISBNs."""
        kind = "JSON Lines" if self._json_lines else "JSON"
        return f"{kind}, {name_columns(self._choice)}"

    def rows(self, source: Source) -> Iterator[Row]:
        """A row for each record."""
        values = (
            read_json_lines(source.lines()) if self._json_lines else read_document(source.chunks())
        )
        for value in values:
            if isinstance(value, Row):
                yield value
            else:
                record = flatten(value.value)
                cells = [*_cells(record, self._paths), *self._unknown(record)]
                yield self._cells.read(value.line, cells, value.text)

    def opening_notes(self) -> Iterator[str]:
        """Whether the choice of keys is clear."""
        return notes_on_choice(self._choice)

    def closing_notes(self) -> Iterator[str]:
        """Records that name two books, keys that did not go on as they began."""
        return notes_on_rows(self._cells)

    def _unknown(self, record: dict[str, list[str]]) -> Iterator[str]:
        known = set(self._paths)
        return ("\n".join(texts) for path, texts in record.items() if path not in known)


def _cells(record: dict[str, list[str]], paths: Sequence[str]) -> list[str]:
    return ["\n".join(record.get(path, ())) for path in paths]


def _first(values: Iterator[Value | Row]) -> Iterator[Value | Row]:
    """The first records, as far as they stand in the sample whole."""
    try:
        yield from islice(values, _JUDGED_RECORDS)
    except CutShort:
        return
