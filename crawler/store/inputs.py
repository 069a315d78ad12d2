"""Files of ISBNs as rows: by their names, and how they were to be read."""

import json
from datetime import datetime

import aiosqlite

from crawler.clock import iso
from crawler.errors import DatabaseDamaged
from crawler.names import as_cell, from_cell
from crawler.store.base import InputRecord

Cell = str | bytes

UNREAD = "SELECT file, options FROM inputs WHERE finished_at IS NULL ORDER BY run, rowid"


async def begin(db: aiosqlite.Connection, run: int, record: InputRecord) -> None:
    """Note that it is read from its start; its rejects are dropped."""
    file, options = input_row(record)
    await db.execute(
        "INSERT OR REPLACE INTO inputs (file, run, options) VALUES (?, ?, ?)", (file, run, options)
    )
    await db.execute("DELETE FROM rejects WHERE file = ?", (file,))


async def end(db: aiosqlite.Connection, file: str, at: datetime) -> None:
    """Note that it was read to its end."""
    await db.execute("UPDATE inputs SET finished_at = ? WHERE file = ?", (iso(at), as_cell(file)))


def input_row(record: InputRecord) -> tuple[Cell, str]:
    """The file and its options as JSON; a column may be named by bytes that are no UTF-8, which
    JSON as Python writes it can tell.
    """
    options = {"column": record.column, "format": record.format}
    return as_cell(record.file), json.dumps(options, separators=(",", ":"))


def read_input(file: Cell, options: str) -> InputRecord:
    """The file of a row; raises `DatabaseDamaged` for options that are none of ours."""
    try:
        return InputRecord(from_cell(file), **json.loads(options))
    except (ValueError, TypeError) as error:
        raise DatabaseDamaged(
            f"the table inputs was changed by another program ({error}): restore a copy"
        ) from error
