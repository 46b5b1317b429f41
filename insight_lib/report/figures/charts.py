"""Charts of scalars -> figures, and what a chart does not show in words."""

import math

import numpy as np

from insight_lib.report.figures.shared import Figure, axis, colour, literal, numbers
from insight_lib.report.records.run_page import Chart, Series
from insight_lib.report.text import number

LOG_FROM = 100.0
"""A chart of positive values is logarithmic where its greatest is so many times its least."""
_LOG_TICKS = 6
_MARKERS_UP_TO = 40


def chart_figure(chart: Chart) -> Figure | None:
    """Return lines of value over step, one a stream; None where no series has a finite value."""
    shown = [series for series in chart.series if np.isfinite(series.values).any()]
    if not shown:
        return None
    places = {series.name: place for place, series in enumerate(chart.series)}
    lines = [_line(series, places[series.name]) for series in shown]
    layout = {
        "xaxis": axis("step"),
        "yaxis": _value_axis(shown),
        "showlegend": True,
        "hovermode": "x unified",
        "shapes": [
            _mark(series.first_not_finite, places[series.name])
            for series in chart.series
            if series.first_not_finite is not None
        ],
    }
    return {"data": lines, "layout": layout}


def chart_notes(chart: Chart) -> list[str]:
    """Return what the lines hide: non-finite values, replaced points, points thinned away."""
    notes = []
    for series in chart.series:
        if series.only_step is not None:
            notes.append(
                f"{series.name}: all points carry step {number(series.only_step)}; drawn in the "
                "order of writing"
            )
        if series.not_finite:
            notes.append(
                f"{series.name}: {number(series.not_finite)} of {number(series.points)} values are "
                f"NaN or infinite, the first at step {number(series.first_not_finite)}"
            )
        if series.superseded:
            notes.append(
                f"{series.name}: {number(series.superseded)} points that a restart wrote again "
                "are not shown"
            )
        if len(series.steps) < series.points:
            notes.append(
                f"{series.name}: {number(len(series.steps))} of {number(series.points)} points "
                "drawn, extremes kept"
            )
    return notes


def _line(series: Series, place: int) -> Figure:
    short = len(series.steps) <= _MARKERS_UP_TO
    return {
        "type": "scatter",
        "mode": "lines+markers" if short else "lines",
        "name": literal(series.name),
        "x": series.steps.tolist(),
        "y": numbers(series.values),
        "connectgaps": False,
        "line": {"color": colour(place), "width": 1.8},
        "marker": {"size": 5},
        "hovertemplate": "%{y:.5~g}",
    }


def _mark(step: int, place: int) -> Figure:
    """Return a dotted line where the values stop being finite."""
    return {
        "type": "line",
        "x0": step,
        "x1": step,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": colour(place), "width": 1.5, "dash": "dot"},
    }


def constant_range(value: float) -> list[float]:
    """Return an axis range around a constant, as wide as the constant; width two around 0."""
    # plotly would show one unit to each side, in which 0.01 looks like nothing.
    half = abs(value) / 2 or 1.0
    return [value - half, value + half]


def _value_axis(series: list[Series]) -> Figure:
    """Return a logarithmic axis, with few ticks, if values span decades; else fit to a constant."""
    values = np.concatenate([each.values for each in series])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    if low == high:
        return {"type": "linear", "range": constant_range(low)}
    if low <= 0 or high / low <= LOG_FROM:
        return {"type": "linear"}
    decades = math.log10(high) - math.log10(low)
    return {"type": "log", "dtick": max(1, math.ceil(decades / _LOG_TICKS))}
