"""What a file of ISBNs is: a list, a table or JSON, told by its content and not by its name."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from crawler.errors import WrongUse
from crawler.reader.dialect import DELIMITERS, Trial, noted_delimiter, try_dialects
from crawler.reader.documents import DocumentReader
from crawler.reader.json_stream import decode
from crawler.reader.lists import ListReader
from crawler.reader.row import Row
from crawler.reader.source import Source
from crawler.reader.table import TableReader


class Format(StrEnum):
    """What `--format` may name; `csv` is a table with any delimiter."""

    LIST = "list"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"


class FormatReader(Protocol):
    """How a file is read, once its beginning was seen."""

    @property
    def description(self) -> str:
        """What it's taken for: `a table with semicolons, column 'isbn'`."""

    def rows(self, source: Source) -> Iterator[Row]:
        """All rows of the file, a header left out. Raises `CutShort`."""

    def opening_notes(self) -> Iterator[str]:
        """What the owner should know before the rows are read."""

    def closing_notes(self) -> Iterator[str]:
        """What the owner should know when they are read."""


def parse_format(name: str | None) -> Format | None:
    """The format of that name; raises `WrongUse` where there is none."""
    try:
        return Format(name) if name is not None else None
    except ValueError as error:
        known = ", ".join(Format)
        raise WrongUse(f"{name!r} is no format that can be read: choose one of {known}.") from error


_JSON = re.compile(r'\s*(?:\[\s*(?:["{\[]|-?\d[\d.eE+]*\s*,)|\{\s*"(?:[^"\\]|\\.)*"\s*:)')
_JUDGED_LINES = 20


def find_reader(source: Source, column: str | None, wanted: Format | None) -> FormatReader:
    """The reader that fits the beginning of `source`, or the format `wanted`.

    Raises `WrongUse` where there is no such `column`.
    """
    kind = wanted or _json_format(source.sample)
    if kind in {Format.JSON, Format.JSONL}:
        return DocumentReader(source, column, json_lines=kind is Format.JSONL)
    if kind is Format.LIST:
        if column is not None:
            raise WrongUse(f"A list has no column {column!r}: leave out --column or --format.")
        return ListReader(source)
    trial = _try_table(source, "\t" if kind is Format.TSV else DELIMITERS)
    certain = kind is not None or column is not None
    if not certain and not trial.is_table:
        return ListReader(source)
    table = TableReader(source, trial.dialect, column)
    return ListReader(source) if table.is_list and not certain else table


def _json_format(sample: str) -> Format | None:
    if not _JSON.match(sample):
        return None
    lines = [line for line in sample.split("\n") if line.strip()][:_JUDGED_LINES]
    whole = sum(map(_is_json, lines))
    return Format.JSONL if len(lines) > 1 and whole * 2 >= len(lines) else Format.JSON


def _is_json(line: str) -> bool:
    try:
        return isinstance(decode(line), dict | list)
    except ValueError:
        return False


def _try_table(source: Source, delimiters: str) -> Trial:
    first, _, rest = source.sample.partition("\n")
    if noted := noted_delimiter(first):
        return try_dialects(rest, noted, whole=source.whole)
    return try_dialects(source.sample, delimiters, whole=source.whole)
