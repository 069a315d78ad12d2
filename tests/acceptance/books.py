"""ISBNs to ask for, as many as a test wants."""

from random import Random

from stdnum import ean

REGISTRANT = "978014"
"""Penguin Books, who may number a million of them."""


def isbns(count: int, seed: int = 0) -> list[str]:
    """So many different ISBN-13, in no order; the same for the same seed."""
    numbers = Random(seed).sample(range(1_000_000), count)  # noqa: S311 - no secret
    cores = [f"{REGISTRANT}{number:06}" for number in numbers]
    return [core + ean.calc_check_digit(core) for core in cores]
