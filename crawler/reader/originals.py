"""A file of ISBNs row by row, each with the bytes in which it stands.

What the rows name is what a crawl reads in them, since the same readers read them.
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from msgspec import Struct

from crawler.errors import InputUnreadable, WrongUse
from crawler.reader.gunzip import CutShort
from crawler.reader.layout import Format, find_reader, parse_format
from crawler.reader.lines import OriginalLines
from crawler.reader.lists import ListReader
from crawler.reader.records import Dialect
from crawler.reader.row import Row
from crawler.reader.source import Source
from crawler.reader.table import TableReader

_DELIMITERS_OF_LISTS = ",;\t|"
_JUDGED_LINES = 20

_Reader = TableReader | ListReader


class Piece(Struct, frozen=True, gc=False):
    """Lines of the file, `end` the end of the last of them.

    `row` is what they name, and None for a header (`is_header`) and for what stands before it that
    is no row. `cells` is how many they hold.
    """

    text: bytes
    end: bytes
    row: Row | None = None
    cells: int = 0
    is_header: bool = False


class Form(Struct, frozen=True):
    """How a file is written, so that more cells can be added in the same way.

    `name` is for its owner. `header` are the names of its columns, which stand on `header_line`,
    from 1; empty and 0 where none are given. `width` is how many cells a row has to have. `codec`
    is the encoding; it's `sure` where a byte order mark, or the bytes of UTF-16, tell it.
    `quotes_all` says that all cells stand in quotes.
    """

    name: str
    dialect: Dialect
    header: Sequence[str]
    header_line: int
    width: int
    codec: str
    sure: bool
    quotes_all: bool


class Originals:
    """One file, opened; `pieces()` reads it through, once.

    `form` says how it's written. When it's read, `notes` are sentences for its owner. Raises
    `InputUnreadable` for a file that can't be read or is none of ISBNs, `WrongUse` for a column or
    format that there isn't, and for a file whose rows are no lines.
    """

    def __init__(
        self,
        file: str,
        *,
        stdin: BinaryIO,
        column: str | None = None,
        format: str | None = None,  # noqa: A002
    ) -> None:
        wanted = parse_format(format)
        self._source = Source(file, stdin)
        self._lines = OriginalLines(self._source.name, self._source.codec)
        self._source.watch(self._lines.feed)
        try:
            self._reader = _find_reader(self._source, column, wanted)
        except WrongUse:
            self.close()
            raise
        self.form = _find_form(self._source, self._reader)
        self._delimiter = self.form.dialect.delimiter.encode(self.form.codec)
        self.notes: list[str] = []

    def close(self) -> None:
        """Close the file; standard input is left as it is."""
        self._source.close()

    def pieces(self) -> Iterator[Piece]:
        """All of the file, piece after piece.

        Raises `InputUnreadable` where it ends before its end.
        """
        self._note(self._reader.opening_notes())
        begun = Piece(b"", b"")
        try:
            for line, piece in self._starts():
                yield from self._filled(begun, self._lines.take(line))
                begun = piece
        except CutShort as error:
            raise InputUnreadable(f"{self._source.name} {error}: get the file again.") from error
        yield from self._filled(begun, self._lines.take_rest())
        self._note(self._reader.closing_notes())

    def _starts(self) -> Iterator[tuple[int, Piece]]:
        """The line on which each row starts, and the header among them."""
        header = self.form.header_line
        for row, cells in _measured_rows(self._source, self._reader):
            if header and row.line > header:
                yield header, self._header()
                header = 0
            yield row.line, Piece(b"", b"", row, cells)
        if header:
            yield header, self._header()

    def _header(self) -> Piece:
        return Piece(b"", b"", cells=len(self.form.header), is_header=True)

    def _filled(self, piece: Piece, lines: bytes) -> Iterator[Piece]:
        if lines:
            text, end = self._lines.part_end(lines)
            cells = piece.cells or 1 + text.count(self._delimiter)
            yield Piece(text, end, piece.row, cells, piece.is_header)

    def _note(self, notes: Iterator[str]) -> None:
        self.notes.extend(f"{self._source.name}: {note}" for note in notes)


def _find_reader(source: Source, column: str | None, wanted: Format | None) -> _Reader:
    reader = find_reader(source, column, wanted)
    if isinstance(reader, TableReader | ListReader):
        return reader
    raise WrongUse(
        f"{source.name} is JSON, which has no rows to add cells to: give a table or a list, or "
        "export the books as JSON with `bookcrawl export`"
    )


def _measured_rows(source: Source, reader: _Reader) -> Iterator[tuple[Row, int]]:
    """The rows, each with how many cells it has; 0 where nothing parts them."""
    if isinstance(reader, TableReader):
        return reader.measured_rows(source)
    return ((row, 0) for row in reader.rows(source))


def _find_form(source: Source, reader: _Reader) -> Form:
    dialect, header_line, width = Dialect(_free_delimiter(source.sample)), len(reader.header), 1
    if isinstance(reader, TableReader):
        header_line, width = reader.header_line, reader.width
        dialect = reader.dialect if width > 1 else dialect
    return Form(
        name=source.name,
        dialect=dialect,
        header=reader.header,
        header_line=header_line,
        width=width,
        codec=source.codec,
        sure=source.marked or source.codec != "utf-8",
        quotes_all=width > 1 and dialect.quoted and _quotes_all(source.sample, dialect.delimiter),
    )


def _free_delimiter(sample: str) -> str:
    """For what has none: one that stands nowhere in its beginning."""
    free = [mark for mark in _DELIMITERS_OF_LISTS if mark not in sample]
    return (free or [","])[0]


def _quotes_all(sample: str, delimiter: str) -> bool:
    lines = [line for line in sample.split("\n", _JUDGED_LINES)[:_JUDGED_LINES] if line.strip()]
    return all(
        len(cell) > 1 and cell[0] == cell[-1] == '"'
        for line in lines
        for cell in line.split(delimiter)
    )
