"""Models of other shapes: frozen and disconnected layers, nested models, custom steps."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from insight_lib.dealer import load, record
from insight_lib.tracer import TensorTracer
from insight_lib.tracer.stats_format import STATS_FIELDS

X = np.random.default_rng(3).normal(size=(32, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.float32)


def _stats(events, tag):
    event = events.Tensors(f"{tag}/stats")[-1]
    return dict(zip(STATS_FIELDS, tf.make_ndarray(event.tensor_proto), strict=True))


@pytest.fixture(scope="module")
def odd(tmp_path_factory, load_stream):
    """A nested model with a frozen layer, a layer behind stop_gradient, and a bare ReLU."""
    run_dir = tmp_path_factory.mktemp("odd")
    keras.utils.set_random_seed(5)
    block = keras.Sequential(
        [keras.layers.Dense(3, name="inner"), keras.layers.ReLU(name="open")], name="block"
    )
    inputs = keras.Input((4,))
    cut = keras.ops.stop_gradient(keras.layers.Dense(3, name="cut")(inputs))
    frozen = keras.layers.Dense(3, name="frozen", trainable=False)(inputs)
    joined = keras.layers.Concatenate()([block(inputs), cut, frozen])
    model = keras.Model(inputs, keras.layers.Dense(1, name="out")(joined))
    model.compile("sgd", "mean_squared_error")
    model.fit(X, Y, callbacks=[TensorTracer(run_dir)], batch_size=16, verbose=0)
    return load_stream(run_dir / "train")


def test_a_frozen_layer_does_not_move_and_has_no_gradient(odd):
    assert _stats(odd, "frozen/kernel/update")["l2"] == 0
    assert _stats(odd, "frozen/kernel/weight")["l2"] > 0
    assert "frozen/kernel/gradient/stats" not in odd.Tags()["tensors"]


def test_a_layer_that_the_loss_does_not_depend_on_has_a_gradient_of_zeros(odd):
    assert _stats(odd, "cut/kernel/gradient")["zeros"] == 12
    assert _stats(odd, "cut/kernel/update")["l2"] == 0


def test_a_nested_layer_is_named_by_its_path(odd):
    assert _stats(odd, "block/inner/kernel/update")["l2"] > 0


def test_a_bare_activation_function_has_its_output_traced_only(odd):
    tags = {tag for tag in odd.Tags()["tensors"] if tag.startswith("block/open/")}
    assert tags == {"block/open/output/activation", "block/open/output/activation/stats"}
    assert _stats(odd, "block/open/output/activation")["min"] == 0


class TwoOptimizers(keras.Model):
    """A custom step, with one optimizer for each half, as adversarial networks have."""

    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(3, name="first")
        self.second = keras.layers.Dense(1, name="second")
        self.slow = keras.optimizers.SGD(0.25)
        self.fast = keras.optimizers.SGD(1.0)

    def call(self, inputs):
        return self.second(self.first(inputs))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape(persistent=True) as tape:
            loss = tf.reduce_mean((self(x, training=True)[:, 0] - y) ** 2)
        for optimizer, layer in ((self.slow, self.first), (self.fast, self.second)):
            weights = layer.trainable_weights
            optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return {"loss": loss}


def test_a_custom_step_with_two_optimizers_is_traced(tmp_path, load_stream):
    keras.utils.set_random_seed(6)
    model = TwoOptimizers()
    model.compile()
    model.fit(X, Y, callbacks=[TensorTracer(tmp_path)], batch_size=16, verbose=0)
    events = load_stream(tmp_path / "train")
    for layer, rate in (("first", 0.25), ("second", 1.0)):
        update = _stats(events, f"{layer}/kernel/update")["l2"]
        gradient = _stats(events, f"{layer}/kernel/gradient")["l2"]
        assert update == pytest.approx(rate * gradient, rel=1e-4)


class Talkative(keras.Sequential):
    def train_step(self, data):
        return super().train_step(data) | {"note": "fine", "each": np.arange(3), "rate": 0.5}


def test_of_what_a_step_returns_the_numbers_are_written_at_the_end_of_an_epoch(
    tmp_path, load_stream, recwarn
):
    model = Talkative([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error", run_eagerly=True)
    model.fit(X, Y, callbacks=[TensorTracer(tmp_path)], batch_size=16, verbose=0)
    tags = load_stream(tmp_path / "train").Tags()["tensors"]
    assert {tag for tag in tags if tag.startswith("epoch_")} == {"epoch_loss", "epoch_rate"}
    assert not [each for each in recwarn if "TensorTracer" in str(each.message)]


def test_a_data_set_of_unknown_length_is_traced_to_its_end(tmp_path, load_stream):
    keras.utils.set_random_seed(7)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    data = tf.data.Dataset.from_tensor_slices((X, Y[:, None])).filter(lambda *_: True).batch(8)
    model.fit(data, epochs=2, callbacks=[TensorTracer(tmp_path, every=1)], verbose=0)
    steps = [event.step for event in load_stream(tmp_path / "train").Tensors("loss")]
    # Keras's iterations are one more for each epoch that ended by running out of data.
    assert steps == list(range(8))
    assert int(model.optimizer.iterations) == 10


def test_gradients_are_those_before_clipping(tmp_path, load_stream):
    keras.utils.set_random_seed(8)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name="out")])
    model.compile(keras.optimizers.SGD(1.0, global_clipnorm=1e-3), "mean_squared_error")
    model.fit(X, Y, callbacks=[TensorTracer(tmp_path)], batch_size=32, verbose=0)
    events = load_stream(tmp_path / "train")
    assert _stats(events, "out/kernel/gradient")["l2"] > 0.01
    assert _stats(events, "out/kernel/update")["l2"] <= 1.0001e-3


def test_inputs_are_described_by_the_names_that_keras_gave_them(tmp_path, load_stream):
    keras.utils.set_random_seed(9)
    wide, ids = keras.Input((4,), name="wide"), keras.Input((2,), name="ids", dtype="int32")
    embedded = keras.layers.Flatten()(keras.layers.Embedding(5, 3)(ids))
    joined = keras.layers.Concatenate()([wide, embedded])
    model = keras.Model({"wide": wide, "ids": ids}, keras.layers.Dense(1)(joined))
    model.compile("sgd", "mean_squared_error")
    x = {"wide": X * [1, 1, 50, 1], "ids": np.arange(64).reshape(32, 2) % 5}
    model.fit(x, Y, callbacks=[TensorTracer(tmp_path)], batch_size=32, shuffle=False, verbose=0)
    events = load_stream(tmp_path / "train")
    names = {tag.split("/")[1] for tag in events.Tags()["tensors"] if tag.startswith("input/")}
    assert names == {"wide"}
    worst = events.Tensors("input/wide/worst_feature")[0]
    assert tf.make_ndarray(worst.tensor_proto) == 2


def test_a_configuration_is_recorded_where_there_is_none_and_left_where_there_is(tmp_path):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, name="out")])
    model.compile("sgd", "mean_squared_error")
    model.fit(X, Y, callbacks=[TensorTracer(tmp_path)], verbose=0)
    recorded = load(tmp_path)
    assert [layer.name for layer in recorded.topology if layer.type == "Dense"] == ["out"]
    record(tmp_path, model, program="mine")
    model.fit(X, Y, callbacks=[TensorTracer(tmp_path)], verbose=0)
    assert load(tmp_path).program == "mine"


def test_of_a_model_that_learns_its_shapes_from_the_data_the_shapes_are_recorded(tmp_path):
    model = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(1, name="out")])
    model.compile("sgd", "mean_squared_error")
    model.fit(X, Y, callbacks=[TensorTracer(tmp_path)], verbose=0)
    recorded = load(tmp_path)
    assert recorded.outputs == ("out",)
    assert recorded.topology[-1].weights["kernel"] == (3, 1)
