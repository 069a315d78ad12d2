from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from crawler.store.base import Store
from tests.store.backend import Backend, SqliteBackend


@pytest.fixture(params=[SqliteBackend])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """Each store there is; the suite in test_store.py and beside it holds for all."""
    backend: Backend = request.param(tmp_path / "books.db")
    return backend


@pytest_asyncio.fixture
async def store(backend: Backend) -> AsyncIterator[Store]:
    async with backend.open() as store:
        yield store
