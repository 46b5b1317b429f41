"""Runs that were looked at, as inputs of a set network."""

import numpy as np

from insight_lib.dissection.run.view import RunView, run_views
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.set_network.seen_inputs import seen_inputs


def features(*runs):
    return FeatureMatrix(runs, ("f",), np.zeros((len(runs), 1)))


def test_a_row_a_run_with_its_layers_by_depth(scalars, layer_stats):
    losses = {("train", "epoch_loss"): [(step, 1.0 / (step + 1)) for step in range(20)]}
    rows = [
        {"layer": name, "step": step, "depth": depth, "kind": "gradient"}
        for depth, name in enumerate(["low", "middle", "high"])
        for step in range(0, 20, 5)
    ]
    (traced,) = run_views(scalars(losses), layer_stats(*rows), {})
    bare = RunView.of_nothing("logs/b")
    inputs = seen_inputs(features("logs/a", "logs/b"), [Seen(traced, ()), Seen(bare, ())])
    assert inputs.is_layer.sum(axis=1).tolist() == [3, 0]
    assert inputs.depth[0, :3].tolist() == [0.0, 0.5, 1.0]
    assert np.isfinite(inputs.curves[0]).any()
    assert not np.isfinite(inputs.curves[1]).any()
    assert inputs.sizes(kinds=2).features == 1


def test_no_runs_are_inputs_without_rows():
    inputs = seen_inputs(features(), [])
    assert inputs.layers.shape[0] == inputs.curves.shape[0] == 0
    assert inputs.sizes(kinds=1).layers == 16
