import os
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom

import pytest

from tests.acceptance.api import Api, sandbox
from tests.acceptance.driver import Bookcrawl


@pytest.fixture
def program(tmp_path: Path) -> Bookcrawl:
    home = tmp_path / "home"
    home.mkdir()
    return Bookcrawl(home)


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A sandbox without limits or trouble."""
    with sandbox(tmp_path) as served:
        yield served


@pytest.fixture
def chance() -> Random:
    """Other moments in each run; BOOKCRAWL_TEST_SEED brings those of an earlier one back."""
    seed = int(os.environ.get("BOOKCRAWL_TEST_SEED") or SystemRandom().randrange(2**32))
    print(f"BOOKCRAWL_TEST_SEED={seed}")
    return Random(seed)  # noqa: S311 - no secret
