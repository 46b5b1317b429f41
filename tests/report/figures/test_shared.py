"""Records become figures that plotly accepts."""

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from insight_lib.report.figures.charts import chart_figure, chart_notes
from insight_lib.report.figures.evaluation import auc_figure, curve_figure
from insight_lib.report.figures.layers import grid_figure, grid_notes
from insight_lib.report.figures.shared import literal, literals, numbers
from insight_lib.report.records.night import Auc
from insight_lib.report.records.run_page import Chart, Curve, LayerGrid, Series

NAN = float("nan")


def series(values, name="train", **more):
    steps = np.arange(len(values))
    full = {"points": len(values), "superseded": 0, "not_finite": 0}
    full |= {"first_not_finite": None, "only_step": None}
    return Series(name, steps, np.asarray(values, dtype=float), **(full | more))


def grid(values, broken=None, measure="update_ratio"):
    values = np.asarray(values, dtype=float)
    marks = np.zeros(values.shape, dtype=bool) if broken is None else np.asarray(broken)
    labels = tuple(f"layer{row}" for row in range(len(values)))
    steps = np.arange(values.shape[1])
    return LayerGrid(measure, labels, steps, values, marks, False, *values.shape)


def auc(step, value, low=0.4, high=0.9, split="validation"):
    return Auc(step, split, value, low, high, value, value)


def curve(name, split="validation"):
    return Curve(name, split, 1, np.array([0.0, 1.0]), np.array([0.0, 1.0]), 0.0)


@pytest.mark.parametrize(
    "figure",
    [
        chart_figure(Chart("loss", (series([1, NAN, 3]), series([5e4, 1, 2], "b")))),
        grid_figure(grid([[0, 1e-3, NAN], [1e-9, 5, 1]], [[False] * 3, [True, False, False]])),
        grid_figure(grid([[0.0]], measure="gradient_norm")),
        auc_figure([auc(1, 0.5), auc(2, 0.6), auc(3, 0.7), auc(1, 0.5, None, None, "test")]),
        curve_figure("score", [curve("score_negative"), curve("score_positive")]),
        curve_figure("roc", [curve("roc")]),
    ],
)
def test_plotly_accepts_every_figure_and_json_holds_it(figure):
    go.Figure(json.loads(json.dumps(figure, allow_nan=False)))


def test_labels_are_literal_and_distinct():
    assert literal("<b>&amp;</b>") == "&lt;b&gt;&amp;amp;&lt;/b&gt;"
    long = ["x" * 40 + str(at) + "y" * 40 for at in range(3)]
    assert len(set(literals(long))) == 3


def test_numbers_keep_six_digits_and_leave_gaps():
    values = [1 / 3, NAN, float("inf"), 1e300, -0.0]
    assert numbers(values) == [0.333333, None, None, 1e300, 0.0]


def test_a_series_without_a_finite_value_is_noted_and_not_drawn():
    lost = series([NAN, NAN], not_finite=2, first_not_finite=0)
    assert chart_figure(Chart("loss", (lost,))) is None
    assert chart_notes(Chart("loss", (lost,))) == [
        "train: 2 of 2 values are NaN or infinite, the first at step 0"
    ]
    drawn = chart_figure(Chart("loss", (lost, series([1.0], "validation"))))
    assert [line["name"] for line in drawn["data"]] == ["validation"]


def test_replaced_and_thinned_points_are_noted():
    notes = chart_notes(Chart("loss", (series([1.0, 2.0], points=10, superseded=3),)))
    assert [note.split(": ")[1].split(" ")[0] for note in notes] == ["3", "2"]


def test_the_axis_is_logarithmic_only_where_positive_values_span_decades():
    kinds = [
        chart_figure(Chart("loss", (series(values),)))["layout"]["yaxis"]["type"]
        for values in ([1, 1e4], [1, 50], [-1, 1e4], [0, 1e4], [5e-324, 1e300])
    ]
    assert kinds == ["log", "linear", "linear", "linear", "log"]


def test_a_constant_fills_the_middle_of_its_axis_however_small_it_is():
    low, high = chart_figure(Chart("lr", (series([0.01, 0.01]),)))["layout"]["yaxis"]["range"]
    assert 0 < low < 0.01 < high < 0.1
    low, high = chart_figure(Chart("lr", (series([0.0, 0.0]),)))["layout"]["yaxis"]["range"]
    assert low < 0 < high


@pytest.mark.parametrize(("value", "expected"), [(0.5, [0.25, 0.75]), (1.0, [0.5, 1.01])])
def test_a_constant_auc_has_an_axis_that_fits_it_and_stays_within_the_unit(value, expected):
    points = [auc(step, value, value, value) for step in range(3)]
    assert auc_figure(points)["layout"]["yaxis"]["range"] == expected
    assert "range" not in auc_figure([*points, auc(9, 0.25)])["layout"]["yaxis"]


def test_a_curve_of_one_point_is_a_marker():
    point = Curve("pr", "validation", 1, np.array([1.0]), np.array([0.4]), 0.0)
    assert curve_figure("pr", [point])["data"][0]["mode"] == "lines+markers"
    assert curve_figure("pr", [curve("pr")])["data"][0]["mode"] == "lines"


def test_colour_is_the_logarithm_and_hover_the_value():
    cells, marks = grid_figure(grid([[0.0, 1e-3, 100.0, 7.0]], [[False, False, False, True]]))[
        "data"
    ]
    assert cells["z"] == [[-6.0, -3.0, 0.0, None]]
    assert cells["customdata"] == [[0.0, 0.001, 100.0, 7.0]]
    assert marks["z"] == [[None, None, None, 1]]


def test_the_scale_of_gradient_norms_is_that_of_the_run():
    cells = grid_figure(grid([[0.02, 30.0]], measure="gradient_norm"))["data"][0]
    assert (cells["zmin"], cells["zmax"]) == (-2, 2)
    cells = grid_figure(grid([[1e-30, 1.0]], measure="gradient_norm"))["data"][0]
    assert (cells["zmin"], cells["zmax"]) == (-8, 0)


def test_a_grid_notes_what_it_leaves_out():
    notes = grid_notes(replace(grid([[1.0]], [[True]]), layers=500, traced=900))
    assert [note.split()[0] for note in notes[1:]] == ["Turquoise", "1", "1"]


def test_an_interval_of_few_points_is_bars_and_of_many_a_band():
    few = auc_figure([auc(1, 0.5)])["data"]
    many = auc_figure([auc(step, 0.5) for step in range(3)])["data"]
    assert few[0]["error_y"]["array"] == [0.4]
    assert few[0]["error_y"]["arrayminus"] == [0.1]
    assert many[0]["y"] == [0.9, 0.9, 0.9, 0.4, 0.4, 0.4]


def test_what_is_not_there_yields_no_figure():
    assert auc_figure([auc(1, None)]) is None
    assert curve_figure("pr", [curve("roc")]) is None
