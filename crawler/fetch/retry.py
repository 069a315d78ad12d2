"""How often and when to ask again after trouble: bounded, with full jitter, heeding the source."""

from collections.abc import Callable
from random import Random

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from crawler.call import Verdict
from crawler.drain import Drain

TRIES = 6
"""In a row; what is refused so often is set aside and asked for later (Google's bad hours refuse 30
to 80 % of calls, and most are answered after 1 to 4 tries)."""

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 10.0


class Troubled(Exception):
    """A call was refused or broke; asking again may help. `left` tells whether it was made."""

    def __init__(self, verdict: Verdict, *, left: bool = True) -> None:
        super().__init__(verdict.sentence)
        self.verdict = verdict
        self.left = left


def full_jitter(random: Random) -> Callable[[RetryCallState], float]:
    """Seconds to wait: anything up to a bound that doubles with each try, and no less than the
    source asked for. Jitter over the whole span spreads the workers best (AWS Architecture Blog,
    "Exponential Backoff And Jitter").
    """

    def wait_s(state: RetryCallState) -> float:
        bound = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (state.attempt_number - 1))
        trouble = state.outcome.exception() if state.outcome else None
        asked = trouble.verdict.retry_after_s if isinstance(trouble, Troubled) else None
        return max(random.uniform(0, bound), asked or 0)

    return wait_s


def after_calls(tries: int) -> Callable[[RetryCallState], bool]:
    """Whether so many calls were made; one that never left tells nothing of what it asked."""
    made = 0

    def made_all(state: RetryCallState) -> bool:
        nonlocal made
        trouble = state.outcome.exception() if state.outcome else None
        made += isinstance(trouble, Troubled) and trouble.left
        return made >= tries

    return made_all


def asking_again(random: Random, drain: Drain, tries: int) -> AsyncRetrying:
    """The tries that follow a first one that was `Troubled`; the last trouble is raised.

    Calls that never leave are tried without end, until the run drains.
    """
    return AsyncRetrying(
        stop=after_calls(tries),
        wait=full_jitter(random),
        retry=retry_if_exception_type(Troubled),
        sleep=drain.sleep,
        reraise=True,
    )
