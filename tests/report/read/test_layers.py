"""Layer statistics become grids."""

import numpy as np

from insight_lib.report.figures.layers import grid_notes
from insight_lib.report.read.layers import MAX_LAYERS, MAX_STEPS, layer_grids, rejected


def test_layers_stand_by_depth_and_steps_ascend(rows_of):
    rows = [
        {"layer": "a_last", "depth": 2, "step": 5, "update_ratio": 0.3},
        {"layer": "z_first", "depth": 0, "step": 9, "update_ratio": 0.2},
        {"layer": "z_first", "depth": 0, "step": 5, "update_ratio": 0.1},
        {"layer": "m_unknown", "depth": None, "step": 9, "update_ratio": 0.4},
    ]
    (grid,) = layer_grids(rows_of("layer_stats", *rows))
    assert grid.labels == ("z_first · kernel", "a_last · kernel", "m_unknown · kernel")
    assert grid.steps.tolist() == [5, 9]
    expected = [[0.1, 0.2], [0.3, np.nan], [np.nan, 0.4]]
    np.testing.assert_array_equal(grid.values, expected)
    assert not grid.broken.any()


def test_layers_of_unknown_depth_stand_as_they_are_counted(rows_of):
    rows = [{"layer": name, "depth": None, "update_ratio": 0.1} for name in ("l10", "l9", "b")]
    (grid,) = layer_grids(rows_of("layer_stats", *rows))
    assert grid.labels == ("b · kernel", "l9 · kernel", "l10 · kernel")


def test_every_measure_is_a_separate_grid(rows_of):
    rows = [{"kind": "gradient", "l2": 2.5}, {"kind": "update", "update_ratio": 1e-3}]
    rows += [{"kind": "weight", "l2": 7.0}, {"kind": "activation", "std": 0.9, "l2": 4.0}]
    grids = layer_grids(rows_of("layer_stats", *rows))
    assert [(grid.measure, grid.values.tolist()) for grid in grids] == [
        ("update_ratio", [[1e-3]]),
        ("gradient_norm", [[2.5]]),
        ("weight_norm", [[7.0]]),
        ("activation_spread", [[0.9]]),
    ]


def test_a_grid_says_whether_its_values_are_estimates(rows_of):
    rows = [
        {"kind": "weight", "l2": 1.0, "source": "histogram"},
        {"kind": "gradient", "l2": 1.0, "source": "deepinsight"},
    ]
    grids = layer_grids(rows_of("layer_stats", *rows))
    assert {grid.measure: grid.estimated for grid in grids} == {
        "gradient_norm": False,
        "weight_norm": True,
    }
    notes = {grid.measure: " ".join(grid_notes(grid)) for grid in grids}
    assert "Estimated" in notes["weight_norm"]
    assert "Estimated" not in notes["gradient_norm"]


def test_reasons_for_which_summaries_were_not_understood_are_counted(rows_of):
    rows = [{"reason": reason} for reason in ("short", "no shape", "short")]
    assert rejected(rows_of("rejected_summaries", *rows)) == (("short", 2), ("no shape", 1))


def test_a_tensor_with_nan_or_infinities_is_marked(rows_of):
    rows = [
        {"step": 0, "update_ratio": 0.1},
        {"step": 1, "update_ratio": None, "nan_fraction": 1.0},
        {"step": 2, "update_ratio": 0.1, "inf_fraction": 0.5},
        {"step": 3, "update_ratio": float("inf")},
        {"step": 4, "update_ratio": None},
    ]
    (grid,) = layer_grids(rows_of("layer_stats", *rows))
    assert grid.broken.tolist() == [[False, True, True, True]]


def test_a_grid_of_ten_thousand_layers_is_thinned_and_counted(rows_of):
    rows = [
        {"layer": f"layer{at}", "depth": at, "step": at % 150, "update_ratio": 1e-3}
        for at in range(10_000)
    ]
    (grid,) = layer_grids(rows_of("layer_stats", *rows))
    assert grid.values.shape == (MAX_LAYERS, MAX_STEPS)
    assert (grid.layers, grid.traced) == (10_000, 150)
    assert (grid.labels[0], grid.labels[-1]) == ("layer0 · kernel", "layer9999 · kernel")


def test_no_statistics_are_no_grids(rows_of):
    assert layer_grids(rows_of("layer_stats")) == ()
    assert layer_grids(rows_of("layer_stats", {"update_ratio": None})) == ()
