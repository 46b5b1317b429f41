"""Layers from the models and graphs that TensorFlow wrote."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from insight_lib.dealer.describe_layers import describe_topology
from insight_lib.events.runs.graph_layers import graph_layers
from insight_lib.events.runs.graph_nodes import graph_nodes
from insight_lib.events.runs.keras_json import keras_layers
from insight_lib.events.runs.topology import Topology, topology

keras = pytest.importorskip("keras")
tf1 = pytest.importorskip("tensorflow").compat.v1

NOTHING = Topology(None, None, ())


@pytest.fixture(scope="module")
def model():
    inner = keras.Sequential(
        [keras.layers.Input((3,)), keras.layers.Dense(5, name="dense")], name="block"
    )
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((4,), name="in"),
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
        "initializers": {"kernel": {"name": "GlorotUniform"}, "bias": {"name": "Zeros"}},
        "settings": {"use_bias": True, "dtype": "float32"},
        "input_shape": [None, 4],
        "weights": {"kernel": [4, 3], "bias": [3]},
        "parameters": 15,
        "output_shape": [None, 3],
        "inputs": ["in"],
    }
    assert layers["drop"]["settings"]["rate"] == 0.25
    assert "parameters" not in layers["drop"]


def test_a_keras_graph_agrees_with_tensordealer_where_both_know(model):
    recorded = {each.name: each for each in describe_topology(model)[0]}
    for layer in keras_layers(model.to_json()):
        other = json.loads(json.dumps(asdict(recorded[layer["name"]])))
        shared = set(layer) & set(other) - {"inputs"}
        assert {name: layer[name] for name in shared} == {name: other[name] for name in shared}


def test_parameters_and_shapes_agree_with_the_model(model):
    layers = {layer["name"]: layer for layer in keras_layers(model.to_json())}
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            assert layers[layer.name]["parameters"] == layer.count_params()
            assert layers[layer.name]["output_shape"] == list(layer.output.shape)
    assert layers["block/dense"]["parameters"] == 20


def test_a_functional_model_is_read_as_well():
    inputs = keras.Input((2,), name="in")
    outputs = keras.layers.Dense(2, name="a")(inputs)
    document = keras.Model(inputs, outputs).to_json()
    (layer,) = keras_layers(document)
    assert (layer["name"], layer["inputs"]) == ("a", ["in"])


def test_the_wiring_of_functional_and_sequential_models_is_read(model):
    inputs = keras.Input((2,), name="in")
    first = keras.layers.Dense(2, name="first")(inputs)
    document = keras.Model(inputs, keras.layers.Add(name="sum")([first, inputs])).to_json()
    assert {each["name"]: each["inputs"] for each in keras_layers(document)} == {
        "first": ["in"],
        "sum": ["first", "in"],
    }
    sequence = {each["name"]: each.get("inputs") for each in keras_layers(model.to_json())}
    assert sequence["drop"] == ["first"]


def test_the_lists_by_which_keras_2_wires_its_layers_are_read():
    dense = {"class_name": "Dense", "config": {"name": "a"}, "inbound_nodes": [[["in", 0, 0, {}]]]}
    document = {"class_name": "Functional", "config": {"layers": [dense]}}
    assert keras_layers(json.dumps(document))[0]["inputs"] == ["in"]


def test_a_graph_has_its_variables_by_scope_without_the_optimizers(graph):
    assert graph_layers(graph_nodes(graph)) == [
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
    found = graph_layers(graph_nodes(graph.as_graph_def().SerializeToString()))
    assert found == [
        {"name": "a", "weights": {"w": None}},
        {"name": "b", "weights": {"w": [None, 2]}},
    ]


def test_a_graph_without_variables_has_no_layers():
    with tf1.Graph().as_default() as graph:
        tf1.placeholder(tf1.float32, [1])
    assert topology(None, None, graph.as_graph_def().SerializeToString()) == NOTHING


def test_what_tensordealer_recorded_comes_before_a_keras_model_and_that_before_a_graph(
    model, graph
):
    document = model.to_json()
    recorded = [{"name": "x"}]

    assert topology(recorded, document, graph) == Topology(json.dumps(recorded), "dealer", ())
    assert topology(None, document, graph).source == "keras graph"
    assert topology(None, "{}", graph).source == "graph def"
    assert topology(None, None, None) == NOTHING


def test_what_cannot_be_read_is_named_and_the_next_is_used(graph):
    found = topology(None, "{broken", graph)
    assert (found.source, len(found.problems)) == ("graph def", 1)
    assert found.problems[0].startswith("keras graph: Expecting property name")
    deep = topology(None, '{"config": {"layers": ' + "[" * 50_000, b"\xff")
    assert [each.partition(":")[0] for each in deep.problems] == ["keras graph", "graph def"]
    assert deep.problems[1] == "graph def: no GraphDef message"


@pytest.mark.parametrize(
    ("variable", "layer", "weight"),
    [
        ("W_conv1", "conv1", "W"),
        ("bias_2", "2", "bias"),
        ("weights1", "1", "weights"),
        ("embedding", "embedding", "embedding"),
        ("layer1/weights/Variable", "layer1", "weights/Variable"),
        ("linear/age/weight/part_0", "linear/age", "weight/part_0"),
        ("layer1/Variable", "layer1", "Variable"),
    ],
)
def test_variables_that_programs_of_tensorflow_1_name_in_their_ways_find_their_layer(
    variable, layer, weight
):
    with tf1.Graph().as_default() as graph:
        tf1.raw_ops.VarHandleOp(dtype=tf1.float32, shape=[2, 3], name=variable)
        tf1.raw_ops.VarHandleOp(dtype=tf1.float32, shape=[2, 3], name=f"{variable}/Adam")
        tf1.raw_ops.VarHandleOp(dtype=tf1.int64, shape=[], name="global_step")
    (found,) = graph_layers(graph_nodes(graph.as_graph_def().SerializeToString()))
    assert (found["name"], found["weights"]) == (layer, {weight: [2, 3]})


def torch_node(name, op, label="{}", shape=None):
    """As torch.utils.tensorboard writes a node (torch/utils/tensorboard/_proto_graph.py)."""
    node = NodeDef(name=name, op=op)
    node.attr["attr"].s = label.encode()
    if shape is not None:
        sizes = node.attr["_output_shapes"].list.shape.add()
        for size in shape:
            sizes.dim.add(size=size)
    return node


def test_the_modules_of_a_graph_by_pytorch_have_the_names_that_pytorch_gives_them():
    linear = "Net/Sequential[block]/Linear[0]"
    nodes = [
        torch_node("input/x", "IO Node", "", [2, 3]),
        torch_node("output/output.1", "IO Node", "", [2, 4]),
        torch_node(f"{linear}/weight/_0.1", "prim::GetAttr", "{ name :  0 }"),
        torch_node(f"{linear}/bias/bias.9", "prim::GetAttr", "{ name :  bias }", [4]),
        torch_node(f"{linear}/weight/weight.9", "prim::GetAttr", "{ name :  weight }", [4, 3]),
        torch_node(f"{linear}/input.1", "aten::linear", shape=[2, 4]),
        torch_node("Net/Sequential[block]/ReLU[1]/7", "aten::relu", shape=[2, 4]),
        torch_node("Net/Linear[last]/weight/weight", "prim::GetAttr", "{ name :  weight }"),
        torch_node("Net/Linear[last]/9", "aten::linear"),
        torch_node("Net/10", "aten::sigmoid", shape=[2, 4]),
    ]
    found = topology(None, None, GraphDef(node=nodes).SerializeToString())
    assert found.source == "graph def"
    assert json.loads(found.layers) == [
        {
            "name": "block.0",
            "type": "Linear",
            "weights": {"bias": [4], "weight": [4, 3]},
            "parameters": 16,
            "output_shape": [2, 4],
        },
        {
            "name": "block.1",
            "type": "ReLU",
            "weights": {},
            "parameters": 0,
            "output_shape": [2, 4],
        },
        {"name": "last", "type": "Linear", "weights": {"weight": None}},
    ]


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


@pytest.mark.parametrize("text", ["3", "[]", '{"config": {"layers": 3}}'])
def test_what_is_no_model_has_no_layers(text):
    assert keras_layers(text) == []


def test_sizes_that_are_no_numbers_are_left_out():
    layer = {"class_name": "Dense", "config": {"name": "a", "units": "3", "rate": float("nan")}}
    layer["build_config"] = {"input_shape": [None, 4]}
    found = keras_layers(json.dumps({"config": {"layers": [layer]}}))
    assert found == [{"name": "a", "type": "Dense", "settings": {}, "input_shape": [None, 4]}]


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_graph_gives_layers_or_none(graph, data):
    damaged = bytearray(graph[:2000])
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    found = topology(None, None, bytes(damaged))
    layers = json.loads(found.layers or "[]")
    assert all(set(layer) >= {"name", "weights"} for layer in layers)
