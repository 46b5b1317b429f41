"""What others than TensorDealer tell of a training, from what Keras and hparams really write."""

import json

import pytest

from insight_lib.events.runs.logged_config import of_keras_model, with_hparams

keras = pytest.importorskip("keras")


def told(model, *arguments, **more):
    model.compile(*arguments, **more)
    return json.loads(of_keras_model(model.to_json(), "keras graph"))


def sequence(*layers):
    return keras.Sequential([keras.Input((4,)), *layers])


@pytest.fixture
def several():
    inputs = keras.Input((4,))
    outputs = {name: keras.layers.Dense(2, name=name)(inputs) for name in ("p", "q")}
    return keras.Model(inputs, outputs)


def own_loss(_labels, predictions):
    return keras.ops.mean(predictions)


class BinaryCrossentropy(keras.losses.Loss):
    """A user's loss that is called as one of Keras's."""

    def call(self, _labels, predictions):
        return keras.ops.mean(predictions)


@pytest.mark.parametrize(
    ("loss", "name", "from_logits"),
    [
        ("mse", "mean_squared_error", None),
        ("MeanSquaredError", "mean_squared_error", None),
        ("binary_crossentropy", "binary_crossentropy", None),
        (keras.losses.BinaryCrossentropy(from_logits=True), "binary_crossentropy", True),
        (keras.losses.SparseCategoricalCrossentropy(), "sparse_categorical_crossentropy", False),
        (keras.losses.binary_crossentropy, "binary_crossentropy", None),
        (["mae"], "mean_absolute_error", None),
        (own_loss, "own_loss", None),
        (lambda _labels, predictions: keras.ops.mean(predictions), "<lambda>", None),
        (BinaryCrossentropy(), "BinaryCrossentropy", None),
    ],
)
@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
def test_a_loss_has_the_name_of_its_function_and_says_what_it_takes(loss, name, from_logits):
    found = told(sequence(keras.layers.Dense(1)), "adam", loss)["loss"]
    assert (found["name"], found.get("from_logits")) == (name, from_logits)


def test_of_several_outputs_there_are_several_losses_and_no_one_loss(several):
    found = told(several, "adam", {"p": "mse", "q": "mae"}, metrics={"p": ["mae"], "q": ["mape"]})
    names = ["mean_squared_error", "mean_absolute_error"]
    assert [loss["name"] for loss in found["loss"]] == names
    assert found["metrics"] == ["mae", "mape"]
    assert found["outputs"] == ["p", "q"]


def test_a_weighted_loss_is_of_another_size_than_its_name_says():
    assert "loss" not in told(sequence(keras.layers.Dense(1)), "adam", ["mse"], loss_weights=[9.0])


def test_optimizer_metrics_and_who_told():
    rate = keras.optimizers.schedules.CosineDecay(0.1, 10)
    model = sequence(keras.layers.Dense(1, name="out"))
    found = told(model, keras.optimizers.Adam(rate, clipnorm=1.0), "mse", metrics=["mae"])
    assert (found["optimizer"]["name"], found["optimizer"]["clipnorm"]) == ("Adam", 1.0)
    assert found["optimizer"]["learning_rate"]["initial_learning_rate"] == 0.1
    assert (found["metrics"], found["outputs"], found["told_by"]) == (
        ["mae"],
        ["out"],
        "keras graph",
    )
    found = told(model, keras.optimizers.SGD(0.01), "mse")
    assert found["optimizer"]["learning_rate"] == 0.01  # held as float32


@pytest.mark.parametrize(
    ("activation", "name"),
    [
        ("softmax", "softmax"),
        (own_loss, "own_loss"),
        (keras.layers.LeakyReLU(), "leakyrelu"),
        (None, "linear"),
    ],
)
def test_an_activation_that_is_none_of_kerass_has_its_own_name(activation, name):
    layer = keras.layers.Dense(2, activation=activation)
    assert told(sequence(layer), "adam", "mse")["topology"][-1]["activation"] == name


def test_the_output_of_a_model_within_the_model_is_its_last_layers():
    inner = keras.Sequential([keras.layers.Dense(3), keras.layers.Softmax(name="end")], name="in")
    inputs = keras.Input((4,))
    found = told(keras.Model(inputs, inner(inputs)), "adam", "mse")
    assert found["outputs"] == ["in/end"]
    assert found["topology"][-1]["activation"] == "softmax"


@keras.saving.register_keras_serializable("mine")
class Dense(keras.layers.Dense):
    """A user's layer that is called as one of Keras's."""


def test_of_an_output_that_a_users_own_class_makes_nothing_is_known():
    assert told(sequence(Dense(2)), "adam", "mse")["outputs"] == [None]


@pytest.mark.parametrize("text", [None, "", "{", "[1]", "null", "{}", "[" * 9999])
def test_what_is_no_model_tells_nothing(text):
    assert of_keras_model(text, "keras graph") is None


@pytest.mark.parametrize(
    ("hparams", "optimizer"),
    [
        ({"lr": "0.1", "optimizer": "SGD"}, {"name": "SGD", "learning_rate": 0.1}),
        ({"learning_rate": "5e-05", "optim": "adamw_torch"}, ("adamw_torch", 5e-05)),
        ({"optim.lr": "0.5"}, {"learning_rate": 0.5}),
        ({"Optimizer": "<class 'torch.optim.adam.Adam'>"}, {"name": "Adam"}),
        ({"optimizer": "torch.optim.Adam", "lr": "auto"}, {"name": "Adam"}),
        ({"actor.lr": "0.1", "critic.lr": "0.2"}, None),
        ({"lr_decay": "0.1", "batch_size": "4"}, None),
    ],
)
def test_hyper_parameters_tell_of_the_optimizer(hparams, optimizer):
    found = with_hparams(None, hparams, "hparams plugin")
    if isinstance(optimizer, tuple):
        optimizer = dict(zip(("name", "learning_rate"), optimizer, strict=True))
    assert found == (
        optimizer and json.dumps({"optimizer": optimizer, "told_by": "hparams plugin"})
    )


def test_what_a_model_was_compiled_with_goes_before_hyper_parameters():
    model = sequence(keras.layers.Dense(1))
    model.compile("adam", "mse")
    stated = of_keras_model(model.to_json(), "keras graph")
    assert with_hparams(stated, {"lr": "7"}, "hparams plugin") == stated
