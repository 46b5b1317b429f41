"""What a fault can change of a program's model."""

import os
from dataclasses import replace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import pytest
import tensorflow as tf

from insight_lib.zoo.building import altered
from insight_lib.zoo.compiling import compile_model
from insight_lib.zoo.faults import FAULTS
from insight_lib.zoo.programs import PROGRAMS


@pytest.fixture
def wine():
    """The program's settings, data and healthy model."""
    program, rng = PROGRAMS["wine_mlp"], np.random.default_rng(0)
    settings = program.settings(rng)
    data = program.load(settings, rng)
    return settings, data, program.build(settings, data)


def test_only_the_named_layer_is_changed(wine):
    settings, _, model = wine
    layers = {"hidden_2": {"kernel_initializer": "zeros", "trainable": False}}
    changed = altered(model, replace(settings, layers=layers))
    assert [layer.name for layer in changed.layers] == [layer.name for layer in model.layers]
    assert not changed.get_layer("hidden_2").trainable
    assert np.abs(changed.get_layer("hidden_2").kernel.numpy()).max() == 0
    for layer in changed.layers:
        if layer.name != "hidden_2":
            assert layer.get_config() == model.get_layer(layer.name).get_config()


def test_no_gradient_passes_below_the_detached_layer(wine):
    settings, data, model = wine
    changed = altered(model, replace(settings, detached="hidden_1"))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(changed(data.train_x[:8]) ** 2)
    below, above = changed.get_layer("hidden_1").kernel, changed.get_layer("hidden_2").kernel
    gradients = tape.gradient(loss, [below.value, above.value])
    assert gradients[0] is None
    assert np.abs(gradients[1].numpy()).max() > 0


def test_a_layer_that_the_model_has_not_is_refused(wine):
    settings, _, model = wine
    with pytest.raises(ValueError, match="hidden_9"):
        altered(model, replace(settings, layers={"hidden_9": {"trainable": False}}))


@pytest.mark.parametrize(
    "fault", ["exploding_gradient", "saturated_layer", "shrinking_activations"]
)
def test_each_layer_of_a_spoilt_stack_starts_with_different_numbers(wine, fault):
    settings, data, _ = wine
    deep = FAULTS[fault].inject(settings)
    model = altered(PROGRAMS["wine_mlp"].build(deep, data), deep)
    second, third = (model.get_layer(name).kernel.numpy() for name in ("hidden_2", "hidden_3"))
    assert second.shape == third.shape
    assert np.corrcoef(second.ravel(), third.ravel())[0, 1] < 0.3


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wine_mlp", "sparse_categorical_crossentropy"),
        ("breast_cancer_mlp", "binary_crossentropy"),
        ("diabetes_regression", "mean_squared_error"),
        ("iris_mlp", "categorical_crossentropy"),
    ],
)
def test_the_loss_fits_the_classes_unless_the_settings_name_another(name, expected):
    program, rng = PROGRAMS[name], np.random.default_rng(0)
    settings = program.settings(rng)
    data = program.load(settings, rng)
    model = program.build(settings, data)
    compile_model(model, settings, data.classes, steps=100)
    assert model.loss == expected


def test_the_loss_is_configured_for_logits(wine):
    settings, data, model = wine
    compile_model(model, replace(settings, from_logits=True), data.classes, steps=100)
    assert isinstance(model.loss, keras.losses.SparseCategoricalCrossentropy)
    assert model.loss.from_logits


def test_a_schedule_knows_the_length_of_the_training(wine):
    settings, data, model = wine
    cosine = keras.optimizers.schedules.CosineDecay
    compile_model(model, replace(settings, schedule=cosine), data.classes, steps=100)
    model.optimizer.iterations.assign(100)
    assert float(model.optimizer.learning_rate) == pytest.approx(0, abs=1e-9)
