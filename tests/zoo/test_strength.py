"""Faults between harmless and full strength."""

import os
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.faults import FAULTS
from insight_lib.zoo.loops import LOOP_FAULTS, LOOPS
from insight_lib.zoo.programs import PROGRAMS
from insight_lib.zoo.strength import weakened_data, weakened_loop, weakened_settings


@pytest.fixture
def own():
    return PROGRAMS["wine_mlp"].settings(np.random.default_rng(0))


def table(value):
    rows = np.full((1000, 3), float(value))
    labels = np.full(1000, int(value))
    return Dataset(rows, labels, rows[:400], labels[:400], features=3, classes=2)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_at_full_strength_a_fault_is_as_it_was_injected(own, name):
    faulty = FAULTS[name].inject(own)
    assert weakened_settings(own, faulty, 1.0) == faulty


def test_half_a_fault_is_the_geometric_mean_of_the_rates_and_the_mean_of_the_dropouts(own):
    healthy = replace(own, learning_rate=1e-2, dropout=0.1, batch_size=4, activation="relu")
    faulty = replace(own, learning_rate=1e-6, dropout=0.9, batch_size=64, activation="tanh")
    half = weakened_settings(healthy, faulty, 0.5)
    assert half.learning_rate == pytest.approx(1e-4)
    assert half.dropout == pytest.approx(0.5)
    assert (half.batch_size, half.activation) == (16, "tanh")


@pytest.mark.parametrize("strength", [0.1, 0.6])
def test_a_share_of_the_examples_is_spoiled_in_both_parts(strength):
    mixed = weakened_data(table(0), table(1), strength, np.random.default_rng(0))
    assert mixed.train_y.mean() == pytest.approx(strength, abs=0.05)
    assert mixed.validation_y.mean() == pytest.approx(strength, abs=0.08)
    assert np.array_equal(mixed.train_x[:, 0], mixed.train_y)


def test_inputs_of_several_names_are_spoiled_in_the_same_rows():
    clean, spoiled = (
        replace(table(value), train_x={"a": np.full(1000, value), "b": np.full((1000, 2), value)})
        for value in (0, 1)
    )
    mixed = weakened_data(clean, spoiled, 0.5, np.random.default_rng(0))
    assert np.array_equal(mixed.train_x["a"], mixed.train_x["b"][:, 1])
    assert np.array_equal(mixed.train_x["a"], mixed.train_y)


def test_a_fault_that_takes_examples_away_has_one_strength():
    fewer = replace(table(1), train_y=np.ones(10, int), train_x=np.ones((10, 3)))
    assert weakened_data(table(0), fewer, 0.1, np.random.default_rng(0)) is fewer


def test_options_of_a_loop_lie_between_healthy_and_faulty_ones():
    loop = LOOPS["cartpole_actor_critic"].settings(np.random.default_rng(0))
    faulty = LOOP_FAULTS["advantage_of_wrong_sign"].inject(loop)
    assert weakened_loop(loop, faulty, 1.0) == faulty
    half = weakened_loop(loop, faulty, 0.5)
    assert half.options["advantage"] == pytest.approx(0.0)
    assert half.options["entropy"] == loop.options["entropy"]
