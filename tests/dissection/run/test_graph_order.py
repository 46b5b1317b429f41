"""The depth of logged layers by the graph of their run."""

import json

import numpy as np
import pytest

from insight_lib.dissection.run.recorded.graph_order import in_graph_order
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.summary_source import COMPACT, HISTOGRAM


def tensors(*layers, source=HISTOGRAM, kind="weight"):
    keys = [(layer, "weight", kind) for layer in layers]
    about = (None, None, None, None, None, np.arange(2), {})
    return {key: TensorSeries(*key, *about, source) for key in keys}


def depths(logged, *graph):
    topology = json.dumps([{"name": name} for name in graph])
    return {key[0]: one.depth for key, one in in_graph_order(logged, topology).items()}


@pytest.mark.parametrize("before", ["", "model.", "sequential/"])
def test_layers_are_as_deep_as_the_graph_says_under_whatever_name_they_are_logged(before):
    logged = tensors(f"{before}head", f"{before}block.0", f"{before}stem")
    found = depths(logged, "stem", "relu", "block/0", "head")
    assert found == {f"{before}stem": 0, f"{before}block.0": 2, f"{before}head": 3}


@pytest.mark.parametrize(
    ("logged", "graph"),
    [
        (tensors("stem", "other"), ("stem", "head")),
        (tensors("a/fc", "b/fc"), ("fc",)),
        (tensors("stem", "head", source=COMPACT), ("stem", "head")),
        (tensors("stem", "head", kind="activation"), ("stem", "head")),
    ],
    ids=["a layer that is not in the graph", "two of one name", "traced", "activations alone"],
)
def test_else_the_graph_says_nothing_of_their_depth(logged, graph):
    assert set(depths(logged, *graph).values()) == {None}


def test_without_a_graph_they_stay_as_they_are():
    logged = tensors("stem")
    assert in_graph_order(logged, None) is logged
