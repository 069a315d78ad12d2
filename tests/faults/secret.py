"""A key that must not be told, and where it is looked for."""

from pathlib import Path

KEY = "AIzaSy-7f3a91c4e2-of-a-test-0123456789"
PASSWORD = "hunter2-of-a-test"  # noqa: S105 - opens nothing


def assert_told_nowhere(folder: Path, *words: str, but: tuple[Path, ...] = ()) -> None:
    for said in words:
        assert KEY not in said
        assert PASSWORD not in said
    left = [file for file in folder.rglob("*") if file.is_file() and file not in but]
    assert left
    for file in left:
        read = file.read_bytes()
        assert KEY.encode() not in read, file
        assert PASSWORD.encode() not in read, file
