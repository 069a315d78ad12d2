"""The option that names the database, and how a command is named to the user with it."""

import re
from datetime import timedelta
from pathlib import Path

import click

from crawler.commands.program import program
from crawler.errors import DatabaseUnusable, WrongUse
from crawler.names import for_shell

DEFAULT_DATABASE = Path("books.db")


def _name_a_file(_context: click.Context, _option: click.Parameter, db: Path) -> Path:
    """Refuse what can't be a database's file before anything is made; an empty name is `.` here."""
    try:
        is_folder = db.is_dir()
    except OSError as error:
        raise DatabaseUnusable(
            f"{db} can't be opened ({error.strerror}): name another file with --db"
        ) from error
    if is_folder:
        raise DatabaseUnusable(f"--db names a folder, {db.absolute()}: name a file in it")
    return db


db_option = click.option(
    "--db",
    type=click.Path(path_type=Path),
    callback=_name_a_file,
    default=DEFAULT_DATABASE,
    envvar="BOOKCRAWL_DB",
    show_default=True,
    show_envvar=True,
    help="The database.",
)


def command_line(command: str, db: Path) -> str:
    """The command as the user can type it for this database: `bookcrawl resume --db my.db`."""
    option = "" if db == DEFAULT_DATABASE else f" --db {for_shell(str(db))}"
    return f"{program()} {command}{option}"


def require_database(db: Path) -> None:
    """Raises `DatabaseUnusable` where there is none, for commands that do not make one."""
    if not db.exists():
        raise DatabaseUnusable(
            f"there is no database {db}: make one with `{command_line('crawl FILE', db)}`, "
            "or name another with --db"
        )


def parse_age(text: str) -> timedelta:
    """`90d`, `12h` or `2w`; raises `WrongUse`."""
    age = re.fullmatch(r"(\d{1,5})([hdw])", text)
    if age is None:
        raise WrongUse(f"an age is a number with h, d or w, such as 90d, not {text!r}")
    return int(age[1]) * {"h": timedelta(hours=1), "d": timedelta(1), "w": timedelta(7)}[age[2]]
