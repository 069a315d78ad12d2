"""The store through any sequence of what a crawl does and suffers, beside a plain model of it."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.account import Account
from tests.faults.effort import by_effort
from tests.store.test_model import StoreBesideModel

EXAMPLES = by_effort(5, 250)
STEPS = by_effort(40, 60)


class CountedStore(StoreBesideModel):
    """Its deaths are those of this test only."""

    deaths = 0


def test_whatever_happens_the_store_holds_what_its_model_holds(account: Account) -> None:
    run_state_machine_as_test(
        CountedStore,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    assert CountedStore.deaths
    account("state machine", "any sequence of steps", "Hypothesis", times=EXAMPLES, lost=0)
    account("state machine", "death at any statement", "files copied", times=CountedStore.deaths,
            lost=0)  # fmt: skip
