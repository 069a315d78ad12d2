"""The store beside a plain model of it, through any sequence of what a crawl does."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crawler.book import Ask, Failed, Found, Match, Missing, Outcome, Settled, Unmapped
from crawler.isbn import ISBN13
from crawler.seed import Seed
from crawler.store.base import Choice, LedgerCounts, Retry, Store
from tests.store.answers import AT, SOURCE, book, isbn
from tests.store.backend import Backend, SqliteBackend

NUMBERS = st.lists(st.integers(1, 12), max_size=6)
TITLES = st.sampled_from(["Fox", "Badger", "Mole"])
OUTCOMES = st.one_of(
    st.builds(Unmapped, clean=st.booleans()),
    st.just(Missing()),
    st.builds(Failed, st.sampled_from(["503", "cut short"])),
    st.tuples(TITLES, st.sampled_from(Match)),
)


@dataclass(frozen=True)
class Entry:
    """What is known of an ISBN."""

    isbn: ISBN13
    state: str = "pending"
    attempts: int = 0
    unmapped: str | None = None
    reason: str | None = None
    title: str | None = None
    match: str | None = None
    indexed: str | None = None


def settled(entry: Entry, outcome: Outcome) -> Entry:
    if entry.state != "pending":
        return entry
    match outcome:
        case Unmapped(clean):
            return replace(entry, unmapped="clean" if clean else "unclear")
        case Found(told, _) if entry.match == "confirmed" and told.match is Match.UNCONFIRMED:
            return replace(entry, state="found", attempts=entry.attempts + 1, reason=None)
        case Found(told, _):
            known = replace(entry, title=told.title, match=told.match.value, indexed=None)
            return replace(known, state="found", attempts=entry.attempts + 1, reason=None)
        case Missing() | Failed():
            state = "found" if entry.title else type(outcome).__name__.lower()
            reason = outcome.reason if isinstance(outcome, Failed) and not entry.title else None
            return replace(entry, state=state, attempts=entry.attempts + 1, reason=reason)


def is_chosen(entry: Entry, choice: Retry) -> bool:
    return (
        (choice.missing and entry.state == "missing")
        or (choice.found and entry.state == "found")
        or (choice.unconfirmed and entry.state == "found" and entry.match == "unconfirmed")
        or (
            choice.failed
            and entry.state == "failed"
            and (choice.reason or "") in (entry.reason or "")
        )
    )


class StoreBesideModel(RuleBasedStateMachine):
    """One ISBN a line of the model, in the order of the ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.model: list[Entry] = []
        self.folder = TemporaryDirectory()
        self.backend: Backend = SqliteBackend(Path(self.folder.name) / "books.db")
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.store = self.opened()

    def opened(self) -> Store:
        return self.runner.run(self.stack.enter_async_context(self.backend.open()))

    def teardown(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()
        self.folder.cleanup()

    @rule()
    def reopen(self) -> None:
        self.runner.run(self.stack.aclose())
        self.store = self.opened()

    @rule(numbers=NUMBERS)
    def add(self, numbers: list[int]) -> None:
        seeds = [Seed(isbn(number), "list.txt", 1) for number in numbers]
        known = {entry.isbn for entry in self.model}
        new = [number for number in dict.fromkeys(numbers) if isbn(number) not in known]
        assert self.runner.run(self.store.add(1, SOURCE, seeds, [])) == len(new)
        self.model += [Entry(isbn(number)) for number in new]

    @rule(answers=st.dictionaries(st.integers(0, 11), OUTCOMES, max_size=6))
    def settle(self, answers: dict[int, Outcome | tuple[str, Match]]) -> None:
        batch = []
        for place, answer in answers.items():
            if place >= len(self.model):
                continue
            number = next(n for n in range(1, 13) if isbn(n) == self.model[place].isbn)
            outcome = (
                Found(book(number, answer[0], match=answer[1]), answer[0].encode())
                if isinstance(answer, tuple)
                else answer
            )
            batch.append(Settled(Ask(place + 1, isbn(number)), outcome))
            self.model[place] = settled(self.model[place], outcome)
        self.runner.run(self.store.settle(batch, at=AT))

    @rule(
        choice=st.builds(
            Retry,
            failed=st.booleans(),
            missing=st.booleans(),
            unconfirmed=st.booleans(),
            found=st.booleans(),
            reason=st.sampled_from([None, "503"]),
        )
    )
    def retry(self, choice: Retry) -> None:
        again = [entry for entry in self.model if is_chosen(entry, choice)]
        assert self.runner.run(self.store.retry(choice, before=None)) == len(again)
        self.model = [
            replace(entry, state="pending", reason=None, unmapped=None)
            if is_chosen(entry, choice)
            else entry
            for entry in self.model
        ]

    @rule()
    def assume_missing(self) -> None:
        clean = Choice("clean")
        self.runner.run(self.store.assume_missing(SOURCE, clean, "assumed", at=AT))
        self.model = [
            replace(
                entry,
                state="found" if entry.title else "missing",
                reason=None if entry.title else "assumed",
            )
            if (entry.state, entry.unmapped) == ("pending", "clean")
            else entry
            for entry in self.model
        ]

    @rule()
    def index_books(self) -> None:
        self.runner.run(self.store.index_books())
        self.model = [replace(entry, indexed=entry.title) for entry in self.model]

    @invariant()
    def the_ledger_and_the_books_are_those_of_the_model(self) -> None:
        query = (
            "SELECT ledger.isbn13, state, attempts, unmapped, reason, title, match "
            "FROM ledger LEFT JOIN books ON books.id = ledger.number ORDER BY number"
        )
        assert self.backend.rows(query) == [
            (e.isbn, e.state, e.attempts, e.unmapped, e.reason, e.title, e.match)
            for e in self.model
        ]
        assert self.backend.rows("SELECT count(*) FROM books") == [
            (sum(entry.title is not None for entry in self.model),)
        ]

    @invariant()
    def what_is_found_has_a_book_and_what_is_missing_or_failed_has_none(self) -> None:
        query = (
            "SELECT count(*) FROM ledger WHERE state != 'pending' "
            "AND (state = 'found') != (number IN (SELECT id FROM books))"
        )
        assert self.backend.rows(query) == [(0,)]

    @invariant()
    def what_is_pending_is_told_in_the_order_of_the_input(self) -> None:
        for choice in (Choice(None), Choice("clean"), Choice("unclear")):
            asks = self.runner.run(self.store.pending(SOURCE, choice, after=0, limit=99))
            assert asks == [
                Ask(number, entry.isbn, choice.unmapped is not None)
                for number, entry in enumerate(self.model, start=1)
                if (entry.state, entry.unmapped) == ("pending", choice.unmapped)
            ]

    @invariant()
    def each_state_is_counted(self) -> None:
        states = [entry.state for entry in self.model]
        counts = self.runner.run(self.store.counts())
        names = ("pending", "found", "missing", "failed")
        assert counts == LedgerCounts(**{name: states.count(name) for name in names})

    @invariant()
    def the_index_finds_each_book_under_its_title_and_no_other(self) -> None:
        for title in ("Fox", "Badger", "Mole"):
            expected = [entry.isbn for entry in self.model if entry.indexed == title]
            assert self.backend.find(title) == expected


TestStoreBesideModel = StoreBesideModel.TestCase
TestStoreBesideModel.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
