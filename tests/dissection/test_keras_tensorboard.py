"""Runs that only Keras's own TensorBoard callback wrote: real trainings, diagnosed."""

import keras
import numpy as np
import pytest

from insight_lib.dissection.diagnose import diagnose

RNG = np.random.default_rng(0)
X = RNG.normal(size=(256, 8)).astype(np.float32)
SUMS = (X @ RNG.normal(size=(8, 4))).astype(np.float32)
LABELS = {
    "one of two": (SUMS[:, 0] > 0).astype(np.float32),
    "one of four": SUMS.argmax(axis=1),
    "number": SUMS[:, 0],
}


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    """Train a model for some epochs; return what is found."""

    def train(layers, labels, *, epochs=6, histogram_freq=0, **compiled):
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((8,)), *layers])
        model.compile(**compiled)
        log_dir = tmp_path_factory.mktemp("logs") / "run"
        board = keras.callbacks.TensorBoard(log_dir, histogram_freq, write_graph=True)
        model.fit(X, LABELS[labels], 32, epochs, verbose=0, callbacks=[board])
        diagnosis = diagnose(log_dir)
        assert diagnosis.rejected == 0
        return diagnosis.findings

    return train


def dense(units, activation=None, name=None):
    return keras.layers.Dense(units, activation=activation, name=name)


@pytest.mark.parametrize("frozen", [True, False])
def test_a_layer_that_was_frozen_is_named_by_its_weights_alone(train, frozen):
    hidden = [dense(32, "relu", name) for name in ("low", "middle", "high")]
    hidden[1].trainable = not frozen
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    found = train(
        [*hidden, dense(1)], "one of two", epochs=8, histogram_freq=1, optimizer="adam", loss=loss
    )
    said = [(one.rule, one.layer.rpartition("/")[2], one.severity) for one in found]
    assert said == ([("blind_spot", "middle", "warning")] if frozen else [])


SGD = keras.optimizers.SGD
ADAM = keras.optimizers.Adam
SPARSE = "sparse_categorical_crossentropy"
FAULTY = {
    "a rate of Adam that overwrites the weights": (
        ([*(dense(32, "relu") for _ in range(3)), dense(4, "softmax")], "one of four"),
        {"optimizer": ADAM(0.5), "loss": SPARSE, "metrics": ["accuracy"]},
        ("learning_rate_too_high", "warning", "Adam with a learning rate of 0.5"),
    ),
    "a rate of SGD beyond what converges": (
        ([dense(1)], "number"),
        {"optimizer": SGD(1.5), "loss": "mse", "epochs": 3},
        ("learning_rate_too_high", "warning", "under SGD with a learning rate of 1.5"),
    ),
    "logits taken for probabilities": (
        ([dense(16, "relu"), dense(4, name="out")], "one of four"),
        {"optimizer": "adam", "loss": SPARSE, "metrics": ["accuracy"]},
        ("output_loss_mismatch", "error", "does not give probabilities"),
    ),
    "a softmax over one unit": (
        ([dense(16, "relu"), dense(1), keras.layers.Activation("softmax")], "one of two"),
        {"optimizer": "adam", "loss": keras.losses.BinaryCrossentropy()},
        ("output_loss_mismatch", "error", "a softmax over one unit is constant"),
    ),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_what_the_model_in_the_log_tells_of_a_fault_is_found(train, fault):
    arguments, compiled, (rule, severity, words) = FAULTY[fault]
    found = {one.rule: one for one in train(*arguments, **compiled)}
    assert (found[rule].severity, words in found[rule].title) == (severity, True)
    assert found[rule].evidence["told_by"] == "keras graph"


def test_histograms_of_nan_are_a_finding_with_layer_and_step(train):
    layers = [dense(8, name="low"), dense(1, name="out")]
    found = train(layers, "number", histogram_freq=1, optimizer=SGD(5.0), loss="mse")
    broken = {one.rule: one for one in found}["non_finite_tensors"]
    assert broken.severity == "error"
    assert broken.layer.rpartition("/")[2] in ("low", "out")
    assert "became NaN at step" in broken.title or "became infinite at step" in broken.title


HEALTHY = {
    "Adam": (
        ([dense(32, "relu"), dense(4, "softmax")], "one of four"),
        {"optimizer": ADAM(0.01), "loss": SPARSE, "metrics": ["accuracy"]},
    ),
    "SGD": (([dense(1)], "number"), {"optimizer": SGD(0.05), "loss": "mse"}),
    "logits": (
        ([dense(16, "relu"), dense(4)], "one of four"),
        {
            "optimizer": ADAM(0.01),
            "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        },
    ),
}


@pytest.mark.parametrize("kind", HEALTHY)
def test_of_a_healthy_run_of_the_same_kind_nothing_is_warned(train, kind):
    arguments, compiled = HEALTHY[kind]
    assert [one.rule for one in train(*arguments, **compiled) if one.severity != "info"] == []
