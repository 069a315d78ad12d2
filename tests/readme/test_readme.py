"""What the README shows is what the program prints, and what it lists is what there is."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest

from crawler import errors
from crawler.catalog.formats import FORMATS
from crawler.catalog.formats.fields import PLACES
from crawler.cli import COMMANDS, bookcrawl
from crawler.drain import Stop
from crawler.library.options import DAILY_QUOTA, RATE
from crawler.seed import Reason
from crawler.store.base import LedgerCounts
from tests.readme import page
from tests.readme.session import fits, make_clone, play

QUERIES = 10
WITHOUT_SANDBOX = {"--rate": RATE, "--daily-quota": DAILY_QUOTA}
"""Defaults that depend on another option, so that click does not know them."""


def test_each_command_prints_what_the_readme_shows_of_it(tmp_path: Path) -> None:
    commands = [command for block in page.blocks() for command in page.commands_of(block)]
    outputs = play([command.text for command in commands], make_clone(tmp_path))
    others = [
        command.written(tuple(printed))
        for command, printed in zip(commands, outputs, strict=True)
        if not fits(command.shown, printed)
    ]
    assert not others, "they print today:\n" + "\n".join(others)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        (["at … o'clock"], ["at 5 o'clock"]),
        (["first", "…", "last"], ["first", "second", "third", "last"]),
        (["first", "…", "last"], ["first", "last"]),
        (["3 ISBNs settled in 0.3 s"], ["3 ISBNs settled in 12 s"]),
        (["until 2026-11-21T08:00:00Z"], ["until 2027-01-02T08:00:00Z"]),
    ],
)
def test_times_durations_and_what_an_ellipsis_stands_for_may_differ(
    shown: list[str], printed: list[str]
) -> None:
    assert fits(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        (["401 found"], ["402 found"]),
        (["at … o'clock"], ["at 5", "o'clock"]),
        (["first", "…", "last"], ["first", "second"]),
        (["first"], ["first", "second"]),
        (["a table  "], ["a table"]),
    ],
)
def test_anything_else_may_not_differ(shown: list[str], printed: list[str]) -> None:
    assert not fits(shown, printed)


def test_a_command_that_is_not_run_says_why() -> None:
    fences = set(re.findall(r"^```(\S.*)$", page.text(), re.MULTILINE))
    others = {fence for fence in fences if not fence.startswith("console no-run: ")}
    assert others == {"console", "text"}
    assert len(fences - others) <= 2


def options_of(command: str) -> list[click.Option]:
    found = bookcrawl.get_command(click.Context(bookcrawl), command)
    assert found is not None
    return [option for option in found.params if isinstance(option, click.Option)]


def name_of(option: click.Option) -> str:
    return max(option.opts, key=len)


def default_of(option: click.Option) -> str:
    default = option.to_info_dict()["default"]
    if default is None and option.envvar:
        default = WITHOUT_SANDBOX.get(name_of(option))
    if option.is_flag or option.count or default in (None, "", ()):
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default)


OPTION_TABLES = re.findall(r"^### (\w.*: .*)$", page.section("## Options"), re.MULTILINE)


@pytest.mark.parametrize("heading", OPTION_TABLES)
def test_a_table_of_options_tells_defaults_and_variables_as_its_commands_have_them(
    heading: str,
) -> None:
    part = page.section(f"### {heading}")
    told = {row[0].strip("`"): row[1].strip("`") for row in page.rows(part)}
    assert told
    for command in page.codes(heading):
        has = {name_of(o): o for o in options_of(command) if name_of(o) in told}
        assert {name: default_of(option) for name, option in has.items()} == told
        for name, option in has.items():
            variable = "BOOKCRAWL_" + name.removeprefix("--").replace("-", "_").upper()
            assert option.envvar == (variable if "`BOOKCRAWL_" in part else None)


def test_each_option_of_each_command_is_in_one_table_and_no_other_is() -> None:
    told = [
        (command, row[0].strip("`"))
        for heading in OPTION_TABLES
        for command in page.codes(heading)
        for row in page.rows(page.section(f"### {heading}"))
    ]
    there_are = [
        (command, name_of(option)) for command in COMMANDS for option in options_of(command)
    ]
    assert sorted(told) == sorted(there_are)


def first_codes(heading: str) -> list[str]:
    """What the first column of the tables below a heading names."""
    return [page.codes(row[0])[0] for row in page.rows(page.section(heading))]


def test_the_commands_are_those_of_the_program() -> None:
    assert [code.split()[0] for code in first_codes("## Commands")] == list(COMMANDS)


def test_the_reasons_of_rejects_are_those_of_the_reader() -> None:
    assert set(first_codes("## Input files")) == set(Reason)


def test_the_states_are_those_of_the_ledger() -> None:
    assert first_codes("### States") == list(LedgerCounts.__struct_fields__)


def test_each_reason_of_an_early_stop_is_named() -> None:
    told = page.codes(page.section("### The summary"))
    assert {f'"{stop}"' for stop in Stop} <= set(told)


def test_each_exit_code_of_an_error_is_told() -> None:
    codes = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.BookcrawlError)
    }
    assert {str(code) for code in codes} < set(first_codes("### Exit codes"))


def test_tables_views_and_their_columns_are_those_of_the_schema() -> None:
    schema = (page.ROOT / "crawler" / "store" / "schema.sql").read_text("utf-8")
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(schema)
        columns = database.execute(
            "SELECT t.name, c.name, lower(c.type) "
            "FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c "
            "WHERE t.type IN ('table', 'view', 'virtual') AND t.name NOT LIKE 'sqlite_%' "
            "AND c.hidden IS NOT 1"
        ).fetchall()
    books = [(column, type_) for table, column, type_ in columns if table == "books"]
    tables, of_books = page.section("## The database").split("### Columns of `books`")
    assert [(row[0].strip("`"), row[1]) for row in page.rows(of_books)] == books
    told = {
        (row[0].strip("`"), column) for row in page.rows(tables) for column in page.codes(row[1])
    }
    assert told == {(table, column) for table, column, _ in columns if table != "books"}


def test_the_formats_are_those_of_export() -> None:
    formats, _places = page.section("## Taking books elsewhere").split("| field |")
    told = {
        name: ending
        for row in page.rows(formats)
        for ending, name in zip(page.codes(row[0]), page.codes(row[1]), strict=True)
    }
    assert told == {name: form.ending for name, form in FORMATS.items()}


def test_the_places_of_the_fields_are_those_that_the_formats_give_them() -> None:
    _formats, places = page.section("## Taking books elsewhere").split("| field |")
    told = {
        page.codes(row[0])[0]: [tuple(page.codes(cell)) for cell in row[1:]]
        for row in page.rows(f"| field |{places}")
    }
    assert told == {
        field: [(place.parquet,), place.bibtex, place.ris, place.marcxml]
        for field, place in PLACES.items()
    }


def test_each_of_the_ten_queries_gives_rows() -> None:
    queries = page.commands(page.section("### Ten queries"))
    assert len(queries) == QUERIES
    for query in queries:
        heading, *found = query.shown
        assert heading
        assert found


def test_the_rooms_are_those_of_the_package() -> None:
    told = {code for code in first_codes("## Development") if not code.endswith(".py")}
    there_are = {f"crawler/{room.parent.name}" for room in page.ROOT.glob("crawler/*/__init__.py")}
    assert told == there_are


def test_what_is_named_of_the_project_is_there() -> None:
    named = re.findall(r"(?<![\w/.])(?:crawler|data|scripts|tests)/[\w./-]*\w", page.text())
    assert named
    assert [path for path in named if not (page.ROOT / path).exists()] == []


def test_a_link_within_the_page_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.*)$", page.text(), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-").replace("`", "") for heading in headings}
    links = re.findall(r"\]\(#([^)]*)\)", page.text())
    assert links
    assert set(links) <= anchors
