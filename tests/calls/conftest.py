from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _a_users_own_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Calls made with a key are counted in it; none of these tests has a key unless it says so."""
    home = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", home)
        patch.setenv("XDG_STATE_HOME", home)
        patch.delenv("GOOGLE_BOOKS_API_KEY", raising=False)
        yield
