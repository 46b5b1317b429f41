"""What Keras itself writes of a model's compilation."""

import pytest

from insight_lib.events.runs.keras_compile import compile_settings

keras = pytest.importorskip("keras")


def compiled(*arguments, **more):
    inputs = keras.Input((4,))
    outputs = {name: keras.layers.Dense(1, name=name)(inputs) for name in ("p", "q")}
    model = keras.Model(inputs, outputs)
    model.compile(*arguments, **more)
    return compile_settings(model.to_json())


def test_names_and_the_rate_as_it_was_set():
    found = compiled(keras.optimizers.Adam(0.003), "mse", metrics=[["mae"], ["mae"]])
    expected = {"optimizer": "Adam", "learning_rate": 0.003, "loss": "mse"}
    assert found == expected | {"metrics": [["mae"], ["mae"]]}


def test_a_schedule_is_an_object_and_objects_are_named():
    rate = keras.optimizers.schedules.CosineDecay(0.1, 10)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    found = compiled(keras.optimizers.SGD(rate), {"p": loss, "q": "mae"})
    assert found["learning_rate"]["schedule"] == "CosineDecay"
    assert found["learning_rate"]["initial_learning_rate"] == 0.1
    assert found["loss"] == {"p": "BinaryCrossentropy", "q": "mae"}
    assert "metrics" not in found


def test_a_lambda_has_no_name():
    assert compiled("sgd", lambda y, p: y - p)["loss"] == "<lambda>"


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", "null", '{"compile_config": 3}', '{"compile_config": {}}', "[" * 9999]
)
def test_what_states_nothing_gives_nothing(text):
    assert compile_settings(text) == {}


def test_a_model_that_was_not_compiled_states_nothing():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    assert compile_settings(model.to_json()) == {}
