import numpy as np
import pytest
from scipy import stats

from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import STATISTICS, RunView
from insight_lib.series.series import Series
from tests.bench.risk.baselines.deepfd import deepfd_features, loss_monitors, summary
from tests.bench.risk.baselines.last_values import LAST_VALUES, last_values, rank_among_peers
from tests.bench.risk.baselines.powerlaw import powerlaw_baseline, powerlaw_features
from tests.bench.risk.baselines.rules_alone import rules_alone

STEPS = np.arange(0, 400, 10)
FALLING = 0.2 + 2.0 * (1 + STEPS / 10) ** -0.7


def run_of(layers=None, **curves):
    names = {
        "loss": ("train", "epoch_loss"),
        "val_loss": ("validation", "epoch_loss"),
        "acc": ("train", "epoch_accuracy"),
        "val_acc": ("validation", "epoch_accuracy"),
    }
    scalars = {
        names[name]: Series(np.arange(1, len(values) + 1) * 10, np.array(values, dtype=float))
        for name, values in curves.items()
    }
    return RunView("run", scalars, layers or {}, None, {})


def tensor(layer, kind, depth, shape=(4, 4), **statistics):
    steps = np.arange(1, 6) * 10
    every = {name: np.full(5, np.nan) for name in STATISTICS}
    known = {name: np.broadcast_to(np.asarray(v, dtype=float), 5) for name, v in statistics.items()}
    series = TensorSeries(
        layer, "kernel", kind, depth, "Dense", "relu", shape, True, steps, every | known
    )
    return (layer, "kernel", kind), series


def test_a_power_law_is_continued():
    at = 2000
    expected = (0.2 + 2.0 * (1 + at / 10) ** -0.7) / 2.2 - 1
    assert powerlaw_baseline(STEPS, FALLING, at) == pytest.approx(expected, abs=1e-3)


def test_a_flat_curve_ends_where_it_is_and_a_rising_one_above():
    assert powerlaw_baseline(STEPS, np.full(40, 3.0), 2000) == pytest.approx(0, abs=1e-9)
    assert powerlaw_baseline(STEPS, 1 + STEPS / 100, 800) > 1


def test_points_that_are_not_finite_are_passed_over():
    values = FALLING.copy()
    values[7] = np.nan
    exact = powerlaw_baseline(STEPS, FALLING, 2000)
    assert powerlaw_baseline(STEPS, values, 2000) == pytest.approx(exact, abs=1e-2)


def test_three_points_are_no_curve():
    assert np.isnan(powerlaw_baseline(STEPS[:3], FALLING[:3], 2000))


def test_an_accuracy_is_continued_as_the_error():
    run = run_of(acc=[0.2, 0.3, 0.35, 0.38, 0.4], loss=[1, 0.9, 0.8, 0.75, 0.7])
    found = powerlaw_features(run, 200)
    assert -1 < found["b_powerlaw_score"] < 0
    assert "b_powerlaw_validation_loss" not in found


def test_last_values_are_less_where_a_run_is_better():
    found = last_values(run_of(loss=[2, 1], val_loss=[2, 1.5], val_acc=[0.5, 0.8], acc=[0.5, 0.9]))
    assert found == pytest.approx(dict(zip(LAST_VALUES, (1, 1.5, 0.2), strict=True)))


def test_a_lost_loss_is_the_worst_there_is():
    assert last_values(run_of(loss=[2, np.nan]))["b_last_train_loss"] == np.inf


def test_peers_are_runs_of_the_program_only():
    values = np.array([[1.0], [2.0], [9.0], [8.0], [np.nan]])
    ranks = rank_among_peers(values, np.array(["a", "a", "b", "b", "b"]))
    np.testing.assert_allclose(ranks, [0.25, 0.75, 0.75, 0.25, 0.5])


def test_what_is_not_known_does_not_enter_the_rank():
    values = np.array([[1.0, np.nan], [2.0, 5.0], [3.0, 4.0]])
    ranks = rank_among_peers(values, np.array(["a"] * 3))
    np.testing.assert_allclose(ranks, [1 / 6, (0.5 + 0.75) / 2, (5 / 6 + 0.25) / 2])


def test_deepfd_summarises_without_bias_as_pandas_does():
    values = np.random.default_rng(0).gamma(1.0, size=30)
    expected = [
        values.mean(),
        values.std(ddof=1),
        stats.skew(values, bias=False),
        np.median(values),
        values.max(),
        values.min(),
    ]
    assert list(summary(values).values()) == pytest.approx(expected)


def monitors_of(**curves):
    defaults = dict.fromkeys(("loss", "acc", "val_loss", "val_acc"), [0.5] * 10)
    every = defaults | curves
    return loss_monitors({name: np.array(v, dtype=float) for name, v in every.items()})


def test_deepfd_counts_a_lost_loss_and_then_judges_no_more():
    found = monitors_of(loss=[1, 1, 1, np.nan, 1, 1, 1, 1, 1, 1])
    assert found["nan_loss"].tolist() == [0, 0, 0, 1, 2, 3, 4, 5, 6, 7]
    assert found["increase_loss"].max() == 0


def test_deepfd_sees_a_gap_a_turn_and_an_accuracy_that_stands_still():
    assert monitors_of(val_acc=[0.3] * 10)["test_not_well"][-1] == 8
    falling, rising = np.linspace(1, 0, 10), np.linspace(0, 1, 10)
    turned = monitors_of(loss=falling, val_loss=rising)
    assert turned["test_turn_bad"].any()
    assert not monitors_of(loss=falling, val_loss=falling)["test_turn_bad"].any()
    assert monitors_of()["sc_accuracy"][-1] == 1
    assert monitors_of(acc=rising, val_acc=rising)["sc_accuracy"][-1] == 0


def test_deepfd_sees_swings_of_the_accuracy():
    assert monitors_of(acc=[0.5, 0.8] * 5)["unstable_loss"][-1] == 1
    assert monitors_of(acc=np.linspace(0.1, 0.9, 10))["unstable_loss"][-1] == 0


def test_deepfd_sees_gradients_that_vanish_and_units_that_died():
    layers = dict(
        [
            tensor("a", "gradient", 0, l2=1e-6, count=16, zero_fraction=0.9),
            tensor("b", "gradient", 1, l2=1.0, count=16, zero_fraction=0.8),
            tensor("a", "weight", 0, min=-9.0, max=1.0, mean=0.1, std=[1, 1, 2, 3, 4]),
        ]
    )
    found = deepfd_features(run_of(layers, loss=[1.0] * 5))
    assert found["b_deepfd_vanish_gradient_max"] == 5
    assert found["b_deepfd_explode_gradient_max"] == 0
    assert found["b_deepfd_died_relu_max"] == 5
    assert found["b_deepfd_large_weight_max"] == 5
    assert found["b_deepfd_cons_mean_weight_max"] == 4
    assert found["b_deepfd_cons_std_weight_max"] == 1


def test_deepfd_says_nothing_of_a_run_without_a_loss():
    assert deepfd_features(run_of(val_acc=[0.5, 0.6])) == {}


def test_the_rules_alone_rank_a_lost_loss_above_a_good_one():
    good = rules_alone(run_of(loss=FALLING[:8], val_loss=FALLING[:8]))["b_rules"]
    assert good < 2
    assert rules_alone(run_of(loss=[1.0, 0.9, np.nan, np.nan]))["b_rules"] >= 3
