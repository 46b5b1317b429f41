"""Features: their values on runs whose answer is known, their bounds, and no look ahead."""

import math
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_lib.lake.contract import contract
from insight_lib.risk.arrays import DECADES
from insight_lib.risk.catalogue import FEATURES, MEANINGS
from insight_lib.risk.cutoff import Cutoff
from insight_lib.risk.features import features_at
from insight_lib.series.recognition import Known
from insight_lib.series.role import Role, SeriesRole

LOSS = ("train", "loss")
EPOCH_LOSS = ("train", "epoch_loss")
VALIDATION = ("validation", "epoch_loss")


@pytest.fixture(scope="session")
def known(scalars, layer_stats) -> Callable[..., dict[str, float]]:
    """The features of one run, by its curves and its layer rows."""

    def build(curves, *layers) -> dict[str, float]:
        (row,) = features_at(scalars(curves), layer_stats(*layers), Cutoff()).to_pylist()
        return dict(row["features"])

    return build


def curve(*values):
    return [(10 * (i + 1), value) for i, value in enumerate(values)]


def test_a_run_yields_one_row_as_its_contract_says(scalars, layer_stats):
    runs = pa.concat_tables([scalars({LOSS: curve(1, 2)}, run) for run in ("logs/b", "logs/a")])
    table = features_at(runs, layer_stats({"step": 5}, run_id="logs/c"), Cutoff())
    assert table["run_id"].to_pylist() == ["logs/a", "logs/b", "logs/c"]
    assert table["cutoff_step"].to_pylist() == [20, 20, 5]
    assert contract("run_features").conform(table).equals(table)


def test_no_runs_yield_an_empty_table(scalars, layer_stats):
    assert features_at(scalars({}), layer_stats(), Cutoff()).num_rows == 0


def test_every_feature_has_a_unique_name_and_a_meaning():
    assert len(MEANINGS) == len(FEATURES)
    assert all(MEANINGS.values())


def test_what_was_not_written_is_absent(known):
    assert known({("train", "learning_rate"): curve(0.1, 0.1)}) == {}


def test_a_falling_loss_has_a_negative_change_and_slope_and_never_rises(known):
    found = known({LOSS: curve(1.0, 0.1, 0.01, 0.001)})
    assert found["loss_change"] == pytest.approx((0.001 - 1) / 1.001)
    assert found["loss_slope"] == pytest.approx(-3)
    assert found["loss_rise_share"] == 0
    assert found["loss_peak"] == 0
    assert found["loss_nonfinite_share"] == 0


def test_the_slope_is_that_of_a_least_squares_line(known):
    values = np.random.default_rng(1).uniform(0.1, 2.0, 20)
    expected = np.polyfit(np.linspace(0, 1, 20), np.log10(values), 1)[0]
    assert known({LOSS: curve(*values)})["loss_slope"] == pytest.approx(expected)


def test_a_diverging_loss_rises_peaks_and_ends_in_nan(known):
    found = known({LOSS: curve(1.0, 10.0, 100.0, math.inf, math.nan)})
    assert found["loss_nonfinite_share"] == pytest.approx(0.4)
    assert found["loss_change"] == pytest.approx(99 / 101)
    assert found["loss_peak"] == pytest.approx(2)
    assert found["loss_rise_share"] == 1


def test_a_loss_that_is_nan_throughout_says_only_that(known):
    assert known({LOSS: curve(math.nan, math.nan)}) == {"loss_nonfinite_share": 1.0}


def test_validation_worse_than_training_is_a_positive_gap(known):
    found = known({EPOCH_LOSS: curve(1.0, 0.5, 0.2), VALIDATION: curve(1.0, 0.5, 0.6)})
    assert found["validation_gap"] == pytest.approx((0.6 - 0.2) / 0.8)
    assert found["validation_loss_change"] == pytest.approx(-0.4 / 1.6)
    assert found["validation_loss_rebound"] == pytest.approx(0.1 / 1.1)


def layers_of(kind, **columns):
    """Three layers at steps 0 and 10; a column is a list of one value a layer."""
    return [
        {"layer": f"dense_{depth}", "depth": depth, "kind": kind, "step": step}
        | {name: values[depth] for name, values in columns.items()}
        for depth in range(3)
        for step in (0, 10)
    ]


@pytest.mark.parametrize("norms", [[1e-5, 1e-3, 1.0], [1.0, 1e-3, 1e-5]])
def test_a_vanishing_and_an_exploding_gradient_are_far_out_of_balance(known, norms):
    found = known({}, *layers_of("gradient", l2=norms))
    assert found["gradient_depth_imbalance"] == pytest.approx(5)
    assert found["gradient_zero_share"] == 0


def test_the_depth_imbalance_compares_elements_not_sizes_of_layers(known):
    found = known({}, *layers_of("gradient", l2=[10.0, 5.0, 1.0], count=[10_000, 2_500, 100]))
    assert found["gradient_depth_imbalance"] == pytest.approx(0)


def test_layers_of_unknown_depth_have_no_depth_imbalance(known):
    rows = [row | {"depth": None} for row in layers_of("gradient", l2=[1e-6, 1e-3, 1.0])]
    assert "gradient_depth_imbalance" not in known({}, *rows)


def test_update_ratios_are_given_by_layer_in_powers_of_ten(known):
    updates = layers_of("update", update_ratio=[1e-8, 1e-4, 1e-2])
    found = known({}, *layers_of("weight"), *updates)
    assert found["update_ratio_distance"] == pytest.approx(1)
    assert found["update_ratio_shortfall"] == pytest.approx(3)
    assert found["update_ratio_spread"] == pytest.approx(np.std([-DECADES, -4, -2]))


def test_a_frozen_layer_without_updates_stands_still(known):
    updates = layers_of("update", update_ratio=[1e-3, 1e-3, 1e-3])
    unfrozen = [row for row in updates if row["depth"] > 0]
    assert known({}, *layers_of("weight"), *unfrozen)["update_ratio_shortfall"] == pytest.approx(3)


def test_layers_that_move_enough_have_no_shortfall(known):
    updates = layers_of("update", update_ratio=[1e-3, 0.1, 1e3])
    assert known({}, *layers_of("weight"), *updates)["update_ratio_shortfall"] == 0


def test_growth_compares_the_last_traced_step_with_the_first(known):
    rows = [
        {"kind": kind, "step": s, "l2": l2}
        for kind in ("weight", "gradient")
        for s, l2 in ((0, 1.0), (5, 7.0), (9, 100.0))
    ]
    found = known({}, *rows)
    assert found["weight_growth"] == found["gradient_growth"] == pytest.approx(2)


def test_activations_give_dead_and_saturated_shares_and_scale(known):
    rows = layers_of(
        "activation",
        dead_fraction=[0.0, 0.9, 0.1],
        saturated_fraction=[0.0, 0.2, 0.7],
        l2=[10.0, 1000.0, 10.0],
        std=[10.0, 1.0, 0.1],
    )
    found = known({}, *rows)
    assert found["dead_fraction"] == 0.9
    assert found["saturated_fraction"] == 0.7
    assert found["activation_scale"] == pytest.approx(2)
    assert found["activation_depth_imbalance"] == pytest.approx(2)


def test_nan_in_a_tensor_is_given_as_a_share(known):
    found = known({}, *layers_of("weight", nan_fraction=[0.0, 0.5, 0.0], inf_fraction=[0, 0.25, 0]))
    assert found["layer_nonfinite_share"] == 0.75


# What may be written: any double, so that every feature meets NaN, infinities and both zeros.
any_value = st.floats(width=64)
some_values = st.lists(any_value, min_size=1, max_size=12)
size = st.floats(min_value=0, max_value=1e150)
share = st.none() | st.floats(0, 1)


@st.composite
def layer_row(draw):
    depth = draw(st.integers(0, 2))
    return {
        "layer": f"dense_{depth}",
        "depth": draw(st.sampled_from([None, depth])) if depth == 1 else depth,
        "kind": draw(st.sampled_from(["weight", "gradient", "update", "activation"])),
        "step": 10 * draw(st.integers(0, 8)),
        "count": draw(st.integers(0, 1000)),
        "l2": draw(size),
        "std": draw(st.none() | size),
        "zero_fraction": draw(share),
        "nan_fraction": draw(share),
        "dead_fraction": draw(share),
        "saturated_fraction": draw(share),
        "update_ratio": draw(st.none() | size),
    }


def one_a_step(rows):
    return list({(row["layer"], row["kind"], row["step"]): row for row in rows}.values())


some_layers = st.lists(layer_row(), max_size=12).map(one_a_step)


@given(train=some_values, validation=some_values, layers=some_layers)
@settings(max_examples=60, deadline=None)
def test_every_feature_is_finite_and_bounded_whatever_was_written(known, train, validation, layers):
    found = known({LOSS: curve(*train), VALIDATION: curve(*validation)}, *layers)
    assert found.keys() <= MEANINGS.keys()
    assert all(-DECADES <= value <= DECADES for value in found.values())


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_nothing_after_the_cutoff_has_any_influence(data, scalars, layer_stats):
    written = [LOSS, EPOCH_LOSS, VALIDATION][: data.draw(st.integers(1, 3))]
    curves = {name: curve(*data.draw(some_values)) for name in written}
    rows = data.draw(some_layers)
    points, layers = scalars(curves), layer_stats(*rows)
    before = features_at(points, layers, Cutoff(3, 4))
    cut = before["cutoff_step"][0].as_py()

    def changed_values(pairs):
        return [(s, v if s <= cut else data.draw(any_value)) for s, v in pairs]

    changed = {name: changed_values(pairs) for name, pairs in curves.items()}
    whole = pc.max(points["step"]).as_py()
    if whole > cut:  # a run that is cut before its end may go on in any way
        later = [(whole + 10 * i, data.draw(any_value)) for i in range(1, 5)]
        changed = {name: [*pairs, *later] for name, pairs in changed.items()}
    future = [row for row in data.draw(some_layers) if row["step"] > cut]
    past = [row for row in rows if row["step"] <= cut]
    if whole > cut or not future:
        after = features_at(scalars(changed), layer_stats(*one_a_step(past + future)), Cutoff(3, 4))
        assert after.equals(before)

    truncated = {name: [p for p in pairs if p[0] <= cut] for name, pairs in curves.items()}
    assert features_at(scalars(truncated), layer_stats(*past), Cutoff(3, 4)).equals(before)


def test_what_is_known_of_the_whole_run_is_not_known_at_the_cutoff(scalars, layer_stats):
    loss = scalars({LOSS: curve(1.0, 0.5, 0.25)})
    later = Known({"logs/a": {LOSS: SeriesRole(role=Role.KL, why="what came after the cut-off")}})
    assert features_at(loss, layer_stats(), Cutoff(), later) == features_at(
        loss, layer_stats(), Cutoff()
    )
