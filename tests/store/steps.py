"""What a crawl does to a store, and to the plain model of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from hypothesis import strategies as st

from crawler.book import Ask, Failed, Found, Match, Missing, Outcome, Settled, Unmapped
from crawler.seed import Seed
from crawler.store.base import Choice, Retry, Store
from tests.store import model
from tests.store.answers import AT, SOURCE, book, isbn
from tests.store.model import Model

Answers = dict[int, Outcome | tuple[str, Match]]
Step = tuple[Callable[[Store], Awaitable[object]], Model]
"""What is asked of the store, and the model when that is done."""

NUMBERS = st.lists(st.integers(1, 12), max_size=6)
SOME = st.sets(st.integers(1, 12))
TITLES = ("Fox", "Badger", "Mole")
OUTCOMES = st.one_of(
    st.builds(Unmapped, clean=st.booleans()),
    st.just(Missing()),
    st.builds(Failed, st.sampled_from(["503", "cut short"])),
    st.tuples(st.sampled_from(TITLES), st.sampled_from(Match)),
)
ANSWERS = st.dictionaries(st.integers(0, 11), OUTCOMES, max_size=6)
RETRIES = st.builds(
    Retry,
    failed=st.booleans(),
    missing=st.booleans(),
    unconfirmed=st.booleans(),
    found=st.booleans(),
    reason=st.sampled_from([None, "503"]),
)
CHOICES = st.builds(
    Choice,
    st.sampled_from([None, "clean", "unclear", "any"]),
    st.booleans(),
    st.none() | SOME.map(lambda numbers: frozenset(map(isbn, numbers))),
)


def adding(before: Model, numbers: list[int], unissued: set[int]) -> Step:
    seeds = [Seed(isbn(number), "list.txt", 1) for number in numbers]
    never = {isbn(number) for number in unissued}
    return (
        lambda store: store.add(1, SOURCE, seeds, [], never),
        model.added(before, numbers, unissued),
    )


def settling(before: Model, answers: Answers) -> Step:
    """The answers by the places of their ISBNs in the ledger; beyond its end they are dropped."""
    batch, after = [], list(before)
    for place, answer in answers.items():
        if place >= len(before):
            continue
        number = next(n for n in range(1, 13) if isbn(n) == before[place].isbn)
        outcome = (
            Found(book(number, answer[0], match=answer[1]), answer[0].encode())
            if isinstance(answer, tuple)
            else answer
        )
        batch.append(Settled(Ask(place + 1, isbn(number)), outcome))
        after[place] = model.settled(after[place], outcome)
    return lambda store: store.settle(batch, at=AT), after


def retrying(before: Model, choice: Retry) -> Step:
    chosen = partial(model.is_chosen, choice=choice)
    return (
        lambda store: store.retry(choice, before=None),
        model.changed(before, chosen, model.asked_again),
    )


def assuming(before: Model, choice: Choice) -> Step:
    chosen = partial(model.is_pending, choice=choice)
    return (
        lambda store: store.assume_missing(SOURCE, choice, "assumed", at=AT),
        model.changed(before, chosen, model.assumed_missing),
    )


def indexing(before: Model) -> Step:
    return (
        lambda store: store.index_books(),
        [replace(entry, indexed=entry.title) for entry in before],
    )
