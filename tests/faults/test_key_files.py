"""How the key comes, and what is not taken for one."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cli import run
from crawler.commands.key import find_key
from crawler.errors import BookcrawlError, WrongUse
from crawler.library.key import LONGEST_KEY_BYTES
from crawler.library.options import KEY_VARIABLE
from crawler.sources import SOURCES
from tests.calls.runs import asking
from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.faults.secret import KEY, PASSWORD

GOOGLE = SOURCES["google"]


def found(key_file: Path, base_url: str = "http://127.0.0.1:9") -> str | None:
    return find_key(asking(base_url, key_file=key_file), GOOGLE, {})


@pytest.mark.parametrize(
    "written",
    [KEY, f"{KEY}\n", f"{KEY}\r\n", f"\n\n  {KEY}\t\r\n\r\n", f"\N{BYTE ORDER MARK}{KEY}\r\n"],
)
def test_a_key_file_may_be_written_by_any_editor(tmp_path: Path, written: str) -> None:
    file = tmp_path / "key.txt"
    file.write_bytes(written.encode())
    assert found(file) == KEY


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (f"{KEY}\n{KEY}\n".encode(), "more than a key"),
        (f"{KEY}\r\nX-Evil: 1\r\n".encode(), "more than a key"),
        (f"{KEY}\0".encode(), "more than a key"),
        (f"key = {KEY}".encode(), "more than a key"),
        (f'{{"key": "{KEY}"}}'.encode(), "more than a key"),
        (f"{KEY}\x1b[2J".encode(), "more than a key"),
        (f"{KEY}é".encode(), "more than a key"),
        (KEY.encode() * 1000, "more than a key"),
        (KEY.encode("utf-16"), "not text in UTF-8"),
        (b"\xff" + KEY.encode(), "not text in UTF-8"),
        (b"", "is empty"),
        (b" \r\n", "is empty"),
    ],
)
def test_a_key_file_with_anything_else_is_refused_and_not_repeated(
    tmp_path: Path, account: Account, written: bytes, reason: str
) -> None:
    file = tmp_path / "key.txt"
    file.write_bytes(written)
    with pytest.raises(WrongUse, match=reason) as refused:
        found(file)
    assert KEY not in str(refused.value)
    assert str(file) in str(refused.value)
    account("security", "more than a key in the key's file", "files", times=1, lost=0)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_key_file_without_end_is_not_read_to_its_end() -> None:
    with pytest.raises(WrongUse):
        found(Path("/dev/zero"))


@settings(max_examples=by_effort(200, 3_000), deadline=None)
@given(given_key=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_key_carries_a_header_of_its_own(given_key: str) -> None:
    environment: Mapping[str, str] = {KEY_VARIABLE: given_key}
    try:
        key = find_key(asking("http://127.0.0.1:9"), GOOGLE, environment)
    except BookcrawlError:
        return
    assert key is None or (key.isascii() and key.isprintable() and " " not in key)
    assert len(key or "") <= LONGEST_KEY_BYTES


@pytest.mark.parametrize(("mode", "told"), [(0o600, False), (0o640, True), (0o604, True)])
def test_who_else_can_read_the_key_file_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: int, told: bool
) -> None:
    file = tmp_path / "my key.txt"
    file.write_text(KEY)
    file.chmod(mode)
    assert found(file) == KEY
    said = "".join(capsys.readouterr().err.split("\n"))
    assert (f"chmod 600 '{file}'" in said) is told


def test_a_key_does_not_go_to_google_unencrypted(tmp_path: Path) -> None:
    file = tmp_path / "key.txt"
    file.write_text(KEY)
    with pytest.raises(WrongUse, match="unencrypted: give --base-url with https"):
        found(file, "http://www.googleapis.com/books/v1")


@pytest.mark.parametrize(
    "url",
    [f"https://www.googleapis.com/books/v1?key={KEY}", f"https://me:{PASSWORD}@127.0.0.1/v1",
     f"https://{KEY}@127.0.0.1/v1", f"https://127.0.0.1/v1#{KEY}"],
)  # fmt: skip
def test_an_address_with_a_secret_in_it_is_refused_and_not_repeated(
    capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert run(["doctor", "--base-url", url]) == 2
    said = capsys.readouterr().err
    assert "--base-url takes the API's root without user, password" in said
    assert KEY not in said
    assert PASSWORD not in said
