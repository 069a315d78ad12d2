"""ISBNs that were refused again and again: set aside, and asked for later."""

from crawler.book import Ask, Failed
from crawler.fetch.fetcher import GaveUp
from crawler.fetch.health import Health


class Aside:
    """Remembers how often each was refused, and in which words the last time."""

    def __init__(self) -> None:
        self._asks: dict[int, Ask] = {}
        self._refusals: dict[int, int] = {}
        self._last: dict[int, GaveUp] = {}

    def put(self, ask: Ask, gave_up: GaveUp) -> None:
        """Set an ISBN aside that was refused."""
        self._asks[ask.number] = ask
        self._refusals[ask.number] = self._refusals.get(ask.number, 0) + gave_up.tries
        self._last[ask.number] = gave_up

    def forget(self, ask: Ask) -> None:
        """An ISBN was answered."""
        self._asks.pop(ask.number, None)

    def take(self) -> list[Ask]:
        """All that were set aside since the last time."""
        asks = list(self._asks.values())
        self._asks.clear()
        return asks

    def given_up(self, ask: Ask, health: Health) -> Failed | None:
        """The failure of an ISBN that was refused more often than chance explains.

        Nothing fails while the source has not answered at all: then it is the source.
        """
        last = self._last[ask.number]
        if not health.answered:
            return None
        if last.certainly or self._refusals[ask.number] >= health.patience:
            return Failed(str(last))
        return None
