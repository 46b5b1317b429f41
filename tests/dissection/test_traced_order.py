"""What is said of real trainings on ordered or weighted examples, and of lagging statistics."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from insight_lib.dissection.diagnose import diagnose
from insight_lib.dissection.run.guessing.baseline import guessing_loss, uninformed_loss
from insight_lib.tracer import LoopTracer, TensorTracer
from tests.dissection.traced_views import view_of

RNG = np.random.default_rng(8)
CLASSES = np.arange(384) % 4
INPUTS = (np.eye(4)[CLASSES] + RNG.normal(size=(384, 4)) / 3).astype(np.float32)
SPARSE = "sparse_categorical_crossentropy"


def warned(folder):
    found = [one for one in diagnose(folder).findings if one.severity != "info"]
    return {(one.rule, str(one.fault_type)) for one in found if one.caused_by is None}


def train(folder, layers, x, y, loss=SPARSE, rate=0.05, metrics=("accuracy",), **settings):
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input(x.shape[1:]), *layers])
    model.compile(keras.optimizers.Adam(rate), loss, metrics=list(metrics))
    callbacks = [TensorTracer(folder)]
    model.fit(x, y, verbose=0, callbacks=callbacks, **settings)


@pytest.mark.parametrize("is_sorted", [True, False])
def test_classes_one_after_the_other_are_named(is_sorted, tmp_path):
    order = np.argsort(CLASSES, kind="stable") if is_sorted else RNG.permutation(384)
    softmax = keras.layers.Dense(4, "softmax")
    settings = {"epochs": 4, "batch_size": 16, "shuffle": False}
    train(tmp_path, [softmax], INPUTS[order], CLASSES[order], **settings)
    assert warned(tmp_path) == ({("unshuffled_data", "preprocessing")} if is_sorted else set())


@pytest.mark.parametrize("is_sorted", [True, False])
def test_quantities_in_order_are_named_in_a_loop(is_sorted, tmp_path):
    keras.utils.set_random_seed(2)
    targets = INPUTS @ np.array([[1.0], [-2.0], [0.5], [3.0]], np.float32)
    order = np.argsort(targets[:, 0]) if is_sorted else RNG.permutation(384)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    optimizer = keras.optimizers.Adam(0.05)

    def train_step(inputs, labels):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((labels - model(inputs, training=True)) ** 2)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    with LoopTracer(tmp_path, model, optimizer) as tracer:
        step = tracer.step(tf.function(train_step))
        for _ in range(8):
            for start in range(0, 384, 24):
                rows = order[start : start + 24]
                step(tf.constant(INPUTS[rows]), tf.constant(targets[rows]))
    assert warned(tmp_path) == ({("unshuffled_data", "preprocessing")} if is_sorted else set())


@pytest.mark.parametrize("momentum", [0.99, 0.7])
def test_moving_statistics_that_lag_are_no_overfitting(momentum, tmp_path):
    layers = [
        keras.layers.Dense(16),
        keras.layers.BatchNormalization(momentum=momentum, name="norm"),
        keras.layers.ReLU(),
        keras.layers.Dense(4, "softmax"),
    ]
    small = INPUTS / 50
    validation = (small[256:], CLASSES[256:])
    settings = {"epochs": 8, "batch_size": 64, "validation_data": validation}
    train(tmp_path, layers, small[:256], CLASSES[:256], rate=0.01, **settings)
    found = [one for one in diagnose(tmp_path).findings if one.severity != "info"]
    assert [one.rule for one in found] == ["lagging_batch_norm"] * (momentum == 0.99)
    for one in found:
        assert one.remedy == {"layer": "norm", "parameter": "momentum", "from": 0.99, "to": 0.9}


def test_weights_of_examples_are_in_what_guessing_costs(tmp_path):
    weights = {0: 12.0, 1: 8.0, 2: 8.0, 3: 4.0}
    settings = {"epochs": 6, "batch_size": 96, "class_weight": weights}
    train(tmp_path, [keras.layers.Dense(4, "softmax")], INPUTS, CLASSES, **settings)
    assert warned(tmp_path) == set()
    view = view_of(tmp_path)
    shares = np.array([12, 8, 8, 4]) / 32
    expected = -8 * (shares * np.log(shares)).sum()
    assert guessing_loss(view) == pytest.approx(expected, rel=0.02)
    assert uninformed_loss(view) == pytest.approx(8 * np.log(4), rel=0.02)
