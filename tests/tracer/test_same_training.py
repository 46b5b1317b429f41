"""Tracing does not change the training, and leaves nothing behind on the model."""

from functools import partial

import keras
import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.tracer import TensorTracer, ValidationPredictions
from tests.tracer.repeated import check_same

ROWS = 96


def _perceptron():
    x = inputs = keras.Input((5,))
    x = keras.layers.Dense(16, activation="relu")(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.4)(x)
    return keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(x))


def _convolution():
    x = inputs = keras.Input((5, 1))
    x = keras.layers.Conv1D(4, 2, activation="tanh")(x)
    x = keras.layers.GaussianNoise(0.1)(x)
    x = keras.layers.Flatten()(x)
    return keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(x))


def _embedding():
    x = inputs = keras.Input((5,))
    x = keras.layers.Embedding(4, 3)(x)
    x = keras.layers.LSTM(4, dropout=0.3)(x)
    return keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(x))


def _data():
    rng = np.random.default_rng(2)
    return rng.integers(0, 4, (ROWS, 5)).astype(np.float32), rng.integers(0, 2, ROWS)


def _train(build, callbacks=(), *, seed=11, **settings):
    keras.utils.set_random_seed(seed)
    model = build()
    model.compile("adam", "binary_crossentropy", **settings)
    x, y = _data()
    history = model.fit(
        x, y, batch_size=16, epochs=2, validation_data=(x, y), verbose=0, callbacks=list(callbacks)
    )
    return model, history.history


def _numbers(build, callbacks=(), **settings):
    """Return the final weights and every loss and metric of the history."""
    model, history = _train(build, callbacks, **settings)
    return model.get_weights() + [np.array(history[name]) for name in sorted(history)]


@pytest.mark.parametrize("build", [_perceptron, _convolution, _embedding])
def test_weights_and_losses_are_bit_for_bit_those_of_an_untraced_training(build, tmp_path):
    predictions = ValidationPredictions(*_data())
    traced = _numbers(build, [TensorTracer(tmp_path, predictions=predictions)])
    check_same(traced, _numbers(build), lambda: _numbers(build))


def test_another_seed_gives_another_training():
    assert _numbers(_perceptron, seed=12)[0].tobytes() != _numbers(_perceptron)[0].tobytes()


def test_eager_training_is_traced_and_the_same(tmp_path, load_stream):
    tracer = TensorTracer(tmp_path, every=4)
    traced = _numbers(_perceptron, [tracer], run_eagerly=True)
    untraced = partial(_numbers, _perceptron, run_eagerly=True)
    check_same(traced, untraced(), untraced)
    assert [event.step for event in load_stream(tmp_path / "train").Tensors("loss")] == [0, 4, 8]


def test_a_recurrent_layer_is_traced_with_the_weights_of_its_cell(tmp_path, load_stream):
    _train(_embedding, [TensorTracer(tmp_path)])
    tags = load_stream(tmp_path / "train").Tags()["tensors"]
    kinds = {tag.rpartition("/")[0] for tag in tags if tag.startswith("lstm") and "stats" in tag}
    assert {name.partition("/")[2] for name in kinds} == {
        "output/activation",
        *(
            f"lstm_cell/{tensor}/{kind}"
            for tensor in ("kernel", "recurrent_kernel", "bias")
            for kind in ("weight", "gradient", "update")
        ),
    }


class _StopEarly(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 - Keras's signature
        if batch == 1:
            self.model.stop_training = True


def test_the_model_has_its_own_methods_back_after_training(tmp_path):
    model, _ = _train(_perceptron, [TensorTracer(tmp_path, every=2), _StopEarly()])
    assert "train_step" not in vars(model)
    assert "compute_loss" not in vars(model)
    assert "apply" not in vars(model.optimizer)
    assert not any("call" in vars(layer) for layer in model.layers)
    assert type(model.train_function).__name__ == "function"


def test_a_training_that_ends_by_an_error_leaves_the_model_untraced(tmp_path):
    keras.utils.set_random_seed(1)
    model = _perceptron()
    model.compile("adam", "binary_crossentropy")
    x, _ = _data()
    with pytest.raises(ValueError, match="shape"):
        model.fit(
            x, np.zeros((ROWS, 3)), callbacks=[TensorTracer(tmp_path)], batch_size=16, verbose=0
        )
    assert "train_step" not in vars(model)
    assert type(model.train_function).__name__ == "function"


class _Interrupt(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):  # noqa: ARG002 - Keras's signature
        if batch == 2:
            raise KeyboardInterrupt


def test_an_interrupted_training_leaves_the_model_as_it_was_and_can_go_on(tmp_path):
    model, _ = _train(_perceptron)
    own = model.train_function
    x, y = _data()
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, y, callbacks=[TensorTracer(tmp_path), _Interrupt()], batch_size=16, verbose=0)
    assert model.train_function is own
    assert "train_step" not in vars(model)
    assert not any("call" in vars(layer) for layer in model.layers)
    model.fit(x, y, batch_size=16, verbose=0)


def test_steps_in_one_execution_are_not_traced_and_that_is_said(tmp_path, load_stream):
    with pytest.warns(UserWarning, match="steps_per_execution is 3; compile with 1"):
        _train(_perceptron, [TensorTracer(tmp_path)], steps_per_execution=3)
    tags = load_stream(tmp_path / "train").Tags()["tensors"]
    assert tags == ["epoch_loss"]


def test_a_cadence_below_one_is_refused(tmp_path):
    with pytest.raises(InputError, match="every is 0"):
        TensorTracer(tmp_path, every=0)
