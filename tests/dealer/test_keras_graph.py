"""Which layers feed which is what the model was built with."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from insight_lib.dealer.describe_layers import describe_topology


def _feeding(model):
    topology, _ = describe_topology(model)
    return {layer.name: layer.inputs for layer in topology}


def _outputs(model):
    return describe_topology(model)[1]


@st.composite
def parents(draw):
    """For each layer the earlier ones, or the input (-1), that feed it."""
    count = draw(st.integers(1, 6))
    return [
        draw(st.lists(st.integers(-1, at - 1), min_size=1, max_size=3, unique=True))
        for at in range(count)
    ]


@settings(max_examples=25, deadline=None)
@given(parents())
def test_any_graph_is_recorded_as_it_was_built(graph):
    inputs = keras.Input((2,), name="x")
    tensors = [inputs]
    for at, feeding in enumerate(graph):
        given_tensors = [tensors[each + 1] for each in feeding]
        joined = layers.Concatenate(name=f"l{at}") if len(feeding) > 1 else layers.Dense(2)
        joined.name = f"l{at}"
        tensors.append(joined(given_tensors if len(feeding) > 1 else given_tensors[0]))
    model = keras.Model(inputs, tensors[1:])
    names = ["x", *(f"l{at}" for at in range(len(graph)))]
    wanted = {f"l{at}": {names[each + 1] for each in feeding} for at, feeding in enumerate(graph)}
    assert {name: set(fed) for name, fed in _feeding(model).items()} == wanted
    assert _outputs(model) == tuple(names[1:])


def test_models_within_models_are_looked_through():
    inner = keras.Sequential(
        [keras.Input((2,)), layers.Dense(2, name="a"), layers.Dense(2, name="b")], name="inner"
    )
    middle = keras.Sequential([keras.Input((2,)), inner], name="middle")
    inputs = keras.Input((2,), name="x")
    first = layers.Dense(2, name="first")(inputs)
    model = keras.Model(inputs, layers.Dense(1, name="last")(middle(first)))
    assert _feeding(model) == {
        "first": ("x",),
        "middle/inner/a": ("first",),
        "middle/inner/b": ("middle/inner/a",),
        "last": ("middle/inner/b",),
    }


def test_a_model_that_is_called_twice_is_fed_by_both():
    shared = keras.Sequential([keras.Input((2,)), layers.Dense(2, name="a")], name="shared")
    left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    model = keras.Model([left, right], layers.Add(name="sum")([shared(left), shared(right)]))
    assert set(_feeding(model)["shared/a"]) == {"left", "right"}
    assert _feeding(model)["sum"] == ("shared/a",)


def test_operations_that_are_no_layers_are_looked_through_except_at_the_end():
    inputs = keras.Input((2,), name="x")
    hidden = layers.Dense(2, name="hidden")(inputs)
    for _ in range(40):
        hidden = hidden + hidden  # 2 ** 40 ways lead back
    out = layers.Dense(2, name="out")(keras.ops.relu(hidden))
    model = keras.Model(inputs, [out, keras.ops.softmax(out)])
    assert _feeding(model)["out"] == ("hidden",)
    assert _outputs(model) == ("out", None)


def test_an_input_that_is_an_output_is_named():
    inputs = keras.Input((2,), name="x")
    assert _outputs(keras.Model(inputs, [inputs, layers.Dense(1, name="a")(inputs)])) == ("x", "a")
