"""Layer tensors side by side."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from insight_lib.dissection.run.network import (
    first_nonfinite,
    hidden_activations,
    movements,
    output_layers,
    rank_correlation,
)


def output(layer, depth, **more):
    return {"layer": layer, "depth": depth, "kind": "activation", "tensor": "output"} | more


@pytest.mark.parametrize("seed", range(5))
def test_the_rank_correlation_is_spearmans_of_place_and_median(seed):
    values = np.random.default_rng(seed).normal(size=(7, 9))
    expected = spearmanr(np.arange(7), np.median(values, axis=1)).statistic
    assert rank_correlation(values) == pytest.approx(expected)


@pytest.mark.parametrize("sizes", [[0, 0, 0, 0, 5], [3, 1, 1, 2, 2, 2], [2, 2, 1]])
def test_equally_large_layers_do_not_rise(sizes):
    values = np.array(sizes, float)[:, np.newaxis]
    expected = spearmanr(np.arange(len(sizes)), sizes).statistic
    assert rank_correlation(values) == pytest.approx(expected)
    assert rank_correlation(np.ones((4, 1))) == 0.0


def test_layers_without_a_known_value_do_not_count_and_one_layer_has_no_order():
    values = np.array([[1.0, 1.0], [np.nan, np.nan], [2.0, np.nan], [3.0, 3.0]])
    assert rank_correlation(values) == pytest.approx(1.0)
    assert rank_correlation(values[:2]) == 0.0


def test_outputs_are_what_the_configuration_names_and_the_deepest_layer(make_view):
    layers = [output(name, depth, std=[1.0]) for depth, name in enumerate("abcd")]
    view = make_view({"layers": layers, "config": {"outputs": ["b", None, 3]}})
    assert output_layers(view) == {"b", "d"}
    assert [tensor.layer for tensor in hidden_activations(view)] == ["a", "c"]


@pytest.mark.parametrize("config", [{}, {"outputs": "b"}, {"outputs": None}])
def test_without_recorded_outputs_the_deepest_layer_is_one(make_view, config):
    layers = [output(name, depth, std=[1.0]) for depth, name in enumerate("ab")]
    assert output_layers(make_view({"layers": layers, "config": config})) == {"b"}


def test_the_first_tensor_that_was_not_finite_is_the_earliest_then_the_first_computed(make_view):
    broken = {"nan_fraction": [0.0, 0.5]}
    layers = [
        output("b", 1, **broken),
        output("a", 0, **broken),
        {"layer": "b", "depth": 1, "kind": "gradient"} | broken,
        {"layer": "a", "depth": 0, "kind": "weight", "nan_fraction": [0.0, 0.0]},
    ]
    found = first_nonfinite(make_view({"layers": layers}))
    assert (found.layer, found.kind) == ("a", "activation")
    assert first_nonfinite(make_view({"layers": layers[3:]})) is None


def test_a_layer_that_never_has_a_state_moves_by_its_kernel(make_view):
    recurrent, kernel = [{"layer": "lstm", "tensor": t} for t in ("recurrent_kernel", "kernel")]
    big = {"count": 64, "update_ratio": [0.0, 0.0], "l2": [0.0, 0.0]}
    layers = [
        recurrent | big | {"kind": "update"},
        kernel | {"kind": "update", "count": 16, "update_ratio": [0.01, 0.02]},
        recurrent | {"kind": "gradient", "l2": [0.0, 0.0]},
        kernel | {"kind": "gradient", "l2": [1.0, 1.0]},
    ]
    assert movements(make_view({"layers": layers})).values.tolist() == [[0.01, 0.02]]
    assert movements(make_view({"layers": layers[:2]})).values.tolist() == [[0.0, 0.0]]


def test_a_kernel_of_few_numbers_is_as_large_as_its_shape_calls_for(make_view):
    weight = {"layer": "a", "kind": "weight", "count": 2, "shape": [2, 1], "l2": [3.0, 0.01]}
    update = {"layer": "a", "kind": "update", "count": 2, "update_ratio": [0.1, 9.0]}
    found = movements(make_view({"layers": [weight, update]})).values[0]
    # It was 3 before, which is above the sqrt(2 * 2 / (2 + 1)) of a drawn one.
    assert found == pytest.approx([0.1, 9.0 * 0.01 / 3])
    small = [weight | {"l2": [0.02, 0.01]}, update]
    drawn = np.sqrt(2 * 2 / 3)
    expected = np.array([0.1 * 0.02, 9.0 * 0.01]) / drawn
    assert movements(make_view({"layers": small})).values[0] == pytest.approx(expected)
    large = [weight | {"count": 100, "shape": [10, 10]}, update | {"count": 100}]
    assert movements(make_view({"layers": large})).values[0] == pytest.approx([0.1, 9.0])
