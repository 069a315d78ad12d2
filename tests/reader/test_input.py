"""What holds for every input, and how several files are read as one."""

import gzip
import io
import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import isbn as oracle

from crawler.errors import InputUnreadable
from crawler.reader import open_inputs
from crawler.seed import Seed
from tests.reader.reading import Outcome, read

HUNGER, FOX = 9780439023481, 9780140328721

pieces = st.one_of(
    st.sampled_from([
        b"9780439023481", b"0439023483", b"439023483", b"9.78044E+12", b"978-0-14-032872-1",
        b"080442957X", b"isbn", b"isbn13", b"title", b"\r", b"\n", b"\r\n", b",", b";", b"\t",
        b"|", b'"', b'""', b"=", b"[", b"]", b"{", b"}", b":", b" ", b"\xe9", b"\xff\xfe", b"\0",
        b"\xef\xbb\xbf", b"\x1f\x8b", b"null", b"1e5", b"\\", b"-", b"ISBN ", b"sep=;\n",
    ]),
    st.binary(max_size=6),
    st.from_regex(rb"97[89][0-9]{10}", fullmatch=True),
    st.from_regex(rb"[0-9]{9}[0-9X]", fullmatch=True),
)  # fmt: skip
contents = st.lists(pieces, max_size=60).map(b"".join)


def check(result: Outcome) -> None:
    counts = result.counts
    assert counts.lines + result.further == (
        counts.seeds + counts.duplicates + counts.rejected + counts.blank
    )
    assert counts.seeds == len(result.seeds) == len(set(result.isbns))
    assert counts.rejected == len(result.rejects)
    assert counts.repaired == sum(seed.repaired for seed in result.seeds)
    assert all(oracle.is_valid(str(isbn)) for isbn in result.isbns)


@settings(max_examples=600, deadline=None)
@given(contents)
def test_whatever_the_bytes_every_line_is_accounted_for_once(content: bytes) -> None:
    try:
        result = read(content)
    except InputUnreadable:
        return
    check(result)


@settings(max_examples=300, deadline=None)
@given(contents, st.sampled_from(["list", "csv", "tsv", "json", "jsonl"]))
def test_whatever_the_bytes_a_format_that_is_named_reads_them(content: bytes, name: str) -> None:
    try:
        result = read(content, format_=name)
    except InputUnreadable:
        return
    check(result)


MARKED = (b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff")
MAY_RUN_ON = 60


@settings(max_examples=600, deadline=None)
@given(contents.filter(lambda content: b"\0" not in content and not content.startswith(MARKED)))
def test_the_digits_of_every_seed_stand_in_the_row_that_it_is_said_to_come_from(
    content: bytes,
) -> None:
    try:
        result = read(content)
    except InputUnreadable:
        return
    lines = re.sub(r"\r\n?", "\n", content.decode("latin-1")).split("\n")
    span = MAY_RUN_ON if set(b'"{[') & set(content) else 1
    for seed in result.seeds:
        row = "".join(lines[seed.line - 1 : seed.line - 1 + span])
        digits = re.sub(r"[^0-9X]", "", row.upper())
        assert any(form in digits for form in forms(seed))


def forms(seed: Seed) -> list[str]:
    new = str(seed.isbn)
    if not new.startswith("978"):
        return [new]
    old = oracle.to_isbn10(new)
    return [new, old.lstrip("0") if seed.repaired else old]


@given(st.integers(min_value=1, max_value=7))
def test_batches_of_any_size_give_the_same(size: int) -> None:
    content = b"9780439023481\nx\n0140328726\n\n9780306406157 0439023483\ny\n"
    opened = open_inputs(["-"], stdin=io.BytesIO(content))
    batches = list(opened.batches(size))
    assert [seed.line for batch in batches for seed in batch.seeds] == [1, 3, 5]
    assert [reject.line for batch in batches for reject in batch.rejects] == [2, 6]
    assert [batch.ended for batch in batches if batch.ended] == [("-",)]


def test_several_files_are_one_input_and_each_tells_its_end(tmp_path: Path) -> None:
    first, second, cut = (tmp_path / name for name in ("a.txt", "b.csv", "c.gz"))
    first.write_text("9780439023481\n")
    second.write_text("title,isbn\nFox,0140328726\nHunger,0439023483\n")
    cut.write_bytes(gzip.compress(b"9780306406157\n" * 50)[:-4])
    files = [str(first), str(second), str(cut)]
    with open_inputs(files, stdin=io.BytesIO()) as opened:
        batches = list(opened.batches())
    assert [seed.isbn for batch in batches for seed in batch.seeds][:2] == [HUNGER, FOX]
    assert [seed.file for batch in batches for seed in batch.seeds] == files
    assert [file for batch in batches for file in batch.ended] == files[:2]
    assert opened.counts.duplicates == 1 + 49
    assert len(opened.troubles) == 1


def test_the_first_batch_comes_before_the_file_is_read_through(tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_bytes(b"9780439023481\n" * 500_000)
    with file.open("rb") as stdin, open_inputs(["-"], stdin=stdin) as opened:
        assert next(opened.batches()).seeds[0].isbn == HUNGER
        assert stdin.tell() < 1_000_000
