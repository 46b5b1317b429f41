"""The set network's answers do not depend on what must not matter; it refuses what does not fit."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.set_network import Channels


def test_the_order_of_layers_does_not_matter(drawn_runs, untrained):
    inputs, _ = drawn_runs(30, 3)
    order = np.random.default_rng(4).permutation(inputs.depth.shape[1])
    shuffled = replace(
        inputs,
        layers=inputs.layers[:, order],
        depth=inputs.depth[:, order],
        is_layer=inputs.is_layer[:, order],
    )
    np.testing.assert_allclose(untrained.log_odds(shuffled), untrained.log_odds(inputs), atol=1e-9)
    np.testing.assert_allclose(untrained.kinds(shuffled), untrained.kinds(inputs), atol=1e-9)


def test_which_depth_a_layer_has_matters(drawn_runs, untrained):
    inputs, _ = drawn_runs(30, 3)
    upside_down = replace(inputs, depth=1.0 - inputs.depth)
    several = inputs.is_layer.sum(axis=1) > 1
    differences = untrained.log_odds(upside_down) - untrained.log_odds(inputs)
    assert (np.abs(differences[several]) > 1e-6).all()


@pytest.mark.parametrize("content", [np.nan, 0.0, 1e30, np.inf])
def test_what_stands_where_no_layer_is_has_no_influence(drawn_runs, untrained, content):
    inputs, _ = drawn_runs(30, 3)
    layers, depth = inputs.layers.copy(), inputs.depth.copy()
    layers[~inputs.is_layer], depth[~inputs.is_layer] = content, content
    other = replace(inputs, layers=layers, depth=depth)
    np.testing.assert_array_equal(untrained.log_odds(other), untrained.log_odds(inputs))


def test_a_run_without_layers_has_finite_scores(drawn_runs, untrained):
    inputs, _ = drawn_runs(30, 3)
    bare = replace(inputs, is_layer=np.zeros_like(inputs.is_layer))
    assert np.isfinite(untrained.log_odds(bare)).all()
    np.testing.assert_allclose(untrained.kinds(bare).sum(axis=1), 1.0)


def test_a_run_of_which_nothing_is_known_has_finite_scores(drawn_runs, untrained):
    inputs, _ = drawn_runs(2, 3)
    nothing = replace(
        inputs,
        features=replace(inputs.features, values=np.full((2, 4), np.nan)),
        layers=np.full_like(inputs.layers, np.nan),
        curves=np.full_like(inputs.curves, np.nan),
    )
    assert np.isfinite(untrained.log_odds(nothing)).all()


def test_a_score_does_not_depend_on_the_other_runs(drawn_runs, untrained):
    inputs, _ = drawn_runs(30, 3)
    alone = np.array([untrained.log_odds(inputs.rows(np.array([i])))[0] for i in range(30)])
    np.testing.assert_allclose(alone, untrained.log_odds(inputs), atol=1e-9)


def test_no_runs_have_no_scores(drawn_runs, untrained):
    none = drawn_runs(2, 3)[0].rows(np.array([], dtype=np.intp))
    assert untrained.log_odds(none).shape == (0,)
    assert untrained.kinds(none).shape == (0, 2)


def test_other_features_are_refused_by_name(drawn_runs, untrained):
    inputs, _ = drawn_runs(3, 3)
    features = FeatureMatrix(
        inputs.features.run_ids, ("f0", "f1", "f2", "g"), inputs.features.values
    )
    with pytest.raises(InputError, match=r"2 differ \(f3, g\)"):
        untrained.log_odds(replace(inputs, features=features))


def test_other_channels_are_refused(drawn_runs, untrained):
    inputs, _ = drawn_runs(3, 3)
    others = Channels(("gradient", "update", "saturated"), inputs.channels.curve)
    with pytest.raises(InputError, match="saturated"):
        untrained.kinds(replace(inputs, channels=others))


def test_more_layers_than_in_training_are_refused(drawn_runs, untrained):
    inputs, _ = drawn_runs(3, 3)
    twice = replace(
        inputs,
        layers=np.repeat(inputs.layers, 2, axis=1),
        depth=np.repeat(inputs.depth, 2, axis=1),
        is_layer=np.repeat(inputs.is_layer, 2, axis=1),
    )
    with pytest.raises(InputError, match="layers=12"):
        untrained.log_odds(twice)
