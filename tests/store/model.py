"""What a store is to hold, as a plain list: an entry an ISBN, in the order of the ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from crawler.book import Ask, Failed, Found, Match, Missing, Outcome, Unmapped
from crawler.isbn import ISBN13
from crawler.store.base import Choice, Retry
from tests.store.answers import isbn


@dataclass(frozen=True)
class Entry:
    """What is known of an ISBN; `indexed` is the title under which it is found."""

    isbn: ISBN13
    unissued: bool = False
    state: str = "pending"
    attempts: int = 0
    unmapped: str | None = None
    reason: str | None = None
    title: str | None = None
    match: str | None = None
    indexed: str | None = None


Model = list[Entry]


def added(model: Model, numbers: Sequence[int], unissued: set[int]) -> Model:
    known = {entry.isbn for entry in model}
    new = [number for number in dict.fromkeys(numbers) if isbn(number) not in known]
    return model + [Entry(isbn(number), unissued=number in unissued) for number in new]


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


def asked_again(entry: Entry) -> Entry:
    return replace(entry, state="pending", reason=None, unmapped=None)


def assumed_missing(entry: Entry) -> Entry:
    state, reason = ("found", None) if entry.title else ("missing", "assumed")
    return replace(entry, state=state, reason=reason)


def changed(model: Model, which: Callable[[Entry], bool], how: Callable[[Entry], Entry]) -> Model:
    return [how(entry) if which(entry) else entry for entry in model]


def is_pending(entry: Entry, choice: Choice) -> bool:
    unmapped = entry.unmapped is not None if choice.unmapped == "any" else None
    return (
        entry.state == "pending"
        and (entry.unmapped == choice.unmapped if unmapped is None else unmapped)
        and entry.unissued == choice.unissued
        and (choice.only is None or entry.isbn in choice.only)
    )


def pending(model: Model, choice: Choice) -> list[Ask]:
    """In the order of the input."""
    return [
        Ask(number, entry.isbn, entry.unmapped is not None)
        for number, entry in enumerate(model, start=1)
        if is_pending(entry, choice)
    ]
