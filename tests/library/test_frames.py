"""Data frames are a line each, as the README has them; where the packages are installed."""

import msgspec
import pytest

import crawler
from tests.catalog.shelf import Shelf

FOX = 9780140328721


@pytest.fixture
def shelf(shelf: Shelf) -> Shelf:
    shelf.add(FOX, "Fantastic Mr Fox", authors=("Roald Dahl",), published_year=1970)
    return shelf


def test_pandas_reads_the_connection(shelf: Shelf) -> None:
    pandas = pytest.importorskip("pandas")
    with crawler.open_database(shelf.path) as books:
        frame = pandas.read_sql("SELECT * FROM books", books.connection)
    assert frame.loc[0, ["isbn13", "published_year"]].tolist() == [FOX, 1970]


def test_polars_reads_the_connection_and_the_records(shelf: Shelf) -> None:
    polars = pytest.importorskip("polars")
    with crawler.open_database(shelf.path) as books:
        frame = polars.read_database("SELECT * FROM books", books.connection)
        records = polars.DataFrame(map(msgspec.structs.asdict, books))
    assert frame["title"].to_list() == records["title"].to_list() == ["Fantastic Mr Fox"]
    assert records["authors"].to_list() == [["Roald Dahl"]]
