"""How wide kernels are drawn, compared with Keras's own initialisers."""

import keras
import numpy as np
import pytest

from insight_lib.dissection.run.initialisation import initial_kernels, looks_drawn

SHAPES = {"Dense": (300, 40), "Conv2D": (3, 3, 16, 32), "Conv1D": (5, 8, 64)}
INITIALISERS = ("he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal")


def row(values, **more):
    quantiles = np.quantile(values, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]).tolist()
    numbers = {"mean": float(values.mean()), "std": float(values.std()), "count": values.size}
    shape = list(values.shape)
    return {"layer": "a", "kind": "weight", "shape": shape, "quantiles": quantiles} | numbers | more


def drawn(name, shape):
    keras.utils.set_random_seed(3)
    return np.asarray(keras.initializers.get(name)(shape))


@pytest.mark.parametrize("layer_type", SHAPES)
@pytest.mark.parametrize("name", INITIALISERS)
def test_what_keras_draws_lies_between_the_least_and_the_greatest(make_view, layer_type, name):
    values = drawn(name, SHAPES[layer_type])
    view = make_view({"layers": [row(values, layer_type=layer_type)], "steps": [0]})
    (kernel,) = initial_kernels(view)
    assert kernel.least * 0.9 < kernel.spread < kernel.greatest * 1.1


@pytest.mark.parametrize("name", [*INITIALISERS, "random_normal", "random_uniform", "orthogonal"])
def test_what_keras_draws_looks_drawn(make_view, name):
    view = make_view({"layers": [row(drawn(name, (300, 40)))], "steps": [0]})
    assert looks_drawn(view.of_kind("weight")[0])


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(1).laplace(size=(300, 40)) ** 3,
        np.random.default_rng(1).normal(0.1, 0.5, size=(300, 40)),
        np.zeros((300, 40)),
    ],
    ids=["long tails", "its own mean", "zeros"],
)
def test_what_training_makes_of_weights_does_not(make_view, values):
    view = make_view({"layers": [row(values)], "steps": [0]})
    assert not looks_drawn(view.of_kind("weight")[0])
