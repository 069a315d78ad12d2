from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalog.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "books.db")
    yield shelf
    shelf.close()
