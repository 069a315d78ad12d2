"""Chance, or the ISBN, or the source: what refusals mean."""

import pytest

from crawler.fetch.health import (
    MISUNDERSTOOD,
    OUTAGE_S,
    REFUSED_IN_A_ROW,
    SILENT_S,
    UNCONNECTED,
    Health,
)


def after(calls: str, *, every_s: float = SILENT_S) -> Health:
    """A letter a call: g is good, r refused, u unconnected, h hung, m misunderstood."""
    now_s = 0.0
    health = Health(lambda: now_s)
    for call in calls:
        now_s += every_s
        match call:
            case "g":
                health.good()
            case "m":
                health.misunderstood()
            case _:
                health.refused(unconnected=call == "u", hung=call == "h")
    return health


@pytest.mark.parametrize(
    ("hour", "patience", "doubt"), [("g" * 200, 6, 2), ("grrrr" * 100, 62, 14)]
)
def test_a_bad_hour_is_met_with_patience(hour: str, patience: int, doubt: int) -> None:
    health = after(hour)
    assert health.patience == pytest.approx(patience, rel=0.1)
    assert health.doubt == pytest.approx(doubt, rel=0.1)


def test_a_source_that_never_answered_is_dead_after_few_refusals() -> None:
    assert not after("r" * (REFUSED_IN_A_ROW - 1)).dead
    assert after("r" * REFUSED_IN_A_ROW).dead
    assert after("u" * (REFUSED_IN_A_ROW // UNCONNECTED)).dead


def test_a_source_that_understands_nothing_is_not_the_one_it_is_taken_for() -> None:
    assert not after("m" * (MISUNDERSTOOD - 1), every_s=0).dead
    assert after("m" * MISUNDERSTOOD, every_s=0).dead
    assert not after(("m" * (MISUNDERSTOOD - 1) + "g") * 5).dead


def test_a_source_that_had_a_bad_hour_is_not_dead_before_chance_is_ruled_out() -> None:
    assert not after("grrrr" * 100 + "r" * 80).dead
    assert after("grrrr" * 100 + "r" * 500).dead


def test_a_row_of_refusals_is_no_excuse_for_itself() -> None:
    """Each makes refusals seem more usual, and would ask for more of them."""
    assert after("g" * 30 + "r" * REFUSED_IN_A_ROW).dead


def test_a_network_that_was_there_may_come_back_for_a_while() -> None:
    out = int(OUTAGE_S / SILENT_S)
    assert not after("g" + "u" * out).dead
    assert after("g" + "u" * (out + 1)).dead
    assert not after("g" + "u" * 10 + "h" + "u" * (out - 11)).dead  # what hung had left before
    assert after("g" + "u" * 10 + "h" + "u" * (out - 10)).dead
    assert after("g" + "u" * 10 + "r" * 10).dead
    assert not after("g" + "u" * out + "g" + "u" * out).dead


def test_many_refusals_in_one_moment_are_no_death() -> None:
    """Many workers are refused at once."""
    assert not after("r" * 1000, every_s=0.001).dead
    assert after("r" * 1000, every_s=SILENT_S / 900).dead


def test_a_good_call_ends_the_row() -> None:
    assert not after(("r" * (REFUSED_IN_A_ROW - 1) + "g") * 20).dead


def test_a_source_is_known_to_answer_once_it_did() -> None:
    assert not after("rrr").answered
    assert after("rrgr").answered
