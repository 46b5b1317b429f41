"""Every training step has its own number, whatever its optimizers count."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from insight_lib.dealer import load
from insight_lib.tracer import LoopTracer, TensorTracer

X = np.random.default_rng(3).normal(size=(80, 4)).astype(np.float32)
Y = X[:, :1]
GENERATOR_RATE = 0.002


class Adversarial(keras.Model):
    def __init__(self):
        super().__init__()
        self.generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4)])
        self.critic = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])

    def compile(self, g_opt, d_opt):
        super().compile()
        self.g_opt, self.d_opt = g_opt, d_opt

    def train_step(self, data):
        noise = tf.ones((tf.shape(data)[0], 2))
        with tf.GradientTape(persistent=True) as tape:
            fake = self.critic(self.generator(noise))
            g_loss = tf.reduce_mean((fake - 1) ** 2)
            d_loss = tf.reduce_mean((self.critic(data) - 1) ** 2 + fake**2)
        for loss, part, optimizer in (
            (g_loss, self.generator, self.g_opt),
            (d_loss, self.critic, self.d_opt),
        ):
            weights = part.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return {"loss": g_loss + d_loss}


def adversarial():
    model = Adversarial()
    model.compile(keras.optimizers.Adam(GENERATOR_RATE), keras.optimizers.Adam(0.03))
    return model


def small(**settings):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name="out")])
    model.compile(keras.optimizers.Adam(0.01, **settings), "mean_squared_error")
    return model


def fit(model, *callbacks, epochs=1, **data):
    model.fit(**(data or {"x": X, "y": Y}), batch_size=4, epochs=epochs, verbose=0,
              callbacks=list(callbacks))  # fmt: skip


def steps(events, tag="loss"):
    return [event.step for event in events.Tensors(tag)]


def test_a_model_with_custom_optimizers_has_its_steps_numbered(tmp_path, load_stream):
    model = adversarial()
    fit(model, TensorTracer(tmp_path, every=3), x=X, epochs=2)
    assert int(model.optimizer.iterations) == 0
    events = load_stream(tmp_path / "train")
    # Such a model knows its layers' weights after its own first step at the latest.
    assert steps(events) in (list(range(0, 40, 3)), list(range(1, 40, 3)))
    assert steps(events, "epoch_loss") == [20, 40]
    rates = [float(tf.make_ndarray(e.tensor_proto)) for e in events.Tensors("learning_rate")]
    assert rates == pytest.approx([GENERATOR_RATE] * len(rates))


def test_a_model_that_is_never_called_has_its_configuration_recorded(tmp_path):
    model = adversarial()
    fit(model, TensorTracer(tmp_path), x=X)
    config = load(tmp_path)
    assert config.optimizer["name"] == "Adam"
    assert config.optimizer["learning_rate"] == pytest.approx(GENERATOR_RATE)
    assert [layer.type for layer in config.topology].count("Dense") == 2


@pytest.mark.parametrize("accumulated", [None, 4])
def test_a_second_training_goes_on_where_the_first_ended(accumulated, tmp_path, load_stream):
    model = small(gradient_accumulation_steps=accumulated)
    tracer = TensorTracer(tmp_path / "first", every=1)
    fit(model, tracer)
    fit(model, tracer)
    fit(model, TensorTracer(tmp_path / "second", every=1))
    first, second = (load_stream(tmp_path / name / "train") for name in ("first", "second"))
    assert steps(first) == list(range(40))
    assert steps(first, "epoch_loss") == [20, 40]
    assert steps(second) == list(range(40, 60))
    assert steps(second, "epoch_loss") == [60]


def test_epochs_are_numbered_where_steps_are_executed_several_at_once(tmp_path, load_stream):
    model = small()
    model.compile("sgd", "mean_squared_error", steps_per_execution=8)
    with pytest.warns(UserWarning, match="steps_per_execution is 8"):
        fit(model, TensorTracer(tmp_path), epochs=2)
    assert steps(load_stream(tmp_path / "train"), "epoch_loss") == [20, 40]
    assert int(model.optimizer.iterations) == 40


def test_a_loop_that_accumulates_and_goes_on_counts_its_steps(tmp_path, load_stream):
    model = small()
    optimizer = keras.optimizers.Adam(0.01, gradient_accumulation_steps=4)

    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    for name in ("first", "second"):
        with LoopTracer(tmp_path / name, model, optimizer, every=1) as tracer:
            step = tracer.step(train_step)
            for _ in range(6):
                step(X, Y)
    assert steps(load_stream(tmp_path / "first" / "train")) == list(range(6))
    assert steps(load_stream(tmp_path / "second" / "train")) == list(range(6, 12))
