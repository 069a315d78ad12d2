import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.sql import command
from crawler.errors import WrongUse
from tests.catalog.shelf import Shelf

FOX = 9780140328721


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "books.db")
    shelf.add(FOX, "Fantastic\nMr. Fox", publisher="A, B")
    shelf.close()
    return shelf


def sql(shelf: Shelf, *arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(command, [*arguments, "--db", str(shelf.path)], input=stdin)


def test_off_a_terminal_a_row_is_a_line_without_a_header(shelf: Shelf) -> None:
    result = sql(shelf, "select isbn13, title, subtitle from books")
    assert result.stdout == "9780140328721\tFantastic Mr. Fox\t\n"


def test_an_isbn_is_a_string_in_json_and_other_numbers_are_numbers(shelf: Shelf) -> None:
    result = sql(shelf, "select isbn13, id, x'00ff' as b from books", "--json")
    assert json.loads(result.stdout) == [{"isbn13": str(FOX), "id": 1, "b": "AP8="}]


def test_csv_has_a_header(shelf: Shelf) -> None:
    result = sql(shelf, "select id, publisher, null as n from books", "--csv")
    assert result.stdout_bytes == b'id,publisher,n\r\n1,"A, B",\r\n'


def test_jsonl_is_a_row_a_line(shelf: Shelf) -> None:
    assert sql(shelf, "values (1), (2)", "--jsonl").stdout == '{"column1":1}\n{"column1":2}\n'


def test_a_query_comes_from_standard_input_too(shelf: Shelf) -> None:
    assert sql(shelf, "-", "7", stdin="select ?, 'ü'\n").stdout == "7\tü\n"


def test_standard_input_that_is_not_utf8_is_refused(shelf: Shelf) -> None:
    result = sql(shelf, "-", stdin=b"select '\xff'")
    assert isinstance(result.exception, WrongUse)


def test_a_limit_of_time_is_kept(shelf: Shelf) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    result = sql(shelf, endless, "--timeout", "0.01")
    assert isinstance(result.exception, WrongUse)
    assert "stopped after 0.01 seconds" in str(result.exception)


def test_an_error_in_the_query_is_wrong_use(shelf: Shelf) -> None:
    result = sql(shelf, "select nope from books")
    assert isinstance(result.exception, WrongUse)
    assert str(result.exception) == "the query can't be run: no such column: nope"
