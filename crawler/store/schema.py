"""The shape of the database: made new, brought forward, or refused in one sentence."""

from importlib.resources import files
from pathlib import Path

import aiosqlite

from crawler.errors import DatabaseUnusable

APPLICATION_ID = 0x626B6372
"""`bkcr`, in the header of every database of ours."""


def _read_script(name: str) -> str:
    return files("crawler.store").joinpath(name).read_text("utf-8")


MIGRATIONS: tuple[str, ...] = (_read_script("to_version_2.sql"),)
"""The script at index i brings a database of version i + 1 to version i + 2."""


async def prepare(
    db: aiosqlite.Connection, path: Path, migrations: tuple[str, ...] = MIGRATIONS
) -> None:
    """Make the schema in an empty file, or migrate an older one.

    Raises `DatabaseUnusable` for a file of another program or of a newer bookcrawl, untouched.
    """
    newest = len(migrations) + 1
    application = await _pragma(db, "application_id")
    if application != APPLICATION_ID:
        if application or await _pragma(db, "schema_version"):
            raise DatabaseUnusable(
                f"{path} is a database of another program: name another file with --db"
            )
        await db.execute_fetchall("PRAGMA journal_mode = WAL")
        await _run_script(db, _creation(), newest)
        return
    version = await _pragma(db, "user_version")
    if version > newest:
        raise DatabaseUnusable(
            f"{path} was made by a newer bookcrawl (version {version} of its tables, "
            f"this one knows {newest}): update bookcrawl"
        )
    for number in range(version, newest):
        await _run_script(db, migrations[number - 1], number + 1)


def _creation() -> str:
    return f"PRAGMA application_id = {APPLICATION_ID};\n{_read_script('schema.sql')}"


async def _run_script(db: aiosqlite.Connection, script: str, version: int) -> None:
    """One transaction: a kill in the middle leaves the file as it was."""
    await db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {version};\nCOMMIT;")


async def _pragma(db: aiosqlite.Connection, name: str) -> int:
    async with db.execute(f"PRAGMA {name}") as cursor:
        row = await cursor.fetchone()
    return int(row[0]) if row else 0
