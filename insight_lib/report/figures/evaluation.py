"""AUC over steps and the curves of an evaluation -> figures."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from insight_lib.report.figures.charts import constant_range
from insight_lib.report.figures.shared import Figure, axis, colour, literal, numbers, translucent
from insight_lib.report.records.night import Auc
from insight_lib.report.records.run_page import Curve

CURVES = {
    "roc": ("ROC", "false positive rate", "true positive rate"),
    "pr": ("Precision and recall", "recall", "precision"),
    "calibration": ("Calibration", "mean predicted probability", "observed rate"),
    "score": ("Score distribution", "score", "share of the class"),
}
_SCORES = ("score_positive", "score_negative")
_BAND_FROM = 3
"""An interval over fewer points is drawn as bars: a band of one point cannot be seen."""
_UNIT = [-0.01, 1.01]


def auc_figure(points: Sequence[Auc]) -> Figure | None:
    """Return the AUC over steps with its 95 % interval, one line a split.

    None where no AUC is defined.
    """
    data: list[Figure] = []
    splits = groupby((point for point in points if point.auc is not None), lambda each: each.split)
    for place, (split, group) in enumerate(splits):
        data.extend(_auc_traces(literal(split), list(group), place))
    if not data:
        return None
    layout = {
        "xaxis": axis("step"),
        "yaxis": axis("AUC", **_auc_range(points)),
        "showlegend": True,
        "hovermode": "closest",
    }
    return {"data": data, "layout": layout}


def _auc_range(points: Sequence[Auc]) -> Figure:
    """Return an axis fit to an AUC that is constant, its interval with it; none otherwise."""
    ends = [
        (point.auc, point.ci_lower, point.ci_upper) for point in points if point.auc is not None
    ]
    values = {value for each in ends for value in each if value is not None}
    if len(values) > 1:
        return {}
    low, high = constant_range(values.pop())
    return {"range": [max(low, _UNIT[0]), min(high, _UNIT[1])]}


def curve_figure(kind: str, curves: Sequence[Curve]) -> Figure | None:
    """Return one of ``CURVES`` with a line a split; None where the run has no such curve."""
    _, x_title, y_title = CURVES[kind]
    found = of_kind(kind, curves)
    if not found:
        return None
    unit = {} if kind == "score" else {"range": _UNIT}
    layout: Figure = {
        "xaxis": axis(x_title, **unit),
        "yaxis": axis(y_title, **unit),
        "showlegend": True,
        "hovermode": "closest",
    }
    if kind == "calibration":
        # A logit has no business on this axis, but scores beyond 0 and 1 must not fall off it.
        layout["xaxis"] = axis(x_title)
    if kind in ("roc", "calibration"):
        layout["shapes"] = [_diagonal()]
    return {"data": [_curve(curve, place) for place, curve in enumerate(found)], "layout": layout}


def _auc_traces(name: str, points: Sequence[Auc], place: int) -> Iterable[Figure]:
    steps = [point.step for point in points]
    line: Figure = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "legendgroup": name,
        "x": steps,
        "y": numbers([_of(point.auc) for point in points]),
        "line": {"color": colour(place), "width": 1.8},
        "marker": {"size": 5},
        "customdata": [_bounds(point) for point in points],
        "hovertemplate": (
            "step %{x:,}<br>AUC %{y:.4f}<br>95 % interval %{customdata[0]:.4f} to "
            "%{customdata[1]:.4f}<br>certified %{customdata[2]:.6f} to %{customdata[3]:.6f}"
        ),
    }
    sure = [point for point in points if point.ci_lower is not None and point.ci_upper is not None]
    if len(sure) >= _BAND_FROM:
        return [_band(name, sure, place), line]
    line["error_y"] = {
        "type": "data",
        "symmetric": False,
        "array": numbers([_of(point.ci_upper) - _of(point.auc) for point in points]),
        "arrayminus": numbers([_of(point.auc) - _of(point.ci_lower) for point in points]),
    }
    return [line]


def _band(name: str, points: Sequence[Auc], place: int) -> Figure:
    """Return the interval as one closed outline: out along the upper ends, back along the lower."""
    steps = [point.step for point in points]
    upper = numbers([_of(point.ci_upper) for point in points])
    lower = numbers([_of(point.ci_lower) for point in points])
    return {
        "type": "scatter",
        "mode": "lines",
        "legendgroup": name,
        "showlegend": False,
        "x": steps + steps[::-1],
        "y": upper + lower[::-1],
        "fill": "toself",
        "fillcolor": translucent(place, 0.18),
        "line": {"width": 0, "color": colour(place)},
        "hoverinfo": "skip",
    }


def _curve(curve: Curve, place: int) -> Figure:
    side = side_of(curve)
    marked = curve.curve == "calibration" or len(curve.x) == 1
    line: Figure = {
        "type": "scatter",
        "mode": "lines+markers" if marked else "lines",
        "name": literal(curve.split) + side,
        "x": numbers(curve.x, 5),
        "y": numbers(curve.y, 5),
        "line": {"color": colour(place), "width": 1.8},
        "marker": {"size": 6},
        "hovertemplate": "%{x:.4~g}, %{y:.4~g}",
    }
    if side:
        line |= {"fill": "tozeroy", "fillcolor": translucent(place, 0.15)}
    return line


def of_kind(kind: str, curves: Sequence[Curve]) -> list[Curve]:
    """Return the curves that a figure of ``CURVES`` holds."""
    names = _SCORES if kind == "score" else (kind,)
    return [curve for curve in curves if curve.curve in names]


def side_of(curve: Curve) -> str:
    """Return which class a curve is of, in words; empty where it is of both."""
    return {"score_positive": ", label 1", "score_negative": ", label 0"}.get(curve.curve, "")


def _diagonal() -> Figure:
    """Return the line of a scorer without knowledge (ROC) or with perfect calibration."""
    return {
        "type": "line",
        "x0": 0,
        "y0": 0,
        "x1": 1,
        "y1": 1,
        "layer": "below",
        "line": {"color": "#8a94a3", "width": 1, "dash": "dash"},
    }


def _bounds(point: Auc) -> list[float | None]:
    ends = (point.ci_lower, point.ci_upper, point.lower, point.upper)
    return numbers([_of(end) for end in ends], 8)


def _of(value: float | None) -> float:
    return float("nan") if value is None else value
