"""What was measured as a picture for the README, readable on a light page and on a dark one.

Its background is left open. Each colour has a contrast of 3.7 or more to white and to GitHub's dark
page, #0d1117 (WCAG 2.2, 1.4.11 asks for 3); no colour reaches 4.5 to both.
"""

from collections.abc import Sequence
from pathlib import Path

import altair
from msgspec import Struct
from msgspec.structs import asdict

from scripts.benchmark.record import Report
from scripts.benchmark.summary import BARE, Line, summarize
from scripts.benchmark.workloads import WORKLOADS

DRAWN = ("no-latency", "150ms-100")
"""The workloads that make a panel each."""

GREY = "#737b87"
COLOURS = {"bookcrawl": "#2f81f7", "others": GREY, "the bare HTTP client": "#c4701a"}

WIDTH = 560
ROW_HEIGHT = 20


class Dot(Struct, frozen=True):
    """A dot on a line that goes from the slowest round to the fastest, and what stands beside it.

    No bar: its length would mean nothing on a logarithmic scale.
    """

    candidate: str
    kind: str
    speed: float
    low: float
    high: float
    label: str


def draw(report: Report, path: Path) -> None:
    """Write it; the ending of the name says as what (.svg, .png)."""
    lines = summarize(report)
    panels = [
        _panel(workload.what, [_dot(line) for line in lines if line.workload == workload.name])
        for workload in WORKLOADS
        if workload.name in DRAWN and any(line.workload == workload.name for line in lines)
    ]
    chart = altair.vconcat(*panels, spacing=24).resolve_scale(x="shared")
    chart.configure(background="transparent").configure_view(stroke=None).configure_axis(
        labelColor=GREY, titleColor=GREY, gridColor=GREY, gridOpacity=0.25, domainColor=GREY
    ).configure_title(color=GREY, anchor="start").configure_legend(
        labelColor=GREY, orient="bottom", title=None
    ).save(path)


def _dot(line: Line) -> Dot:
    speed = line.isbns_per_s
    return Dot(
        line.candidate,
        _kind(line.candidate),
        speed.median,
        speed.low,
        speed.high,
        f"{speed.median:,.0f}" + (f" ({line.of_bare.median:.0%})" if line.of_bare else ""),
    )


def _kind(candidate: str) -> str:
    if candidate.startswith("ours"):
        return "bookcrawl"
    return "the bare HTTP client" if candidate.startswith(BARE) else "others"


def _panel(title: str, dots: Sequence[Dot]) -> altair.LayerChart | altair.FacetChart:
    data = altair.InlineData(values=[asdict(dot) for dot in dots])
    order = [dot.candidate for dot in sorted(dots, key=lambda dot: -dot.speed)]
    base = altair.Chart(data, title=title, width=WIDTH, height=ROW_HEIGHT * len(dots)).encode(
        y=altair.Y("candidate:N", sort=order, title=None)
    )
    speed = altair.X(
        "speed:Q",
        scale=altair.Scale(type="log", domain=[1, 10**6]),
        axis=altair.Axis(values=[10**power for power in range(6)], format=",d"),
        title="ISBNs a second, each line ten times the one before",
    )
    colour = altair.Color(
        "kind:N", scale=altair.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    )
    return altair.layer(
        base.mark_rule(color=GREY, strokeWidth=2).encode(x=altair.X("low:Q"), x2="high:Q"),
        base.mark_circle(size=100, opacity=1).encode(x=speed, color=colour),
        base.mark_text(align="left", dx=9, color=GREY).encode(x=altair.X("high:Q"), text="label:N"),
    )
