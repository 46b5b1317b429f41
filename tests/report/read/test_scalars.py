"""Scalar rows become charts."""

import numpy as np
import pytest

from insight_lib.report.figures.charts import chart_notes
from insight_lib.report.read.scalars import (
    MAX_CHARTS,
    MAX_POINTS,
    PAGE_POINTS,
    chart_of,
    charts,
)


def points(values, **same):
    return [
        {"step": at, "value": value, "record_offset": at, **same} for at, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("stream", "tag", "chart"),
    [
        ("train", "epoch_loss", ("epoch_loss", "train")),
        ("validation", "epoch_loss", ("epoch_loss", "validation")),
        (".", "Loss/train", ("Loss", "train")),
        (".", "val/acc", ("acc", "val")),
        (".", "val_loss", ("loss", "validation")),
        ("b", "epoch_val_loss", ("epoch_loss", "b · validation")),
        (".", "train", ("train", "(run)")),
        (".", "layer/train/x", ("layer/train/x", "(run)")),
        (".", "val_", ("val_", "(run)")),
    ],
)
def test_a_tag_part_that_only_names_the_split_names_the_series(stream, tag, chart):
    assert chart_of(stream, tag) == chart


def test_one_tag_of_two_streams_is_one_chart_and_the_loss_comes_first(rows_of):
    rows = [
        *points([1.0, 2.0], tag="accuracy"),
        *points([1.0], tag="epoch_accuracy"),
        *points([1.0], tag="epoch_loss", stream="validation"),
        *points([1.0], tag="epoch_loss", stream="train"),
        *points([1.0], tag="loss"),
        *points([1.0], tag="input/x/mean"),
        *points([1.0], tag="weight_norm"),
    ]
    found, left_out = charts(rows_of("scalars", *rows), rows_of("series"))
    titles = ["epoch_loss", "loss", "epoch_accuracy", "accuracy", "weight_norm", "input/x/mean"]
    assert [chart.title for chart in found] == titles
    assert [series.name for series in found[0].series] == ["train", "validation"]
    assert left_out == 0


def test_what_the_table_of_series_says_matters_most_comes_first(rows_of):
    rows = [*points([1.0], tag="loss"), *points([1.0], tag="a"), *points([1.0], tag="b/train")]
    series = rows_of("series", {"tag": "b/train", "role": "return"}, {"tag": "loss", "role": "kl"})
    found, _ = charts(rows_of("scalars", *rows), series)
    assert [chart.title for chart in found] == ["b", "loss", "a"]


def test_points_that_all_carry_one_step_are_drawn_in_the_order_of_writing(rows_of):
    rows = [
        {"step": 7, "value": value, "record_offset": at}
        for at, value in enumerate([3.0, np.nan, 1.0])
    ]
    found, _ = charts(rows_of("scalars", *rows[::-1]), rows_of("series"))
    series = found[0].series[0]
    assert (series.steps.tolist(), series.points, series.superseded) == ([0, 1, 2], 3, 0)
    assert (series.first_not_finite, series.only_step) == (1, 7)
    assert "all points carry step 7" in chart_notes(found[0])[0]


def test_points_that_a_restart_wrote_again_are_left_out_and_counted(rows_of):
    first = [{"step": step, "value": 1.0, "record_offset": step} for step in (1, 2, 3, 4)]
    again = [{"step": step, "value": 2.0, "record_offset": step, "file_id": "g"} for step in (3, 5)]
    found, _ = charts(rows_of("scalars", *again, *first), rows_of("series"))
    series = found[0].series[0]
    assert series.steps.tolist() == [1, 2, 3, 5]
    assert series.values.tolist() == [1.0, 1.0, 2.0, 2.0]
    assert (series.points, series.superseded) == (4, 2)


def test_values_that_are_not_finite_are_gaps_and_counted(rows_of):
    rows = points([1.0, float("inf"), float("nan"), 4.0])
    series = charts(rows_of("scalars", *rows), rows_of("series"))[0][0].series[0]
    assert np.isnan(series.values).tolist() == [False, True, True, False]
    assert (series.not_finite, series.first_not_finite, series.points) == (2, 1, 4)


def test_a_long_series_keeps_its_extremes(rows_of):
    values = np.sin(np.arange(5000)).tolist()
    values[1234] = 99.0
    series = charts(rows_of("scalars", *points(values)), rows_of("series"))[0][0].series[0]
    assert len(series.steps) <= MAX_POINTS
    assert (series.values.max(), series.points) == (99.0, 5000)


def test_a_run_of_very_many_tags_stays_within_the_points_of_a_page(rows_of):
    rows = [
        {"step": step, "tag": f"tag{tag:03}", "record_offset": step}
        for tag in range(MAX_CHARTS + 5)
        for step in range(500)
    ]
    found, left_out = charts(rows_of("scalars", *rows), rows_of("series"))
    assert (len(found), left_out) == (MAX_CHARTS, 5)
    assert sum(len(series.steps) for chart in found for series in chart.series) <= PAGE_POINTS


def test_no_scalars_are_no_charts(rows_of):
    assert charts(rows_of("scalars"), rows_of("series")) == ((), 0)
