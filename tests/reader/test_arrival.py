"""Input that comes by a pipe: how much of it is waited for."""

import io
import os
from collections.abc import Iterator
from threading import Thread

import pytest

from crawler.reader import Batch, open_inputs
from crawler.reader.enough import is_enough

PATIENCE_S = 10.0

FOX, HUNGER = "9780140328721", "9780439023481"


@pytest.mark.parametrize(
    ("head", "enough"),
    [
        ("", False),
        (FOX, False),  # its line may go on
        (f"{FOX}\n", True),
        (f"{FOX}\r\n97804", True),
        (f"My books\nFantastic Mr Fox {FOX}\n", True),
        ("My books\nas of today\n", False),
        ("isbn,title\n", False),
        (f"isbn,title\n{FOX},Fantastic Mr Fox\n", True),
        (f"code,title\n{FOX},Fantastic Mr Fox\n", False),
        ("code,title\n" + f"{FOX},Fantastic Mr Fox\n" * 19, True),
        (f'[{{"id": "{FOX}"}},\n', False),
        ("a\n" * 20, True),
    ],
)
def test_a_beginning_is_enough_when_it_shows_what_is_to_follow(head: str, enough: bool) -> None:
    assert is_enough(head.encode()) is enough


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        (f"{FOX}\n97804", f"39023481\n{FOX}\n"),
        (f"isbn;title\n{FOX};Fantastic Mr Fox\n", f"{HUNGER};The Hunger Games\n"),
    ],
    ids=["list", "table"],
)
def test_the_whole_lines_of_a_silent_pipe_are_handed_on_before_it_goes_on(
    begins: str, goes_on: str
) -> None:
    ours, theirs = os.pipe()
    with io.FileIO(ours) as reads, io.FileIO(theirs, "w") as writes:
        writes.write(begins.encode())
        batches = open_inputs(["-"], stdin=reads).batches()
        assert isbns_of(in_time(batches)) == [FOX]
        writes.write(goes_on.encode())
        assert isbns_of(in_time(batches)) == [HUNGER]
        writes.close()
        assert [batch.ended for batch in batches] == [("-",)]


def in_time(batches: Iterator[Batch]) -> Batch:
    """The next one, where the pipe is not waited for."""
    came: list[Batch] = []
    waiting = Thread(target=lambda: came.append(next(batches)), daemon=True)
    waiting.start()
    waiting.join(PATIENCE_S)
    (batch,) = came
    return batch


def isbns_of(batch: Batch) -> list[str]:
    return [str(seed.isbn) for seed in batch.seeds]


def test_what_a_fast_pipe_brings_at_once_comes_in_one_batch() -> None:
    ours, theirs = os.pipe()
    with io.FileIO(ours) as reads, io.FileIO(theirs, "w") as writes:
        writes.write(f"{FOX}\n{HUNGER}\n".encode() * 100)
        writes.close()
        (batch,) = open_inputs(["-"], stdin=reads).batches()
    assert len(batch.seeds) == 2
