"""Features of the configuration, of inputs and of labels; what is not recorded is not known."""

import math

import pytest

from insight_lib.risk.features.configuration import CONFIGURATION_FEATURES
from insight_lib.risk.features.data import DATA_FEATURES
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.measures import DECADES
from tests.risk.features.traced import run_of, tensor


def dense(name, source, units, activation="relu", **more):
    return {
        "name": name, "type": "Dense", "units": units, "activation": activation,
        "inputs": [source], "parameters": 100, "trainable": True, "output_shape": [None, units],
    } | more  # fmt: skip


def known(config=None, tensors=(), scalars=None):
    seen = Seen(run_of(*tensors, config=config, scalars=scalars))
    values = {one.name: one.compute(seen) for one in (*CONFIGURATION_FEATURES, *DATA_FEATURES)}
    assert all(math.isnan(value) or abs(value) <= DECADES for value in values.values())
    return {name: value for name, value in values.items() if math.isfinite(value)}


@pytest.mark.parametrize(
    "config",
    [
        None,
        {},
        {"optimizer": None, "topology": "none", "loss": 3, "data": []},
        {"optimizer": {"name": 3, "learning_rate": "fast"}, "topology": [None, 7], "outputs": 1},
    ],
)
def test_what_is_not_recorded_is_absent(config):
    assert not known(config).keys() - {"gradient_is_clipped", "weight_decay"}


@pytest.mark.parametrize(
    ("optimizer", "over_default"),
    [
        ({"name": "Adam", "learning_rate": 0.001}, 0),
        ({"name": "Adam", "learning_rate": 1.0}, 3),
        ({"name": "SGD", "learning_rate": 0.001}, -1),
        ({"name": "SGD", "learning_rate": 0.01, "momentum": 0.9}, 1),
        ({"name": "Adam", "learning_rate": {"initial_learning_rate": 0.01}}, 1),
    ],
)
def test_the_learning_rate_is_held_against_the_default_of_its_optimizer(optimizer, over_default):
    found = known({"optimizer": optimizer})
    assert found["learning_rate_over_default"] == pytest.approx(over_default)
    assert found["optimizer_is_adaptive"] == (optimizer["name"] == "Adam")
    assert found["learning_rate_is_scheduled"] == isinstance(optimizer["learning_rate"], dict)


def test_of_an_optimizer_that_nobody_knows_the_rate_says_nothing():
    found = known({"optimizer": {"name": "Mine", "learning_rate": 0.1}})
    assert "learning_rate_over_default" not in found


def test_clipping_and_decay_are_told_with_none_at_the_bound():
    plain = known({"optimizer": {"name": "Adam", "clipnorm": None}})
    assert (plain["gradient_is_clipped"], plain["weight_decay"]) == (0, -DECADES)
    held = known({"optimizer": {"name": "AdamW", "clipnorm": 1.0, "weight_decay": 0.01}})
    assert (held["gradient_is_clipped"], held["weight_decay"]) == (1, pytest.approx(-2))


def test_the_network_is_told_by_its_hidden_layers():
    topology = [
        dense("a", "in", 40, "sigmoid"),
        dense("b", "a", 20, "linear"),
        {"name": "norm", "type": "BatchNormalization", "inputs": ["b"]},
        {"name": "f", "type": "Activation", "activation": "relu", "inputs": ["norm"]},
        dense("c", "f", 2, None, regularizers={"kernel": {"name": "L2", "l2": 0.01}}),
        {"name": "drop", "type": "Dropout", "inputs": ["c"], "settings": {"rate": 0.4}},
        dense("d", "drop", 10, "softmax"),
    ]
    found = known({"topology": topology, "outputs": ["d"]})
    assert found["network_depth"] == pytest.approx(math.log10(4))
    assert found["network_narrowest"] == pytest.approx(math.log10(2 / 10))
    assert found["hidden_saturating_share"] == pytest.approx(1 / 3)
    assert found["hidden_relu_share"] == pytest.approx(1 / 3)
    assert found["hidden_linear_share"] == pytest.approx(1 / 3)
    assert found["hidden_normalised_share"] == pytest.approx(1 / 3)
    assert found["dropout_greatest"] == 0.4
    assert found["penalty_greatest"] == pytest.approx(-2)
    assert found["parameters"] == pytest.approx(math.log10(0.4))


@pytest.mark.parametrize(
    ("spread", "widest", "narrowest"),
    [(math.sqrt(2 / 50), 0, 0), (10 * math.sqrt(2 / 50), 1, 1), (0.1 * math.sqrt(1 / 50), -1, -1)],
)
def test_the_initial_width_is_held_against_what_is_called_for(spread, widest, narrowest):
    kernel = tensor("weight", "a", 0, steps=[0, 1], shape=(50, 50), std=spread, min=-1, max=1)
    found = known(tensors=[kernel])
    assert found["initial_width_greatest"] == pytest.approx(widest)
    assert found["initial_width_least"] == pytest.approx(narrowest)


def test_neither_epochs_nor_steps_that_are_planned_are_told():
    few, many = (
        known({"optimizer": {"name": "Adam"}, "hparams": {"epochs": count, "max_steps": count}})
        for count in (1, 1000)
    )
    assert few == many


def batches(prefix, **of_each):
    return {("train", f"{prefix}{tag}"): [(0, one), (1, one)] for tag, one in of_each.items()}


def test_inputs_are_told_by_their_size_offset_and_features():
    found = known(scalars=batches(
        "input/x/", mean=99.5, std=10.0, features=4, constant_features=1, nonfinite=0,
        largest_feature_scale=1000.0, median_feature_scale=1.0))  # fmt: skip
    assert found["input_scale"] == pytest.approx(2, abs=1e-4)
    assert found["input_offset"] == pytest.approx(math.log10(9.95))
    assert found["input_imbalance"] == pytest.approx(3)
    assert (found["input_constant_share"], found["input_nonfinite_share"]) == (0.25, 0)


def test_labels_are_classes_or_quantities():
    quantities = known(scalars=batches("label/", min=0.0, max=1e4, mean=100.0, std=10.0))
    assert quantities["label_scale"] == pytest.approx(4)
    assert quantities["label_offset"] == pytest.approx(1)
    assert "label_classes" not in quantities
    traced = {"min": 0, "max": 9, "mean": 4.5, "classes": 10, "rows": 32, "nonfinite": 0}
    classes = known(scalars=batches("label/", **traced))
    assert classes["label_classes"] == 1
    assert classes["batch_size"] == pytest.approx(math.log10(32))
    assert classes["label_nonfinite_share"] == 0
    assert "label_scale" not in classes


def test_labels_that_are_nan_are_seen_although_they_have_no_size():
    found = known(scalars=batches("label/", min=math.nan, max=math.nan, nonfinite=3))
    assert found == {"label_nonfinite_share": 1.0}
