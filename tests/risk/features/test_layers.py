"""Features of layers: their values where the answer is known; names and order do not matter."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_lib.dissection.run.view import STATISTICS
from insight_lib.risk.features.catalogue import FEATURES, features_of
from insight_lib.risk.features.feature import Group, Seen, Unit
from insight_lib.risk.features.layers_activations import ACTIVATION_FEATURES
from insight_lib.risk.features.layers_gradients import GRADIENT_FEATURES
from insight_lib.risk.features.layers_updates import UPDATE_FEATURES
from insight_lib.risk.features.layers_weights import WEIGHT_FEATURES
from insight_lib.risk.features.measures import DECADES
from insight_lib.risk.features.quantity import Quantity, row_medians, slope_over_depth
from insight_lib.risk.landmarks import until
from tests.risk.features.traced import layer, run_of, tensor

OF_LAYERS = (*GRADIENT_FEATURES, *UPDATE_FEATURES, *ACTIVATION_FEATURES, *WEIGHT_FEATURES)
STEPS = [*range(12), 20, 40, 80, 160]


def known(*tensors, **more):
    """Return what the features of layers know of a run."""
    seen = Seen(run_of(*tensors, **more))
    values = {one.name: one.compute(seen) for one in OF_LAYERS}
    return {name: value for name, value in values.items() if math.isfinite(value)}


def three(**of_each):
    """Return three layers; an argument is the value of each."""
    return [
        part
        for place in range(3)
        for part in layer(
            f"dense_{place}",
            place,
            steps=STEPS,
            seed=place,
            **{name: values[place] for name, values in of_each.items()},
        )
    ]


def test_updates_are_told_by_the_layers_that_move_least_and_most_and_the_middle_one():
    found = known(*three(update=[1e-5, 1e-3, 1e-1]))
    assert found["update_ratio_least"] == pytest.approx(-5, abs=0.05)
    assert found["update_ratio_median"] == pytest.approx(-3, abs=0.05)
    assert found["update_ratio_greatest"] == pytest.approx(-1, abs=0.05)
    assert found["update_ratio_distance"] == pytest.approx(0, abs=0.05)
    assert found["update_ratio_depth_slope"] == pytest.approx(4, abs=0.1)
    assert found["update_ratio_drift"] == pytest.approx(0, abs=0.05)
    assert found["update_turn_share"] == pytest.approx(0.2)
    assert found["update_still_share"] == 0


def test_a_layer_that_does_not_move_is_at_the_bound_and_counts_as_still():
    found = known(*three(update=[0.0, 1e-3, 1e-3]))
    assert found["update_ratio_least"] == -DECADES
    assert found["update_still_share"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(("sizes", "slope"), [([1e-4, 1e-2, 1.0], 4), ([1.0, 1e-2, 1e-4], -4)])
def test_a_vanishing_gradient_rises_with_depth_and_an_exploding_one_falls(sizes, slope):
    found = known(*three(gradient=sizes))
    assert found["gradient_depth_slope"] == pytest.approx(slope, abs=0.1)
    assert found["gradient_weakest"] == pytest.approx(-2, abs=0.05)


def test_gradients_of_any_scale_are_the_same_to_all_features():
    large, small = (known(*three(gradient=[k, 2 * k, 3 * k])) for k in (1e9, 1e-9))
    assert large == pytest.approx(small)


def test_a_gradient_that_grows_by_a_factor_of_ten_a_step_has_grown_peaked_and_no_noise():
    steps = range(8)
    found = known(tensor("gradient", "a", 0, steps=steps, l2=10.0 ** np.arange(8)))
    assert found["gradient_growth"] == DECADES
    assert found["gradient_peak"] == pytest.approx(3.5)
    # A steady growth moves by as much each step: the noise is that of its moves.
    assert found["gradient_noise"] == pytest.approx(1.4826 / math.sqrt(2))


def test_shares_are_of_the_layer_with_most_and_of_the_middle_one():
    dead = (0.0, 0.2, 0.9)
    outputs = [
        tensor("activation", name, place, steps=STEPS, std=1.0, dead_fraction=share)
        for place, (name, share) in enumerate(zip("abc", dead, strict=True))
    ]
    end = tensor("activation", "out", 3, steps=STEPS, std=1.0, dead_fraction=1.0)
    found = known(*outputs, end)
    assert found["dead_share_greatest"] == pytest.approx(0.9)
    assert found["dead_share_median"] == pytest.approx(0.2)
    assert found["dead_share_drift"] == 0


def test_a_tensor_with_nan_at_a_quarter_of_its_steps_is_counted_so():
    broken = [0.0, 0.0, 0.0, 0.5]
    found = known(tensor("weight", "a", 0, steps=range(4), l2=1.0, nan_fraction=broken))
    assert found["weight_nonfinite_share"] == 0.25


def test_probabilities_are_decided_by_their_spread():
    one = tensor(
        "activation", "out", 0, steps=STEPS, activation="softmax", shape=(4,), std=math.sqrt(3) / 4
    )
    assert known(one)["output_decided_share"] == pytest.approx(1.0)
    of_two = replace(
        one,
        activation="sigmoid",
        shape=(1,),
        statistics=one.statistics | {"std": np.full(len(STEPS), 0.25)},
    )
    assert known(of_two)["output_decided_share"] == pytest.approx(0.5)
    assert "output_decided_share" not in known(replace(one, activation="linear"))


def test_weights_tell_how_far_they_went_and_how_much_they_grew():
    weights = tensor(
        "weight",
        "a",
        0,
        steps=range(8),
        l2=[1, 1, 2, 3, 5, 8, 100, 100],
        change_since_start=[0, 0.1, 0.2, 0.3, 0.4, 0.5, 10.0, 10.0],
    )
    found = known(weights)
    assert found["weight_growth_median"] == pytest.approx(2)
    assert found["weight_distance_median"] == pytest.approx(1)


def renamed(run, names):
    """Return the run with other layer names, its tensors in another order."""
    turned = list(run.layers.values())[::-1]
    layers = [replace(one, layer=names[one.layer]) for one in turned]
    return replace(run, layers={(one.layer, one.tensor, one.kind): one for one in layers})


@pytest.mark.parametrize("with_depth", [True, False])
def test_neither_names_nor_the_order_of_layers_matter(with_depth):
    parts = three(update=[1e-5, 1e-3, 1e-1], gradient=[1.0, 2.0, 5.0], spread=[0.1, 1.0, 7.0])
    if not with_depth:
        parts = [replace(one, depth=None) for one in parts]
    run = run_of(*parts)
    names = {"dense_0": "z", "dense_1": "a/b", "dense_2": "m"}
    assert features_of(Seen(renamed(run, names))) == pytest.approx(features_of(Seen(run)))


def test_layers_of_unknown_depth_have_no_slope():
    found = known(*(replace(one, depth=None) for one in three()))
    assert not [name for name in found if "depth" in name]
    assert "update_ratio_median" in found


def test_scalars_alone_tell_nothing_of_layers_and_nothing_is_made_up():
    loss = [(step, 1 / (step + 1)) for step in range(30)]
    found = features_of(Seen(run_of(scalars={("train", "loss"): loss})))
    groups = {one.group for one in FEATURES if one.name in found}
    assert groups <= {Group.TRAIN_LOSS, Group.FINDINGS, Group.OPTIMIZER}
    assert Group.TRAIN_LOSS in groups


def test_what_comes_after_the_cut_off_changes_nothing():
    run = run_of(*three())
    later = {
        key: replace(
            one,
            statistics={
                name: np.where(one.steps > 20, 1e6, values)
                for name, values in one.statistics.items()
            },
        )
        for key, one in run.layers.items()
    }
    before = features_of(Seen(until(run, 20)))
    assert before == features_of(Seen(until(replace(run, layers=later), 20)))
    assert before != features_of(Seen(run))


def test_half_the_cadence_moves_no_feature_of_layers_far():
    every = known(*three(update=[1e-4, 1e-3, 1e-2]))
    run = run_of(*three(update=[1e-4, 1e-3, 1e-2]))
    thinned = {
        key: replace(
            one,
            steps=one.steps[1::2],
            statistics={name: values[1::2] for name, values in one.statistics.items()},
        )
        for key, one in run.layers.items()
    }
    seen = Seen(replace(run, layers=thinned))
    moved = {
        one.name: abs(value - every[one.name])
        for one in OF_LAYERS
        if math.isfinite(value := one.compute(seen)) and one.name in every
    }
    assert max(moved.values()) < 0.1, max(moved, key=moved.__getitem__)


numbers = st.one_of(
    st.floats(0, 1), st.floats(-1e300, 1e300), st.sampled_from([math.nan, math.inf, -math.inf, 0.0])
)


@st.composite
def anything(draw):
    """Return a run with any numbers in its tensors, as a damaged or foreign file may hold."""
    points = draw(st.integers(1, 5))
    return run_of(
        *(
            tensor(
                kind,
                f"l{place}",
                draw(st.sampled_from([None, 0, place])),
                steps=range(points),
                **{
                    name: draw(st.lists(numbers, min_size=points, max_size=points))
                    for name in draw(st.permutations(STATISTICS))[:6]
                },
            )
            for place in range(draw(st.integers(1, 3)))
            for kind in ("weight", "gradient", "update", "activation")
        )
    )


@settings(max_examples=60, deadline=None)
@given(anything())
def test_every_feature_is_bounded_whatever_was_written(run):
    seen = Seen(run)
    with np.errstate(all="ignore"):
        for one in OF_LAYERS:
            value = one.compute(seen)
            assert math.isnan(value) or abs(value) <= DECADES


@given(st.lists(st.lists(numbers, min_size=4, max_size=4), min_size=1, max_size=4))
def test_row_medians_are_those_of_what_is_finite(rows):
    values = np.array(rows)
    for row, found in zip(values, row_medians(values), strict=True):
        finite = row[np.isfinite(row)]
        with np.errstate(over="ignore"):
            expected = np.median(finite) if finite.size else np.nan
        assert found == pytest.approx(expected, nan_ok=True)


def test_a_layer_counts_by_its_first_and_last_quarter():
    values = np.array([[9.0, 1, 2, 3, 4, 5, 6, 7], [np.nan] * 7 + [5.0], [np.nan] * 8])
    one = Quantity(np.arange(8), values, np.zeros(3))
    assert one.start.tolist()[:2] == [5.0, 5.0]
    assert one.recent.tolist()[:2] == [6.5, 5.0]
    assert one.drift[0] == 1.5
    assert one.latest.tolist()[:2] == [7.0, 5.0]
    assert np.isnan([one.latest[2], *one.drift[1:], one.start[2], one.recent[2], one.peak[2]]).all()


def test_the_slope_over_depth_is_the_rise_of_the_fitted_line():
    depths, values = np.array([0.0, 1, 2, 5, np.nan]), np.array([1.0, 2, 3, 6, 100])
    assert slope_over_depth(depths, values) == pytest.approx(5)
    assert math.isnan(slope_over_depth(depths[:1], values[:1]))
    assert math.isnan(slope_over_depth(np.zeros(3), np.arange(3.0)))


def test_every_feature_has_a_name_of_its_own_and_words_without_it():
    names = [one.name for one in FEATURES]
    assert len(set(names)) == len(names)
    for one in FEATURES:
        assert one.meaning
        assert "_" not in one.meaning + one.say
        assert one.say == "" or "{value}" in one.say or "|" in one.say
        assert one.direction in (-1, 0, 1)
        assert one.unit in Unit


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=30), st.integers(0, 3))
def test_the_ends_of_a_row_are_the_same_beside_one_with_gaps(row, gaps):
    alone = Quantity(np.arange(len(row)), np.array([row]), np.zeros(1))
    wide = np.full((2, len(row) + gaps), np.nan)
    wide[0, gaps:] = row
    beside = Quantity(np.arange(len(row) + gaps), wide, np.zeros(2))
    assert (alone.start[0], alone.recent[0]) == (beside.start[0], beside.recent[0])
