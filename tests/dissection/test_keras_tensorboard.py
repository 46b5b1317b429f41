"""Runs that only Keras's own TensorBoard callback wrote: real trainings, diagnosed."""

import keras
import numpy as np
import pytest

from insight_lib.dissection.diagnose import diagnose


@pytest.fixture(scope="module")
def findings_of(tmp_path_factory):
    """Train with a hidden layer that may be frozen; return what is found."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(256, 8)).astype(np.float32)
    y = (x @ rng.normal(size=8) > 0).astype(np.float32)

    def train(*, frozen):
        keras.utils.set_random_seed(1)
        names = ("low", "middle", "high")
        hidden = [keras.layers.Dense(32, activation="relu", name=name) for name in names]
        model = keras.Sequential([keras.Input((8,)), *hidden, keras.layers.Dense(1)])
        model.get_layer("middle").trainable = not frozen
        model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
        log_dir = tmp_path_factory.mktemp("logs") / "run"
        board = keras.callbacks.TensorBoard(log_dir, histogram_freq=1, write_graph=False)
        model.fit(x, y, epochs=8, verbose=0, callbacks=[board])
        return [(one.rule, one.layer, one.severity) for one in diagnose(log_dir).findings]

    return train


def test_a_layer_that_was_frozen_is_named_by_its_weights_alone(findings_of):
    [(rule, layer, severity)] = findings_of(frozen=True)
    assert (rule, layer.rpartition("/")[2], severity) == ("blind_spot", "middle", "warning")


def test_of_a_healthy_run_nothing_is_found(findings_of):
    assert findings_of(frozen=False) == []
