"""Layers from the models and graphs that TensorFlow wrote."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_lib.events.graph_layers import graph_layers
from insight_lib.events.keras_layers import keras_layers
from insight_lib.events.topology import topology

keras = pytest.importorskip("keras")
tf1 = pytest.importorskip("tensorflow").compat.v1


@pytest.fixture(scope="module")
def model():
    inner = keras.Sequential(
        [keras.layers.Input((3,)), keras.layers.Dense(5, name="dense")], name="block"
    )
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(3, activation="relu", name="first"),
            layers.Dropout(0.25, name="drop"),
            inner,
            layers.Dense(1, use_bias=False, name="last"),
        ]
    )


@pytest.fixture(scope="module")
def graph():
    with tf1.Graph().as_default() as graph:
        inputs = tf1.placeholder(tf1.float32, [None, 4])
        with tf1.variable_scope("dense"):
            kernel = tf1.get_variable("kernel", [4, 3], use_resource=True)
            bias = tf1.get_variable("bias", [3], use_resource=False)
            hidden = tf1.nn.relu(inputs @ kernel + bias)
        with tf1.variable_scope("out"):
            scale = tf1.get_variable("scale", [], use_resource=True)
        loss = tf1.reduce_mean(hidden) * scale
        tf1.train.AdamOptimizer().minimize(loss)
        return graph.as_graph_def().SerializeToString()


def test_the_layers_of_a_keras_model_have_what_it_states(model):
    layers = {layer["name"]: layer for layer in keras_layers(model.to_json())}
    assert list(layers) == ["first", "drop", "block/dense", "last"]
    assert layers["first"] == {
        "name": "first",
        "type": "Dense",
        "activation": "relu",
        "trainable": True,
        "units": 3,
        "kernel_initializer": "GlorotUniform",
        "bias_initializer": "Zeros",
        "input_shape": [None, 4],
        "parameters": 15,
        "output_shape": [None, 3],
    }
    assert layers["drop"]["rate"] == 0.25
    assert "parameters" not in layers["drop"]


def test_parameters_and_shapes_agree_with_the_model(model):
    layers = {layer["name"]: layer for layer in keras_layers(model.to_json())}
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            assert layers[layer.name]["parameters"] == layer.count_params()
            assert layers[layer.name]["output_shape"] == list(layer.output.shape)
    assert layers["block/dense"]["parameters"] == 20


def test_a_functional_model_is_read_as_well():
    inputs = keras.Input((2,))
    outputs = keras.layers.Dense(2, name="a")(inputs)
    document = keras.Model(inputs, outputs).to_json()
    assert [layer["name"] for layer in keras_layers(document)] == ["a"]


def test_a_graph_has_its_variables_by_scope_without_the_optimizers(graph):
    assert graph_layers(graph) == [
        {
            "name": "dense",
            "weights": {"kernel": [4, 3], "bias": [3]},
            "parameters": 15,
            "activation": "relu",
        },
        {"name": "out", "weights": {"scale": []}, "parameters": 1},
    ]


def test_a_variable_of_unknown_shape_has_no_count():
    with tf1.Graph().as_default() as graph:
        tf1.raw_ops.VarHandleOp(dtype=tf1.float32, shape=None, name="a/w")
        tf1.raw_ops.VarHandleOp(dtype=tf1.float32, shape=[None, 2], name="b/w")
    found = graph_layers(graph.as_graph_def().SerializeToString())
    assert found == [
        {"name": "a", "weights": {"w": None}},
        {"name": "b", "weights": {"w": [None, 2]}},
    ]


def test_a_graph_without_variables_tells_of_no_layers():
    with tf1.Graph().as_default() as graph:
        tf1.placeholder(tf1.float32, [1])
    assert topology(None, None, graph.as_graph_def().SerializeToString()) is None


def test_what_tensordealer_recorded_comes_before_a_keras_model_and_that_before_a_graph(
    model, graph
):
    document = model.to_json()
    recorded = [{"name": "x"}]

    def source(*told):
        return json.loads(topology(*told))["source"]

    assert json.loads(topology(recorded, document, graph)) == {
        "source": "dealer",
        "layers": recorded,
    }
    assert source(None, document, graph) == "keras"
    assert source(None, "{broken", graph) == "graph_def"
    assert topology(None, None, None) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("config", "layers", "class_name", "name", "units", "build_config")),
            inner,
        )
    ),
)


@given(JSON)
def test_any_json_gives_layers_or_none(document):
    keras_layers(json.dumps({"config": {"layers": [document, {"config": document}]}}))


@pytest.mark.parametrize("text", ["", "{", "3", "[]", "[" * 100_000, '{"config": {"layers": 3}}'])
def test_what_is_no_model_has_no_layers(text):
    assert keras_layers(text) == []


def test_sizes_that_are_no_numbers_are_left_out():
    layer = {"class_name": "Dense", "config": {"name": "a", "units": "3", "rate": float("nan")}}
    layer["build_config"] = {"input_shape": [None, 4]}
    found = keras_layers(json.dumps({"config": {"layers": [layer]}}))
    assert found == [{"name": "a", "type": "Dense", "input_shape": [None, 4]}]


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_graph_gives_layers_or_none(graph, data):
    damaged = bytearray(graph[:2000])
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    found = graph_layers(bytes(damaged))
    assert all(set(layer) >= {"name", "weights"} for layer in found)
