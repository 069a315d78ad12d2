"""Whether it is the ISBN that is refused, or the source that refuses."""

from crawler.aside import ROUNDS, Aside
from crawler.book import Ask, Failed
from crawler.call import Trouble, Verdict
from crawler.fetch.fetcher import GaveUp
from crawler.fetch.health import Health
from crawler.isbn import ISBN13

ASK = Ask(1, ISBN13(9780140328721))
BUSY = GaveUp(Verdict(Trouble.TRANSIENT, "503 Busy"), tries=6)
WRONG = GaveUp(Verdict(Trouble.BAD_REQUEST, "400 Bad Request"), tries=1)


def set_aside(story: str) -> tuple[Aside, Failed | None]:
    """A letter at a time: g is an answer to another ISBN; r a round in which this one is refused,
    and w one in which it is called wrong.
    """
    health = Health(lambda: 0.0)
    aside = Aside(health)
    for letter in story:
        match letter:
            case "g":
                health.good()
            case "r":
                aside.put(ASK, BUSY)
            case "w":
                aside.put(ASK, WRONG)
    return aside, aside.given_up(ASK)


def test_an_isbn_fails_that_was_refused_round_after_round_while_others_were_answered() -> None:
    assert ROUNDS == 2
    assert set_aside("grgrg")[1] == Failed("503 Busy")


def test_an_isbn_that_was_refused_in_one_outage_is_asked_for_once_more() -> None:
    assert set_aside("grg")[1] is None
    assert set_aside("grrrrg")[1] is None


def test_no_isbn_fails_while_nobody_is_answered() -> None:
    """It may be the source: that is what is to be seen first."""
    for silent in ("grgr", "grgrr"):
        aside, failed = set_aside(silent)
        assert failed is None
        assert aside.in_doubt(ASK)
    assert not set_aside("grgrg")[0].in_doubt(ASK)


def test_an_isbn_that_is_called_wrong_fails_at_once_unless_nothing_was_ever_answered() -> None:
    assert set_aside("gw")[1] == Failed("400 Bad Request")
    assert set_aside("w")[1] is None
