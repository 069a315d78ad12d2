"""Files as they are opened: packed, in any encoding, cut, or no text at all."""

# ruff: noqa: RUF001 - Cyrillic is what is tested

import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from crawler.errors import InputUnreadable
from crawler.reader import open_inputs
from tests.reader.reading import outcome, read

HUNGER, FOX, QUANTUM = 9780439023481, 9780140328721, 9780306406157


def open_file(*paths: Path) -> None:
    open_inputs([str(path) for path in paths], stdin=io.BytesIO()).close()


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8-r"]
)
def test_isbns_are_read_in_any_encoding(encoding: str) -> None:
    content = "Название;ISBN\nВойна и мир;9780439023481\nИдиот;978-0-14-032872-1\n"
    assert read(content.encode(encoding)).lines == [(2, HUNGER), (3, FOX)]


def test_encodings_may_stand_mixed_in_one_file_and_stray_bytes_are_shown_as_latin() -> None:
    rows = [b"title;isbn", "Café;9780439023481".encode("latin-1"), "Café;".encode()]
    rows += ["Mélange;none".encode("cp1252"), "Über;9780140328721".encode()]
    result = read(b"\n".join(rows))
    assert result.lines == [(2, HUNGER), (5, FOX)]
    assert [reject.text for reject in result.rejects] == ["Café;", "Mélange;none"]


def test_a_dash_of_cp1252_is_a_dash() -> None:
    assert read(b"978\x960\x96439\x9602348\x961\n").isbns == [HUNGER]


def test_gzip_is_found_by_its_content_with_all_its_members() -> None:
    packed = gzip.compress(b"9780439023481\n", mtime=0) + gzip.compress(b"9780140328721\n", mtime=0)
    assert read(packed + b"\0" * 512).isbns == [HUNGER, FOX]


def test_what_stands_before_the_cut_of_a_gzip_is_kept_and_a_cut_line_is_not() -> None:
    lines = "".join(f"978043902348{n % 10} {n:06}\n" for n in range(30_000)) + "9780140328721\n"
    packed = gzip.compress(b"9780439023481\n" + lines.encode())
    whole, cut = read(packed), read(packed[: len(packed) // 2])
    assert whole.troubles == []
    assert cut.isbns == [HUNGER]
    assert 0 < cut.counts.lines < whole.counts.lines
    assert {reject.text for reject in cut.rejects} <= {reject.text for reject in whole.rejects}
    assert "cut short" in cut.troubles[0]


def test_a_line_that_a_cut_has_left_half_is_no_isbn() -> None:
    packed = gzip.compress(b"9780439023481\n97801403280", compresslevel=0)
    result = read(packed[:-9])
    assert result.isbns == [HUNGER]
    assert result.counts.lines == 1


def test_a_damaged_gzip_is_told() -> None:
    packed = bytearray(gzip.compress(os.urandom(100_000)))
    packed[50_000:50_100] = bytes(100)
    data = gzip.compress(b"9780439023481\n", mtime=0) + bytes(packed)
    assert "damaged" in read(data, format_="list").troubles[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (gzip.compress(b"9780439023481\n" * 100, mtime=0)[:10], "is cut short"),
        (b"PK\x03\x04rest", "an Excel workbook"),
        (b"SQLite format 3\0rest", "a SQLite database"),
        (b"%PDF-1.7", "a PDF"),
        (bytes(range(256)) * 40, "a binary file"),
    ],
)
def test_what_is_no_file_of_isbns_is_refused_before_anything_happens(
    tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "isbns.txt"
    file.write_bytes(content)
    with pytest.raises(InputUnreadable, match=f"isbns.txt.* {told}"):
        open_file(file)


def test_a_file_that_is_not_there_and_a_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputUnreadable, match="does not exist"):
        open_file(tmp_path / "none.txt")
    with pytest.raises(InputUnreadable, match="is a directory"):
        open_file(tmp_path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read all files")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "isbns.txt"
    file.write_text("9780439023481\n")
    file.chmod(0)
    with pytest.raises(InputUnreadable, match="may not be read"):
        open_file(file)


def test_all_files_are_opened_before_the_first_is_read(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("9780439023481\n")
    with pytest.raises(InputUnreadable, match="does not exist"):
        open_file(good, tmp_path / "none.txt")


def test_a_pipe_is_read_as_a_file_is() -> None:
    ours, theirs = os.pipe()
    with os.fdopen(theirs, "wb") as end:
        end.write(b"9780439023481\n9780140328721\n")
    with os.fdopen(ours, "rb") as stdin:
        assert outcome(open_inputs(["-"], stdin=stdin)).isbns == [HUNGER, FOX]


def test_a_file_without_any_isbn_is_trouble() -> None:
    opened = open_inputs(["-"], stdin=io.BytesIO(b"hello\nworld\n"))
    assert sum(len(batch.rejects) for batch in opened.batches()) == 2
    with pytest.raises(InputUnreadable, match="no ISBN in it, but 2 not_an_isbn: is it the right"):
        opened.raise_for_trouble()


def test_of_a_file_without_any_isbn_its_own_lines_are_told(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("9780439023481\nhello\n")
    (tmp_path / "bad.csv").write_text("isbn\n9.78E+12\nhello\n9.79E+12\n")
    (tmp_path / "blank.csv").write_text("isbn\n\n")
    files = [str(tmp_path / name) for name in ("good.txt", "bad.csv", "blank.csv")]
    opened = open_inputs(files, stdin=io.BytesIO())
    assert [len(batch.seeds) for batch in opened.batches()] == [1, 0, 0]
    end = "is it the right file?"
    assert opened.troubles == [
        f"{files[1]} has no ISBN in it, but 2 scientific_notation, 1 not_an_isbn: {end}",
        f"{files[2]} has no ISBN in it: {end}",
    ]
