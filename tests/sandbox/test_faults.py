import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sandbox import FaultShare, parse_faults
from crawler.sandbox.faults import NAMES, find_fault


def test_shares_are_written_as_names_and_numbers() -> None:
    assert parse_faults("503=0.3, reset=0.01") == (
        FaultShare("503", 0.3),
        FaultShare("reset", 0.01),
    )
    assert parse_faults("") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fire=0.1", "'fire' is no error of the sandbox"),
        ("503", "'503' needs a share from 0 to 1"),
        ("503=much", "needs a share from 0 to 1"),
        ("503=1.5", "has to be from 0 to 1"),
        ("503=nan", "has to be from 0 to 1"),
        ("503=0.6,reset=0.6", "sum up to 1.2"),
    ],
)
def test_shares_that_make_no_sense_are_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_faults(text)


@given(st.integers(), st.integers(1, 10**9))
def test_the_same_call_meets_the_same_fault(seed: int, call: int) -> None:
    faults = parse_faults("503=0.3,cut=0.2")
    assert find_fault(faults, seed, call) == find_fault(faults, seed, call)


def test_each_fault_meets_its_share_of_the_calls() -> None:
    faults = parse_faults(",".join(f"{name}={0.9 / len(NAMES)}" for name in NAMES))
    met = [find_fault(faults, 0, call) for call in range(1, 20_001)]
    assert met.count(None) / len(met) == pytest.approx(0.1, abs=0.01)
    for fault in faults:
        assert met.count(fault) / len(met) == pytest.approx(fault.share, abs=0.01)
