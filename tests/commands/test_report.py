import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.commands.report import command
from crawler.errors import WrongUse
from tests.catalog.reporting import fill
from tests.catalog.shelf import Shelf

LARGEST_BYTES = 2_000_000


@pytest.fixture
def db(tmp_path: Path) -> Path:
    shelf = Shelf(tmp_path / "books.db")
    fill(shelf)
    shelf.close()
    return shelf.path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments)])


def test_a_report_is_one_small_file_and_the_last_words_name_it(db: Path) -> None:
    out = db.with_name("books.html")
    result = run(out, "--db", db)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr.split() == f"the report of {db} is in {out}".split()
    assert out.read_text("utf-8").startswith("<!doctype html>")
    assert out.stat().st_size < LARGEST_BYTES


def test_a_dash_is_standard_output(db: Path) -> None:
    result = run("-", "--db", db)
    assert result.stdout.startswith("<!doctype html>")
    assert result.stdout.endswith("</html>\n")
    assert result.stderr == ""


@pytest.mark.parametrize("ending", ["", "-wal", ".lock"])
def test_the_database_is_never_written_over(db: Path, ending: str) -> None:
    result = run(f"{db}{ending}", "--db", db)
    assert isinstance(result.exception, WrongUse)
    assert "is the database itself" in str(result.exception)


def test_where_no_report_can_be_made_the_old_one_stays(db: Path) -> None:
    out = db.with_name("books.html")
    out.write_text("old")
    db.write_bytes(b"no database")
    assert run(out, "--db", db).exception
    assert out.read_text() == "old"
    assert sorted(path.name for path in out.parent.glob("*.part")) == []


def test_where_the_pictures_package_is_not_installed_it_says_how_to(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    result = run(db.with_name("books.html"), "--db", db)
    assert isinstance(result.exception, WrongUse)
    assert str(result.exception) == (
        "a report needs vl_convert, which is not installed: pip install '.[report]' "
        "in the folder of bookcrawl"
    )
