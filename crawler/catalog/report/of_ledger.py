"""What became of the ISBNs, and why not all were found."""

import sqlite3

from msgspec import Struct

from crawler.catalog.report import books, calls, charts
from crawler.catalog.report.exhibit import Exhibit, Section, exhibit, percent
from crawler.catalog.standing import count_books, count_states
from crawler.words import counted

_MOST_BARS = 14
_MEANINGS = {
    "found": "its book is in the database",
    "missing": "the source was asked and has no such book",
    "failed": "it could not be asked for",
    "pending": "not asked yet, or not answered",
}


class Outcome(Struct, frozen=True):
    """ISBNs by state, and the lines of the input that named none."""

    states: dict[str, int]
    rejects: list[calls.Rejected]

    @property
    def rejected(self) -> int:
        """Lines, whatever the reason."""
        return sum(rejected.lines for rejected in self.rejects)

    @property
    def asked(self) -> int:
        """All ISBNs of the ledger."""
        return sum(self.states.values())

    def sentence(self) -> str:
        """The first thing that anybody wants to know."""
        if not self.asked:
            return "No ISBN was read yet."
        found = self.states["found"]
        share = percent(found, self.asked)
        return f"{found:,} of {counted(self.asked, 'ISBN')} found: {share:.1f} %."


def find_outcome(catalog: sqlite3.Connection) -> Outcome:
    """Ask for it."""
    return Outcome(count_states(catalog), calls.count_rejects(catalog))


def of_ledger(catalog: sqlite3.Connection, outcome: Outcome) -> Section:
    """The section."""
    return Section(
        "The ISBNs",
        "Each ISBN of the input is asked for once.",
        (_states(outcome), _why_not(catalog, outcome), _confirmed(catalog)),
    )


def _states(outcome: Outcome) -> Exhibit:
    states = [state for state in _MEANINGS if outcome.states[state]]
    counts = [outcome.states[state] for state in states]
    return exhibit(
        "What became of them",
        "ISBNs by state.",
        ("State", "Meaning", "ISBNs", "%"),
        [
            (state, _MEANINGS[state], count, percent(count, outcome.asked))
            for state, count in zip(states, counts, strict=True)
        ],
        lambda: charts.bars(states, counts),
        "There are none.",
    )


def _why_not(catalog: sqlite3.Connection, outcome: Outcome) -> Exhibit:
    standings = calls.count_standings(catalog)
    rows = [
        *((s.state, _reason(s), s.isbns) for s in standings if s.state != "found"),
        *(("rejected", r.reason.replace("_", " "), r.lines) for r in outcome.rejects),
    ]
    return exhibit(
        "Why not the rest",
        "ISBNs by state and reason, and lines of the input that were rejected, since they name no "
        "valid ISBN.",
        ("State", "Reason", "Number"),
        rows,
        lambda: charts.bars(
            [f"{state}: {reason}" for state, reason, _ in rows[:_MOST_BARS]],
            [number for _, _, number in rows[:_MOST_BARS]],
        ),
        "There is no rest.",
    )


def _reason(standing: calls.Standing) -> str:
    if standing.reason:
        return standing.reason
    if standing.aside:
        return "a group was asked in vain, it is asked alone next"
    return "not asked yet" if standing.state == "pending" else "no such book"


def _confirmed(catalog: sqlite3.Connection) -> Exhibit:
    whole, unconfirmed = count_books(catalog), books.count_unconfirmed(catalog)
    rows = [
        ("confirmed", "the record carries the ISBN", whole - unconfirmed),
        ("unconfirmed", "the record carries no ISBN", unconfirmed),
    ]
    return exhibit(
        "Confirmed by the record",
        "Whether a book's record carries the ISBN that was asked for.",
        ("Match", "Meaning", "Books", "%"),
        [(*row, percent(row[2], whole)) for row in rows if whole],
        lambda: charts.bars([row[0] for row in rows], [row[2] for row in rows]),
        "There are no books yet.",
    )
