"""Payloads come back as they were received, and the database is all that it takes to read them."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from crawler.book import Found, Settled
from crawler.store.payloads import compress, decompress, dictionary
from crawler.store.sqlite import open_store
from tests.real import REAL, needs_real_data
from tests.store.answers import AT, SOURCE, ask, book, seeds

VOLUME = (
    b'{"kind":"books#volume","id":"mh0XcDg2oTAC","volumeInfo":{"title":"Fantastic Mr Fox",'
    b'"authors":["Roald Dahl"],"industryIdentifiers":[{"type":"ISBN_13",'
    b'"identifier":"9780140328721"}],"printType":"BOOK","language":"en"}}'
)


@given(st.binary(max_size=100_000))
def test_any_payload_comes_back_as_it_was_received(payload: bytes) -> None:
    assert decompress(compress(payload), dictionary().as_bytes()) == payload


def test_the_writers_of_several_databases_do_not_disturb_one_another() -> None:
    payloads = [VOLUME * n for n in range(1, 300)]

    def compress_all(_writer: int) -> list[bytes]:
        return [compress(payload) for payload in payloads]

    with ThreadPoolExecutor(4) as writers:
        for written in writers.map(compress_all, range(4)):
            assert [decompress(body, dictionary().as_bytes()) for body in written] == payloads


async def test_the_database_and_zstd_are_all_it_takes_to_read_a_payload(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    async with open_store(path) as store:
        await store.add(1, SOURCE, seeds(1), [])
        await store.settle([Settled(ask(1), Found(book(1), VOLUME))], at=AT)
    with closing(sqlite3.connect(path)) as db:
        ((body, words),) = db.execute(
            "SELECT payloads.body, dictionaries.body FROM payloads "
            "JOIN dictionaries ON dictionaries.id = payloads.dictionary"
        )
    reader = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(words))
    assert reader.decompress(body) == VOLUME


async def test_the_dictionary_is_kept_once_under_the_number_that_zstd_gave_it(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        async with open_store(tmp_path / "books.db"):
            pass
    with closing(sqlite3.connect(tmp_path / "books.db")) as db:
        rows = db.execute("SELECT id, body FROM dictionaries").fetchall()
    assert rows == [(dictionary().dict_id(), dictionary().as_bytes())]
    assert zstandard.get_frame_parameters(compress(VOLUME)).dict_id == rows[0][0] != 0


def test_a_payload_of_another_dictionary_is_not_misread() -> None:
    samples = (b"%d: a sample of something else entirely, %d" % (n, n * n) for n in range(2000))
    other = zstandard.train_dictionary(4096, list[bytes | bytearray | memoryview](samples))
    with pytest.raises(zstandard.ZstdError):
        decompress(compress(VOLUME), other.as_bytes())


@needs_real_data
def test_recorded_answers_take_less_than_half_of_their_size() -> None:
    answers = [path.read_bytes() for path in sorted(REAL.glob("google_books/*.json"))]
    assert sum(len(compress(answer)) for answer in answers) < sum(map(len, answers)) / 2
