"""A fault does harm and its twin does none, as the examples that were kept apart show."""

import math
import os
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
from sklearn.metrics import r2_score

from insight_lib.zoo.building import altered
from insight_lib.zoo.compiling import compile_model
from insight_lib.zoo.faults import FAULTS, TWINS
from insight_lib.zoo.faults.fault import Change
from insight_lib.zoo.programs import PROGRAMS

# The regression learns nearly all in so many epochs, unless a change sets their number.
EPOCHS = 3
AS_IT_IS = Change(name="as it is", programs=("wave_period",))


def explained(change, name="wave_period"):
    """Train without tracing; return R2 of the validation examples, for NaN that of a zero."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(3)
    program, rng = PROGRAMS[name], np.random.default_rng(3)
    settings = change.inject(replace(program.settings(rng), epochs=EPOCHS))
    data = change.spoil(program.load(settings, rng), rng)
    model = altered(program.build(settings, data), settings)
    steps = math.ceil(len(data.train_y) / settings.batch_size) * settings.epochs
    compile_model(model, settings, data.classes, steps)
    model.fit(
        data.train_x,
        data.train_y,
        batch_size=settings.batch_size,
        epochs=settings.epochs,
        verbose=0,
    )
    outputs = model.predict(data.validation_x, batch_size=1024, verbose=0)
    outputs = np.nan_to_num(outputs.reshape(len(outputs), -1).mean(axis=1))
    return r2_score(data.validation_y.ravel(), outputs)


def test_the_regression_learns_as_it_is():
    assert explained(AS_IT_IS) > 0.93


@pytest.mark.parametrize(
    ("fault", "most"),
    [
        ("missing_flatten", 0.1),
        ("missing_activation", 0.1),
        ("too_narrow", 0.5),
        # What lies below zero, half of the targets, is all alike to it.
        ("logarithms_of_negatives", 0.88),
    ],
)
def test_a_fault_leaves_little_that_the_regression_explains(fault, most):
    assert explained(FAULTS[fault]) < most


@pytest.mark.parametrize("twin", ["flattened_later", "narrow_but_enough"])
def test_a_twin_lets_the_regression_learn(twin):
    assert explained(TWINS[twin]) > 0.75


def test_batches_of_one_diverge_at_a_rate_that_suits_batches():
    one = FAULTS["batches_of_one"]
    suited = replace(
        one, inject=lambda settings: replace(one.inject(settings), batch_size=32, epochs=5)
    )
    assert explained(one, "friedman_regression") < 0.1
    assert explained(suited, "friedman_regression") > 0.6
    assert explained(TWINS["batches_of_one_at_a_low_rate"], "friedman_regression") > 0.5
