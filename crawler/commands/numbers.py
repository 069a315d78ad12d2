"""Numbers as options take them."""

import math

import click

SMALLEST = 1e-6
"""Beside 0; a call in eleven days, and far from what divides to no number any more."""


class Number(click.FloatRange):
    """A number to reckon with: `float` alone also reads `nan`, `inf` and `1e-320`."""

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it, or fail with a sentence, as click's own types do."""
        number = super().convert(value, param, ctx)
        if number and not SMALLEST <= abs(number) < math.inf:
            self.fail(f"{value} is no number to reckon with.", param, ctx)
        return number
