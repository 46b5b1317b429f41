"""Layers and curves as tokens: their shapes and spans; names and order do not matter."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.risk.features.curve_tokens import CURVE_CHANNELS, CURVE_POINTS, curve_tokens
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.layer_tokens import (
    LAYER_CHANNELS,
    MOST_LAYERS,
    TIMES,
    layer_tokens,
)
from insight_lib.risk.features.measures import DECADES
from tests.risk.features.traced import layer, run_of, tensor

STEPS = range(0, 256)


def tokens_of(*tensors):
    return layer_tokens(Seen(run_of(*tensors)))


def layers(count, *, depth=True):
    return [
        part
        for place in range(count)
        for part in layer(f"l{place}", place if depth else None, steps=STEPS, seed=place,
                          update=10.0 ** -(1 + place % 5))
    ]  # fmt: skip


def of(tokens, channel):
    return tokens.values[:, :, LAYER_CHANNELS.index(channel)]


def test_layers_lie_from_the_lowest_to_the_highest():
    found = tokens_of(*layers(3))
    assert found.values.shape == (MOST_LAYERS, TIMES, len(LAYER_CHANNELS))
    assert found.values.dtype == found.depth.dtype == np.float32
    assert found.is_layer.tolist() == [True] * 3 + [False] * 13
    assert found.depth[:3].tolist() == [0, 0.5, 1]
    assert np.isnan(found.depth[3:]).all()
    assert np.isnan(found.values[3:]).all()
    assert of(found, "update_ratio")[:3, -1] == pytest.approx([-1, -2, -3], abs=0.1)
    assert np.nanmax(np.abs(found.values)) <= DECADES


def test_spans_are_equally_long_in_the_logarithm_of_the_step():
    one = tensor("update", "a", 0, steps=STEPS, l2=1.0,
                 update_ratio=[10.0 ** -(1 + sum(step >= end for end in (4, 16, 64)))
                               for step in STEPS])  # fmt: skip
    assert of(tokens_of(one), "update_ratio")[0].tolist() == [-1, -2, -3, -4]


def test_a_run_of_one_step_is_in_the_last_span():
    found = of(tokens_of(*layer("a", 0, steps=[7])), "update_ratio")[0]
    assert np.isnan(found[:-1]).all()
    assert np.isfinite(found[-1])


def test_of_many_layers_some_at_even_distances_are_taken():
    found = tokens_of(*layers(31))
    assert found.is_layer.all()
    assert found.depth == pytest.approx(np.linspace(0, 1, 16))


@pytest.mark.parametrize("depth", [True, False])
def test_neither_names_nor_the_order_of_layers_matter(depth):
    parts = layers(20, depth=depth)
    renamed = [replace(one, layer=one.layer[::-1] + "x") for one in parts][::-1]
    before, after = tokens_of(*parts), tokens_of(*renamed)
    np.testing.assert_array_equal(before.values, after.values)
    np.testing.assert_array_equal(before.depth, after.depth)


def test_a_run_of_scalars_has_no_layer():
    found = tokens_of()
    assert not found.is_layer.any()
    assert np.isnan(found.values).all()


def curves_of_run(**series):
    return curve_tokens(Seen(run_of(scalars=dict(series.pop("scalars"), **series))))


def test_curves_lie_at_even_shares_and_start_at_no_change():
    loss = [(step, 4.0 / (1 + step)) for step in range(160)]
    missing = [(step, 0.5 - 0.005 * step) for step in range(80, 100)]
    found = curves_of_run(scalars={
        ("train", "loss"): loss, ("validation", "epoch_loss"): missing})  # fmt: skip
    assert found.shape == (CURVE_POINTS, len(CURVE_CHANNELS))
    assert found.dtype == np.float32
    train = found[:, CURVE_CHANNELS.index("train_loss")]
    assert (np.diff(train) < 0).all()
    assert train[-1] == pytest.approx(-0.96, abs=0.03)
    assert np.isnan(found[:, CURVE_CHANNELS.index("return")]).all()


def test_losses_of_any_scale_have_the_same_curve():
    loss = [(step, 4.0 / (1 + step)) for step in range(50)]
    one, ten = (
        curves_of_run(scalars={("train", "loss"): [(at, k * value) for at, value in loss]})
        for k in (1.0, 10.0)
    )
    np.testing.assert_allclose(one, ten, rtol=1e-5, equal_nan=True)


def test_a_loss_that_becomes_nan_is_seen_to():
    loss = [(step, 1.0 if step < 80 else np.nan) for step in range(160)]
    bad = curves_of_run(scalars={("train", "loss"): loss})[
        :, CURVE_CHANNELS.index("train_nonfinite")
    ]
    assert bad.tolist() == [0.0] * 8 + [1.0] * 8
