"""The store beside a plain model of it, through any sequence of what a crawl does and suffers."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from crawler.store.base import Choice, LedgerCounts, Retry, Store
from crawler.store.sqlite import SqliteStore
from tests.store import model, steps
from tests.store.answers import SOURCE
from tests.store.backend import Backend, SqliteBackend
from tests.store.model import Model
from tests.store.steps import ANSWERS, CHOICES, NUMBERS, RETRIES, SOME, TITLES, Answers, Step

T = TypeVar("T")

STATEMENT = st.integers(1, 20)
KEYS = st.sampled_from(["key", "another"])
DAYS = st.integers(0, 4).map(lambda days: date(2026, 11, 20) + timedelta(days))
CALLS = st.integers(0, 12)
LIMIT = 20


class StoreBesideModel(RuleBasedStateMachine):
    """`deaths` counts how often all that was left of a store were its files."""

    deaths: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.model: Model = []
        self.calls: Counter[str] = Counter()
        self.folder = TemporaryDirectory()
        self.backend: Backend = SqliteBackend(Path(self.folder.name) / "books.db")
        self.runner = asyncio.Runner()
        self.left_open: list[AsyncExitStack] = []
        self.store = self.opened()

    def opened(self) -> Store:
        self.left_open.append(AsyncExitStack())
        return self.run(self.left_open[-1].enter_async_context(self.backend.open()))

    def run(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def teardown(self) -> None:
        for stack in self.left_open:
            self.run(stack.aclose())
        self.runner.close()
        self.folder.cleanup()

    def take(self, step: Step) -> object:
        work, self.model = step
        return self.run(work(self.store))

    def die_within(self, step: Step, statement: int) -> None:
        """At the beginning of its nth statement; the last one is the COMMIT."""
        assert isinstance(self.store, SqliteStore)
        left: list[Backend] = []
        statements = Counter[str]()

        def see(_sql: str) -> None:
            statements["seen"] += 1
            if statements["seen"] == statement:
                left.append(self.remains())

        self.run(self.store._db.set_trace_callback(see))
        work, done = step
        self.run(work(self.store))
        self.run(self.store._db.set_trace_callback(None))  # type: ignore[arg-type]
        if left:
            self.go_on_with(left[0])
        else:
            self.model = done

    def remains(self) -> Backend:
        type(self).deaths += 1
        folder = Path(self.folder.name) / str(self.deaths)
        return self.backend.copied(folder)

    def go_on_with(self, backend: Backend) -> None:
        self.backend = backend
        assert backend.rows("PRAGMA integrity_check") == [("ok",)]
        self.store = self.opened()

    @initialize(numbers=st.permutations(range(1, 13)), unissued=SOME, answers=ANSWERS)
    def begin(self, numbers: list[int], unissued: set[int], answers: Answers) -> None:
        self.add(numbers[:8], unissued)
        self.settle(answers)

    @rule(numbers=NUMBERS, unissued=SOME)
    def add(self, numbers: list[int], unissued: set[int]) -> None:
        before = len(self.model)
        assert self.take(steps.adding(self.model, numbers, unissued)) == len(self.model) - before

    @rule(answers=ANSWERS)
    def settle(self, answers: Answers) -> None:
        self.take(steps.settling(self.model, answers))

    @rule(choice=RETRIES)
    def retry(self, choice: Retry) -> None:
        again = [entry for entry in self.model if model.is_chosen(entry, choice)]
        assert self.take(steps.retrying(self.model, choice)) == len(again)

    @rule(choice=CHOICES)
    def assume_missing(self, choice: Choice) -> None:
        assumed = model.pending(self.model, choice)
        assert self.take(steps.assuming(self.model, choice)) == len(assumed)

    @rule()
    def index_books(self) -> None:
        self.take(steps.indexing(self.model))

    @rule()
    def reopen(self) -> None:
        self.run(self.left_open.pop().aclose())
        self.store = self.opened()

    @rule()
    def die(self) -> None:
        self.go_on_with(self.remains())

    @rule(numbers=NUMBERS, unissued=SOME, statement=STATEMENT)
    def die_while_adding(self, numbers: list[int], unissued: set[int], statement: int) -> None:
        self.die_within(steps.adding(self.model, numbers, unissued), statement)

    @rule(answers=ANSWERS, statement=STATEMENT)
    def die_while_settling(self, answers: Answers, statement: int) -> None:
        self.die_within(steps.settling(self.model, answers), statement)

    @rule(choice=RETRIES | st.none(), statement=STATEMENT)
    def die_while_retrying_or_indexing(self, choice: Retry | None, statement: int) -> None:
        retrying = choice and steps.retrying(self.model, choice)
        self.die_within(retrying or steps.indexing(self.model), statement)

    @rule(choice=CHOICES, after=st.integers(0, 12), limit=st.integers(1, 12))
    def ask_for_what_is_pending(self, choice: Choice, after: int, limit: int) -> None:
        expected = [ask for ask in model.pending(self.model, choice) if ask.number > after][:limit]
        told = self.run(self.store.pending(SOURCE, choice, after=after, limit=limit))
        assert told == expected

    @rule(choice=CHOICES, size=st.integers(0, 12), seed=st.integers(0, 9))
    def draw_a_sample(self, choice: Choice, size: int, seed: int) -> None:
        among = model.pending(self.model, choice)
        drawn = self.run(self.store.sample(SOURCE, choice, size=size, seed=seed))
        assert len({ask.number for ask in drawn}) == len(drawn) == min(size, len(among))
        assert all(ask in among for ask in drawn)

    @rule(key=KEYS, day=DAYS, calls=CALLS, back=st.booleans())
    def count_calls(self, key: str, day: date, calls: int, back: bool) -> None:
        before = self.run(self.store.calls_used(key, day))
        if back:
            given = -min(calls, before)
            self.run(self.store.give_back_calls(key, day, -given))
        else:
            given = self.run(self.store.reserve_calls(key, day, calls, LIMIT))
            assert given == min(calls, max(0, LIMIT - before))
        assert self.run(self.store.calls_used(key, day)) == before + given
        self.calls[key] += given

    @invariant()
    def the_ledger_and_the_books_are_those_of_the_model(self) -> None:
        query = (
            "SELECT ledger.isbn13, unissued, state, attempts, unmapped, reason, title, match "
            "FROM ledger LEFT JOIN books ON books.id = ledger.number ORDER BY number"
        )
        assert self.backend.rows(query) == [
            (e.isbn, e.unissued, e.state, e.attempts, e.unmapped, e.reason, e.title, e.match)
            for e in self.model
        ]
        books = sum(entry.title is not None for entry in self.model)
        for table in ("books", "payloads"):
            assert self.backend.rows(f"SELECT count(*) FROM {table}") == [(books,)]

    @invariant()
    def what_is_found_has_a_book_and_what_is_missing_or_failed_has_none(self) -> None:
        query = (
            "SELECT count(*) FROM ledger WHERE state != 'pending' "
            "AND (state = 'found') != (number IN (SELECT id FROM books))"
        )
        assert self.backend.rows(query) == [(0,)]

    @invariant()
    def what_is_pending_is_told_in_the_order_of_the_input(self) -> None:
        for choice in (Choice(None), Choice("any"), Choice("clean"), Choice(None, unissued=True)):
            told = self.run(self.store.pending(SOURCE, choice, after=0, limit=99))
            assert told == model.pending(self.model, choice)

    @invariant()
    def each_state_is_counted(self) -> None:
        states = Counter(entry.state for entry in self.model)
        assert self.run(self.store.counts()) == LedgerCounts(**states)
        unmapped = sum(e.state == "pending" and e.unmapped is not None for e in self.model)
        assert self.run(self.store.count_unmapped(SOURCE)) == unmapped

    @invariant()
    def no_call_is_forgotten(self) -> None:
        rows = self.backend.rows("SELECT key, sum(used) FROM quota GROUP BY key HAVING sum(used)")
        assert dict(rows) == {key: calls for key, calls in self.calls.items() if calls}

    @invariant()
    def the_index_finds_each_book_under_its_title_and_no_other(self) -> None:
        for title in TITLES:
            expected = [entry.isbn for entry in self.model if entry.indexed == title]
            assert self.backend.find(title) == expected


TestStoreBesideModel = StoreBesideModel.TestCase
TestStoreBesideModel.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, print_blob=True
)
