"""What is said of real trainings on labels of the wrong shape, with gaps, or sorted by class."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from insight_lib.dissection.diagnose import diagnose
from insight_lib.tracer import LoopTracer, TensorTracer

RNG = np.random.default_rng(5)
X = RNG.normal(size=(256, 3)).astype(np.float32)
Y = (X @ np.array([1.0, -2.0, 0.5], np.float32) + RNG.normal(size=256) / 4).astype(np.float32)


def root_causes(folder):
    found = [one for one in diagnose(folder).findings if one.severity != "info"]
    return {(one.rule, str(one.fault_type)) for one in found if one.caused_by is None}


@pytest.mark.parametrize(
    ("labels", "expected"), [(Y, {("predicts_mean", "labels")}), (Y[:, None], set())]
)
def test_labels_that_are_broadcast_against_outputs_are_named(labels, expected, tmp_path):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, "relu")])
    model.add(keras.layers.Dense(1))
    optimizer = keras.optimizers.Adam(0.02)

    def train_step(inputs, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((targets - model(inputs, training=True)) ** 2)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    with LoopTracer(tmp_path, model, optimizer, every=10) as tracer:
        step = tracer.step(train_step)
        for _ in range(20):
            for start in range(0, 256, 32):
                step(tf.constant(X[start : start + 32]), tf.constant(labels[start : start + 32]))
    assert root_causes(tmp_path) == expected


def test_missing_labels_are_the_cause_of_a_loss_that_is_not_finite(tmp_path):
    gaps = Y.copy()
    gaps[100] = np.nan
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    tracer = TensorTracer(tmp_path, every=1)
    model.fit(X, gaps, batch_size=32, epochs=2, shuffle=False, verbose=0, callbacks=[tracer])
    found = diagnose(tmp_path).findings
    assert (found[0].rule, found[0].severity, found[0].first_step) == (
        "non_finite_labels",
        "error",
        3,
    )
    assert {one.caused_by for one in found[1:] if one.severity == "error"} == {"non_finite_labels"}


@pytest.mark.parametrize(
    ("is_sorted", "expected"),
    [(True, {("validation_unlike_training", "validation")}), (False, set())],
)
def test_a_split_of_sorted_data_is_no_overfitting(is_sorted, expected, tmp_path):
    classes = np.arange(256) // 64 if is_sorted else np.arange(256) % 4
    inputs = (np.eye(4)[classes] + RNG.normal(size=(256, 4)) / 4).astype(np.float32)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, "softmax")])
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(0.1), loss, metrics=["accuracy"])
    tracer = TensorTracer(tmp_path, every=6)
    model.fit(inputs, classes, validation_split=0.25, epochs=8, verbose=0, callbacks=[tracer])
    assert root_causes(tmp_path) == expected


@pytest.mark.parametrize(
    ("flatten", "expected"), [(False, {("missing_flatten", "layers")}), (True, set())]
)
def test_a_flatten_that_is_missing_is_named(flatten, expected, tmp_path):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((3, 1))])
    model.add(keras.layers.Dense(16, "relu", name="hidden"))
    if flatten:
        model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(1))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    tracer = TensorTracer(tmp_path, every=10)
    model.fit(X[:, :, None], Y, batch_size=32, epochs=20, verbose=0, callbacks=[tracer])
    assert root_causes(tmp_path) == expected
    if not flatten:
        (finding,) = (one for one in diagnose(tmp_path).findings if one.rule == "missing_flatten")
        assert (finding.layer, finding.remedy["to"]) == ("hidden", "Flatten")
