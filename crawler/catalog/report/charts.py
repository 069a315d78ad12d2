"""Pictures: Altair describes them, vl-convert draws them as SVG.

Colours are CSS variables of the page, so that one picture does for light, dark and paper. All are
of one width, so that their letters are of one size, on a telephone too.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import altair as alt
import vl_convert

from crawler.catalog.report.labels import label, short_label, width_of

WIDTH = 360
"""Of a picture, in pixels, where the page gives it its full size."""

_ROW = 19
_NAMES = 136
_WIDE_NAMES = 210
_NUMBERS = 62
_PIXELS_A_COLUMN = 7
"""Letters of one font; the reader has another, so it is on the wide side."""

_HEIGHT = 150
_FEWEST_COLUMNS = 20

_DAY = len("2026-11-21")

Chart = alt.Chart | alt.LayerChart | alt.FacetChart


def bars(names: Sequence[str], counts: Sequence[float], number_format: str = ",") -> str:
    """A horizontal bar for each name, from above in their order, with its number behind it."""
    longest = max(map(width_of, map(label, names)))
    room = _NAMES if longest <= _NAMES // _PIXELS_A_COLUMN else _WIDE_NAMES
    values = [
        {"row": row, "name": short_label(name, room // _PIXELS_A_COLUMN), "count": count}
        for row, (name, count) in enumerate(zip(names, counts, strict=True))
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(y=alt.Y("row:O", axis=None))
    scale = alt.Scale(domain=[0, max((*counts, 1))])
    bar = base.mark_bar(height=11).encode(x=alt.X("count:Q", axis=None, scale=scale))
    name = base.mark_text(align="right", dx=-7, color="var(--ink)").encode(
        x=alt.value(0), text="name:N"
    )
    number = base.mark_text(align="left", dx=5, color="var(--muted)").encode(
        x=alt.X("count:Q", scale=scale), text=alt.Text("count:Q", format=number_format)
    )
    padding = {"left": room, "right": _NUMBERS, "top": 2, "bottom": 2}
    return _draw(alt.layer(bar, name, number), _ROW * len(names), padding)


def columns(
    starts: Sequence[int], step: int, counts: Sequence[int], what: str, first: int | None = None
) -> str:
    """A histogram: upright bars of a `step` each, over an axis of numbers which counts `what`.

    The axis begins at `first`, or where it has room for some bars at least.
    """
    values = [
        {"from": start, "to": start + step, "count": count}
        for start, count in zip(starts, counts, strict=True)
    ]
    last = max(starts) + step
    ends = [min(*starts, last - _FEWEST_COLUMNS * step) if first is None else first, last]
    axis = alt.Axis(format="d", tickCount=6, grid=False)
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(binSpacing=1 if len(values) < WIDTH // 4 else 0)
        .encode(
            x=alt.X(
                "from:Q",
                bin="binned",
                title=what,
                axis=axis,
                scale=alt.Scale(domain=ends, nice=False),
            ),
            x2="to:Q",
            y=_upright("count", counts),
        )
    )
    return _draw(chart, _HEIGHT, _ROOM_FOR_A_TITLE)


def days(dates: Sequence[date], counts: Sequence[int]) -> str:
    """An upright bar for each day that is named, side by side; days without any are left out."""
    values = [
        {"day": day.isoformat(), "count": count} for day, count in zip(dates, counts, strict=True)
    ]
    month_and_day = f"slice(datum.value, {len('2026-')})"
    axis = alt.Axis(
        labelExpr=month_and_day, labelAngle=0, labelOverlap=True, labelSeparation=8, grid=False
    )
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(width=alt.RelativeBandSize(0.7 if len(values) > 3 else 0.2))  # noqa: PLR2004
        .encode(x=alt.X("day:O", title=None, axis=axis), y=_upright("count", counts))
    )
    return _draw(chart, _HEIGHT, _ROOM_FOR_AXES)


def course(times: Sequence[str], values: Sequence[float], upper: Sequence[float] = ()) -> str:
    """A line over time (ISO 8601, UTC), and where given a fainter one for the `upper` values."""
    line = _line(times, values, "var(--accent)")
    chart = alt.layer(_line(times, upper, "var(--faint)"), line) if upper else line
    return _draw(chart, _HEIGHT, _ROOM_FOR_AXES)


_MANY = 10_000
_FEW = 5

_ROOM_FOR_AXES = {"left": 44, "right": 14, "top": 8, "bottom": 22}
_ROOM_FOR_A_TITLE = {**_ROOM_FOR_AXES, "bottom": 38}


def _line(times: Sequence[str], values: Sequence[float], colour: str) -> alt.Chart:
    points = [
        {"at": label(time), "value": value} for time, value in zip(times, values, strict=True)
    ]
    size = 14 if len(points) > 1 else 60  # alone, without a line, it would look like a speck
    by_day = bool(times) and times[0][:_DAY] != times[-1][:_DAY]
    axis = alt.Axis(
        format="%-d %b" if by_day else "%H:%M", grid=False, tickCount=5, labelOverlap=True
    )
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=points))
        .mark_line(strokeWidth=1.5, color=colour, point=alt.OverlayMarkDef(size=size, color=colour))
        .encode(
            x=alt.X("at:T", title=None, axis=axis, scale=alt.Scale(type="utc")),
            y=_upright("value", values),
        )
    )
    return chart


def _upright(field: str, values: Sequence[float]) -> alt.Y:
    """An axis for these values. Of a few whole ones it names each, as a half book is none; of many
    thousands it says 10k.
    """
    highest = max(values, default=0)
    axis = alt.Axis(
        format="~s" if highest >= _MANY else ",~f",
        tickCount=4,
        values=range(highest + 1) if isinstance(highest, int) and highest < _FEW else alt.Undefined,
        domain=False,
    )
    return alt.Y(f"{field}:Q", title=None, axis=axis)


def _draw(chart: Chart, height: int, padding: Mapping[str, float]) -> str:
    width = WIDTH - padding["left"] - padding["right"]
    finished = (
        chart.properties(
            width=width, height=height, padding=padding, autosize=alt.AutoSizeParams(type="none")
        )
        .configure(aria=False, background="transparent", font="system-ui, sans-serif")
        .configure_view(stroke=None)
        .configure_bar(color="var(--accent)")
        .configure_text(fontSize=12)
        .configure_axis(
            labelColor="var(--muted)", labelFontSize=11, titleColor="var(--muted)",
            titleFontSize=11, titleFontWeight="normal", gridColor="var(--rule)",
            domainColor="var(--line)", tickColor="var(--line)", ticks=False, labelPadding=5,
        )
    )  # fmt: skip
    svg: str = vl_convert.vegalite_to_svg(finished.to_dict())
    return svg
