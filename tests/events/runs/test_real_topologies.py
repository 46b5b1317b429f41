"""What real event files of other writers tell of hyper-parameters and layers."""

import json
import math
from pathlib import Path

import pyarrow as pa
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.metadata import parse_session_start_info_plugin_data

from insight_lib.events.format.read import read_span
from insight_lib.events.runs.graph_layers import graph_layers
from insight_lib.events.runs.graph_nodes import graph_nodes
from insight_lib.events.runs.hparams import problems, session_hparams
from insight_lib.events.runs.keras_json import keras_layers
from insight_lib.events.runs.text_summary import summary_text
from insight_lib.files.listing import is_event_file, list_files


@pytest.fixture(scope="module")
def payloads(tfevents_dir):
    """The payloads of each plugin, each with the folder of its file."""
    found = {}
    for file in list_files(tfevents_dir, is_event_file).files:
        path = Path(file.place)
        tables = [part.artifacts for part in read_span(path, 0, path.stat().st_size, {})]
        for row in pa.concat_tables(tables).to_pylist() if tables else ():
            found.setdefault(row["plugin"], []).append((path.parent, row["payload"]))
    return found


def test_hyper_parameters_are_those_that_tensorboard_reads(payloads):
    compared = 0
    for _, payload in payloads["hparams"]:
        content = Summary.Value.FromString(payload).metadata.plugin_data.content
        found = session_hparams(payload)
        assert problems(payload) == []
        if found:
            wanted = parse_session_start_info_plugin_data(content).hparams
            assert set(found) == set(wanted)
            numbers = {
                name: value.number_value
                for name, value in wanted.items()
                if value.HasField("number_value")
            }
            assert {name: float(found[name]) for name in numbers} == numbers
            compared += 1
    assert compared > 10


def test_every_layer_of_a_keras_graph_is_listed_with_its_class(payloads):
    compared = 0
    for _, payload in payloads["graph_keras_model"]:
        document = summary_text(payload)
        layers = json.loads(document)["config"]["layers"]
        wanted = [
            (each["config"]["name"], each["class_name"])
            for each in layers
            if each["class_name"] != "InputLayer"
        ]
        assert [(each["name"], each["type"]) for each in keras_layers(document)] == wanted
        compared += len(wanted)
    assert compared > 50


def test_the_parameters_of_a_graph_are_those_of_its_variables_without_the_optimizers(payloads):
    compared = 0
    for _, payload in payloads["graph_def"]:
        graph = Event.FromString(payload).graph_def
        sizes = {
            node.name: math.prod(dim.size for dim in node.attr["shape"].shape.dim)
            for node in GraphDef.FromString(graph).node
            if node.op in ("Variable", "VariableV2", "VarHandleOp")
        }
        slots = {name for name in sizes if name.rpartition("/")[0] in sizes}
        counters = {name for name, size in sizes.items() if size == 1 and "/" not in name}
        wanted = sum(sizes[name] for name in sizes.keys() - slots - counters)
        assert sum(layer["parameters"] for layer in graph_layers(graph_nodes(graph))) == wanted
        compared += bool(wanted)
    assert compared >= 5


@pytest.mark.parametrize(
    ("folder", "layers"),
    [
        ("shekkizh+TensorflowProjects/logs/MNIST_logs/run5", {"fc1": 784 * 50 + 50}),
        ("tensorflow+tensorboard/log_tayo/train", {"layer1": 784 * 500 + 500, "layer2": 5010}),
    ],
)
def test_programs_of_tensorflow_1_have_the_layers_that_their_authors_named(
    tfevents_dir, payloads, folder, layers
):
    found = {}
    for parent, payload in payloads["graph_def"]:
        if parent == tfevents_dir / folder:
            found |= {
                layer["name"]: layer["parameters"]
                for layer in graph_layers(graph_nodes(Event.FromString(payload).graph_def))
            }
    assert found.items() >= layers.items()
