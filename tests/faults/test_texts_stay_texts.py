"""Any text at all, in a database that anybody may have filled: shown, searched for and exported."""

import csv
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.catalog.database import open_catalog
from crawler.catalog.formats import csv_table
from crawler.catalog.query import Search
from crawler.catalog.search import find_all, find_best
from crawler.commands.say import log_calls, say
from crawler.sources.text import one_line, plain_text, secure_link
from tests.catalog.shelf import Shelf
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.hostile_texts import MEANINGFUL, is_run, obeyed, texts
from tests.faults.screen import commands, on_a_terminal

FOX = 9780140328721
FAILED = 9781861972712

COLUMNS = (
    "isbn10", "subtitle", "publisher", "published", "description", "language", "print_type",
    "source_id", "source", "retrieved_at", "info_link", "thumbnail_url",
)  # fmt: skip

shows = settings(
    max_examples=by_effort(6, 150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    print_blob=True,
)
parses = settings(
    max_examples=by_effort(200, 3_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)


@contextmanager
def filled_with(text: str) -> Iterator[Path]:
    """A database that holds the text wherever a text can be."""
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder) / "books.db")
        shelf.add(FOX, text, authors=(text, "Ann"), categories=(text,))
        shelf.connection.execute(
            "INSERT INTO ledger (number, isbn13, source, state, run) VALUES (1, ?, ?, 'found', 1)",
            (FOX, text),
        )
        told = ", ".join(f"{column} = :text" for column in COLUMNS)
        shelf.connection.execute(f"UPDATE books SET {told}", {"text": text})
        shelf.note(FAILED, "failed", reason=text)
        shelf.connection.execute(
            "INSERT INTO runs (command, options, pid, started_at, ended_at, stopped) "
            """VALUES (?, '{"sandbox": true, "base_url": ""}', 1, ?, ?, ?)""",
            (text, text, text, text),
        )
        shelf.connection.execute("INSERT INTO quota VALUES (?, date('now'), 1)", (text,))
        shelf.connection.execute(
            "INSERT INTO quota VALUES (?, date('now', '-1 day'), 1)", (f"{text}.",)
        )
        shelf.close()
        yield shelf.path


@shows
@given(text=texts)
def test_nothing_that_a_terminal_obeys_reaches_it(text: str, account: Account) -> None:
    with filled_with(text) as db:
        for words in [*commands(db, [FOX]), ["show", str(FAILED), "--db", str(db)]]:
            seen = on_a_terminal(words)
            assert seen.code in {0, 3}, (words, seen.err)
            assert not obeyed(seen.out + seen.err), (words, seen.out, seen.err)
    account("security", "any text on a terminal", "Hypothesis", times=1, lost=0)


@parses
@given(text=texts)
def test_nothing_of_an_answer_is_stored_that_a_terminal_obeys(text: str) -> None:
    for read in (one_line(text), plain_text(text), secure_link(text)):
        assert not [sign for sign in obeyed(read or "") if ord(sign) < 256]
    link = secure_link(text)
    assert link is None or (link.startswith("https://") and not set(link) & set(' <>"\n'))


def cells_as_split_at(delimiter: str, page: str) -> list[str]:
    """As a spreadsheet reads it that takes this for the separator."""
    return [cell for row in csv.reader(io.StringIO(page, newline=""), delimiter=delimiter)
            for cell in row]  # fmt: skip


@parses
@given(row=st.lists(texts | st.lists(texts).map(tuple) | st.integers() | st.floats()))
def test_no_cell_of_a_csv_file_is_a_formula_whatever_parts_the_cells(
    account: Account, row: list[object]
) -> None:
    out = io.BytesIO()
    csv_table.write_rows(["id"], [[1, *row]], out)
    page = out.getvalue().decode()
    for delimiter in ",;\t":
        assert not [cell for cell in cells_as_split_at(delimiter, page) if is_run(cell)]
    account("security", "formulas in CSV", "Hypothesis", times=1, lost=0)


@pytest.mark.parametrize("number", [-5, -0.5, 0, 2**70, 1e300, -1e-300])
def test_a_number_stays_the_number_in_csv(number: float) -> None:
    out = io.BytesIO()
    csv_table.write_rows(["n"], [(number,)], out)
    assert float(out.getvalue().decode().split("\r\n")[1]) == number


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shelf = Shelf(tmp_path_factory.mktemp("shelf") / "books.db")
    for number, text in enumerate(MEANINGFUL):
        shelf.add(FOX + number, text, authors=(text,), indexed=number % 2 == 0)
    shelf.close()
    return shelf.path


@parses
@given(words=texts | st.text(st.sampled_from('"*^:(){}+-.,\0 aAND'), max_size=40))
def test_no_words_of_a_search_are_an_error(shelf: Path, account: Account, words: str) -> None:
    search = Search(words, author=words or None, publisher=words or None)
    with open_catalog(shelf) as catalog:
        best = {book.id for book in find_best(catalog, search, 99)}
        assert best == {book.id for book in find_all(catalog, search)} or not words
        list(find_best(catalog, Search(words), 99))
    account("security", "the syntax of the index in words", "Hypothesis", times=1, lost=0)


@pytest.mark.parametrize("words", ['"' * 9999, "fox " * 10_000, " ".join(map(str, range(10_000)))])
def test_ten_thousand_words_are_searched_for(shelf: Path, words: str) -> None:
    with open_catalog(shelf) as catalog:
        assert list(find_best(catalog, Search(words), 1)) == []


def test_what_is_logged_is_told_line_by_line_and_obeyed_by_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours = logging.getLogger("crawler")
    before, level = list(ours.handlers), ours.level
    log_calls(logging.DEBUG)
    try:
        for text in MEANINGFUL:
            say(text)
            ours.error("refused: %s", text, exc_info=ValueError(text))
    finally:
        ours.handlers[:] = before
        ours.setLevel(level)
    said = capsys.readouterr().err
    assert "\nValueError: " in said
    assert not obeyed(said)
