"""The files that books can be written to: a module a format, listed here."""

from collections.abc import Callable, Iterable
from typing import BinaryIO

from msgspec import Struct

from crawler.catalog.rows import BookRow

Write = Callable[[Iterable[BookRow], BinaryIO], int]
"""Writes each book as it comes and tells how many they were."""


class Format(Struct, frozen=True):
    """A format: how the names of its files end, and whether a terminal can show it.

    `load` imports what writes it.
    """

    ending: str
    load: Callable[[], Write]
    is_text: bool = True


def _csv() -> Write:
    from crawler.catalog.formats.csv_table import write_books

    return write_books


def _excel() -> Write:
    from crawler.catalog.formats.excel_csv import write_books

    return write_books


def _json() -> Write:
    from crawler.catalog.formats.json_array import write_records

    return write_records


def _json_lines() -> Write:
    from crawler.catalog.formats.json_lines import write_records

    return write_records


def _parquet() -> Write:
    from crawler.catalog.formats.parquet import write_books

    return write_books


def _bibtex() -> Write:
    from crawler.catalog.formats.bibtex import write_books

    return write_books


def _ris() -> Write:
    from crawler.catalog.formats.ris import write_books

    return write_books


def _marcxml() -> Write:
    from crawler.catalog.formats.marcxml import write_books

    return write_books


FORMATS: dict[str, Format] = {
    "csv": Format(".csv", _csv),
    "json": Format(".json", _json),
    "jsonl": Format(".jsonl", _json_lines),
    "parquet": Format(".parquet", _parquet, is_text=False),
    "bibtex": Format(".bib", _bibtex),
    "ris": Format(".ris", _ris),
    "marcxml": Format(".xml", _marcxml),
}
"""By the name that `--format` takes."""

EXCEL = Format(".csv", _excel, is_text=False)
"""The form of CSV that `--excel` writes."""
