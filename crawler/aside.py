"""ISBNs that were refused again and again: set aside, and asked for later."""

from msgspec import Struct

from crawler.book import Ask, Failed
from crawler.fetch.fetcher import GaveUp
from crawler.fetch.health import Health

ROUNDS = 2
"""An ISBN fails when it was refused in so many rounds between which the source answered others:
what refuses it in one may be an outage of a few seconds."""


class _Refusals(Struct):
    """How often an ISBN was refused, in how many rounds, and last in which words; `answers` is how
    many calls the source had answered by then.
    """

    last: GaveUp
    calls: int = 0
    rounds: int = 0
    answers: int = -1


class Aside:
    """Remembers how each was refused; `health` is that of the source."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._asks: dict[int, Ask] = {}
        self._refusals: dict[int, _Refusals] = {}

    def put(self, ask: Ask, gave_up: GaveUp) -> None:
        """Set an ISBN aside that was refused."""
        self._asks[ask.number] = ask
        refusals = self._refusals.setdefault(ask.number, _Refusals(gave_up))
        refusals.last = gave_up
        refusals.calls += gave_up.tries
        refusals.rounds += self._health.answers > refusals.answers
        refusals.answers = self._health.answers

    def forget(self, ask: Ask) -> None:
        """An ISBN was answered."""
        self._asks.pop(ask.number, None)

    def take(self) -> list[Ask]:
        """All that were set aside since the last time."""
        asks = list(self._asks.values())
        self._asks.clear()
        return asks

    def in_doubt(self, ask: Ask) -> bool:
        """Whether an ISBN was refused more often than chance explains, while nobody was answered
        since: it may be the source.
        """
        answers = self._refusals[ask.number].answers
        return self._is_refused_often(ask) and answers == self._health.answers

    def given_up(self, ask: Ask) -> Failed | None:
        """The failure of an ISBN that is refused, while the source answers others."""
        refusals = self._refusals[ask.number]
        if refusals.last.certainly and self._health.answered:
            return Failed(str(refusals.last))
        if refusals.rounds < ROUNDS or self.in_doubt(ask) or not self._is_refused_often(ask):
            return None
        return Failed(str(refusals.last))

    def _is_refused_often(self, ask: Ask) -> bool:
        return self._refusals[ask.number].calls >= self._health.patience
