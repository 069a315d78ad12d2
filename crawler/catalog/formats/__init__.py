"""The files that books can be written to: a module a format, listed here."""

from collections.abc import Callable, Iterable
from typing import BinaryIO

from crawler.catalog.formats import csv_table, json_array, json_lines
from crawler.catalog.rows import BookRow

Write = Callable[[Iterable[BookRow], BinaryIO], int]
"""Writes each book as it comes and tells how many they were."""

FORMATS: dict[str, Write] = {
    "csv": csv_table.write_books,
    "json": json_array.write_records,
    "jsonl": json_lines.write_records,
}
"""By the ending of the file's name."""
