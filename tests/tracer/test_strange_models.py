"""Models of every make are traced, and their weights stay bit for bit those without."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from insight_lib.tracer import TensorTracer
from tests.tracer.repeated import check_same

RNG = np.random.default_rng(3)
X = RNG.normal(size=(96, 8)).astype(np.float32)
Y = RNG.integers(0, 3, 96)
SEQUENCES = RNG.normal(size=(96, 6, 8)).astype(np.float32)


def _fit(model, x=X, y=Y, loss="sparse_categorical_crossentropy", optimizer="adam"):
    model.compile(optimizer, loss)
    return model, (x, y)


def subclassed():
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [keras.layers.Dense(5, activation="relu") for _ in range(2)]
            self.head = keras.layers.Dense(3, activation="softmax")

        def call(self, inputs, training=False):
            x = inputs
            for block in self.blocks:
                x = block(x)
            if training:
                x = x * 1.5
            return self.head(x)

    return _fit(Net())


def sequential_without_input():
    layers = [keras.layers.Dense(6, "tanh"), keras.layers.BatchNormalization()]
    layers += [keras.layers.Dropout(0.3), keras.Sequential([keras.layers.Dense(5, "relu")])]
    return _fit(keras.Sequential([*layers, keras.layers.Dense(3, "softmax")]))


def lambdas_and_shared_layers():
    shared = keras.layers.Dense(8, activation="elu")
    x = inputs = keras.Input((8,))
    x = keras.layers.Lambda(lambda t: t * 2)(shared(shared(x)))
    return _fit(keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x)))


def recurrent():
    x = inputs = keras.Input((None, 8))
    x = keras.layers.Bidirectional(keras.layers.GRU(4, return_sequences=True, dropout=0.2))(x)
    x = keras.layers.LSTM(4, recurrent_dropout=0.2)(x)
    outputs = keras.layers.Dense(3, activation="softmax")(x)
    return _fit(keras.Model(inputs, outputs), SEQUENCES)


def attention():
    x = inputs = keras.Input((6, 8))
    attended = keras.layers.MultiHeadAttention(2, 4, dropout=0.1)(x, x)
    x = keras.layers.LayerNormalization()(x + attended)
    x = keras.layers.GlobalAveragePooling1D()(x)
    outputs = keras.layers.Dense(3, activation="softmax")(x)
    optimizer = keras.optimizers.AdamW(1e-3, clipnorm=0.5)
    return _fit(keras.Model(inputs, outputs), SEQUENCES, optimizer=optimizer)


def convolution_with_normalization_and_dropout():
    layers = [keras.Input((4, 2, 1)), keras.layers.Conv2D(4, 2, padding="same")]
    layers += [keras.layers.BatchNormalization(), keras.layers.ReLU(), keras.layers.Dropout(0.3)]
    layers += [keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")]
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
    return _fit(keras.Sequential(layers), X.reshape(-1, 4, 2, 1), optimizer=optimizer)


def mixed_precision():
    layers = [keras.layers.Dense(16, activation="relu", dtype="mixed_float16")]
    layers += [keras.layers.Dense(3, activation="softmax", dtype="float32")]
    optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(1e-3))
    return _fit(keras.Sequential([keras.Input((8,)), *layers]), optimizer=optimizer)


def several_inputs_outputs_and_weights():
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    x = keras.layers.Concatenate()([left, right])
    outputs = {
        "kind": keras.layers.Dense(3, activation="softmax", name="kind")(x),
        "size": keras.layers.Dense(1, name="size")(x),
    }
    model = keras.Model({"left": left, "right": right}, outputs)
    losses = {"kind": "categorical_crossentropy", "size": "mean_squared_error"}
    labels = {"kind": np.eye(3)[Y], "size": X[:, :1]}
    weights = {"kind": np.abs(X[:, 0]), "size": np.ones(96)}
    model.compile("rmsprop", losses)
    data = tf.data.Dataset.from_tensor_slices(({"left": X, "right": X}, labels, weights))
    return model, (data.batch(16),)


def adversarial():
    class Adversarial(keras.Model):
        def __init__(self):
            super().__init__()
            self.generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
            self.critic = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
            self.seed = keras.random.SeedGenerator(7)
            self.slow = keras.optimizers.Adam(1e-3)
            self.fast = keras.optimizers.Adam(1e-2)

        def call(self, inputs):
            return self.critic(inputs)

        def train_step(self, data):
            noise = keras.random.normal((tf.shape(data)[0], 4), seed=self.seed)
            with tf.GradientTape(persistent=True) as tape:
                fake = self.critic(self.generator(noise, training=True))
                real = self.critic(data)
                losses = {"g": tf.reduce_mean((fake - 1) ** 2)}
                losses["d"] = tf.reduce_mean((real - 1) ** 2 + fake**2)
            for name, part, optimizer in (
                ("g", self.generator, self.slow),
                ("d", self.critic, self.fast),
            ):
                gradients = tape.gradient(losses[name], part.trainable_weights)
                optimizer.apply(gradients, part.trainable_weights)
            return losses

    model = Adversarial()
    model.compile()
    return model, (X,)


def generator_of_batches():
    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 5

        def __getitem__(self, index):
            return X[index * 8 : index * 8 + 8], Y[index * 8 : index * 8 + 8]

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("adagrad", "sparse_categorical_crossentropy")
    return model, (Batches(),)


MODELS = [
    subclassed,
    sequential_without_input,
    lambdas_and_shared_layers,
    recurrent,
    attention,
    convolution_with_normalization_and_dropout,
    mixed_precision,
    several_inputs_outputs_and_weights,
    adversarial,
    generator_of_batches,
]


def _train(make, callbacks=()):
    keras.backend.clear_session()
    keras.utils.set_random_seed(11)
    model, data = make()
    model.fit(*data, epochs=2, verbose=0, callbacks=list(callbacks), shuffle=False)
    return model.get_weights()


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_a_model_is_traced_and_trains_as_if_it_were_not(make, tmp_path, load_stream, recwarn):
    traced, plain = _train(make, [TensorTracer(tmp_path)]), _train(make)
    check_same(traced, plain, lambda: _train(make))
    assert not [str(each.message) for each in recwarn if "TensorTracer" in str(each.message)]
    tags = load_stream(tmp_path / "train").Tags()["tensors"]
    assert any(tag.endswith("/kernel/gradient/stats") for tag in tags)


def test_a_stack_without_input_shapes_is_traced_from_its_first_step_on(tmp_path, load_stream):
    _train(sequential_without_input, [TensorTracer(tmp_path)])
    assert load_stream(tmp_path / "train").Tensors("loss")[0].step == 0
