"""A recorded configuration comes back, and what does not fit is named."""

import json
import os
import re

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from insight_lib.dealer import CONFIG_FILE, CONFIG_TAG, DataDescription, load, parse, record
from insight_lib.errors import ConfigError

DATA = DataDescription(rows=100, features=4, classes=2, class_balance={"0": 0.97, "1": 0.03})


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    run_dir = tmp_path_factory.mktemp("run") / "made"
    inputs = keras.Input((4,))
    block = keras.Sequential([keras.layers.Dense(3, name="inner")], name="block")
    x = keras.layers.Dense(5, activation="tanh", trainable=False, name="frozen")(inputs)
    outputs = keras.layers.Dense(1, activation="sigmoid", name="score")(block(x))
    model = keras.Model(inputs, outputs)
    schedule = keras.optimizers.schedules.ExponentialDecay(0.5, 10, 0.9)
    model.compile(keras.optimizers.SGD(schedule, momentum=0.25), "binary_crossentropy")
    config = record(
        run_dir,
        model,
        program="clicks",
        hparams={"batch_size": 32, "rate": 0.5, "nesterov": False, "note": "a <b>"},
        data=DATA,
        seeds={"run": 7},
    )
    return run_dir, config


def _document(recorded):
    return json.loads((recorded[0] / CONFIG_FILE).read_text())


def test_what_was_recorded_is_read_back(recorded):
    run_dir, config = recorded
    assert load(run_dir) == load(run_dir / CONFIG_FILE) == config
    assert config.data == DATA
    assert config.hparams["nesterov"] is False
    assert config.packages["keras"] == keras.__version__


def test_the_topology_has_paths_parameters_trainability_and_shapes(recorded):
    _, config = recorded
    rows = [
        (each.name, each.type, each.activation, each.parameters, each.trainable, each.output_shape)
        for each in config.topology
    ]
    assert rows == [
        ("frozen", "Dense", "tanh", 25, False, (None, 5)),
        ("block/inner", "Dense", "linear", 18, True, (None, 3)),
        ("score", "Dense", "sigmoid", 4, True, (None, 1)),
    ]


def test_the_optimizer_and_its_schedule_have_their_settings(recorded):
    _, config = recorded
    assert config.optimizer["name"] == "SGD"
    assert config.optimizer["momentum"] == 0.25
    assert config.optimizer["learning_rate"] == {
        "schedule": "ExponentialDecay",
        "initial_learning_rate": 0.5,
        "decay_steps": 10,
        "decay_rate": 0.9,
        "staircase": False,
    }


def test_the_text_summary_in_the_runs_own_stream_holds_the_same(recorded):
    run_dir, config = recorded
    events = EventAccumulator(str(run_dir)).Reload()
    (event,) = events.Tensors(CONFIG_TAG)
    assert event.step == 0
    assert events.SummaryMetadata(CONFIG_TAG).plugin_data.plugin_name == "text"
    assert parse(event.tensor_proto.string_val[0].decode(), "the summary") == config


def test_every_field_that_does_not_fit_is_named_at_once(recorded, tmp_path):
    document = _document(recorded)
    document["program"] = 3
    document["hparams"]["batch_size"] = [32]
    document["data"]["rows"] = True
    document["data"]["class_balance"]["1"] = "0.03"
    document["topology"][1]["output_shape"] = [None, 2.5]
    document["topology"][2]["activations"] = "relu"
    del document["seeds"]
    file = tmp_path / CONFIG_FILE
    file.write_text(json.dumps(document))
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{file}: 7 field(s) do not fit: ")
    for field in (
        "program should be a string, not 3",
        "hparams.batch_size should be a string or a number or a whole number or true or false",
        "data.rows should be a whole number or null, not True",
        "data.class_balance.1 should be a number, not '0.03'",
        "topology[1].output_shape[1] should be a whole number or null, not 2.5",
        "topology[2].activations is not known",
        "seeds is missing",
    ):
        assert field in message
    assert message.endswith("record it again with insight_lib.dealer.record, or remove the file")


@pytest.mark.parametrize("text", ["[]", "null", "3", '"text"'])
def test_another_document_is_no_configuration(text):
    with pytest.raises(ConfigError, match="the document should be an object"):
        parse(text, "here")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_what_is_no_json_is_named(text):
    with pytest.raises(ConfigError, match="here: not valid JSON"):
        parse(text, "here")


def test_a_newer_version_asks_for_an_upgrade(recorded):
    text = json.dumps(_document(recorded) | {"version": 99, "more": 1})
    with pytest.raises(ConfigError, match=r"version 99 is newer than 1; upgrade insight-lib"):
        parse(text, "here")


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=re.escape(str(tmp_path / CONFIG_FILE))):
        load(tmp_path)


def test_bytes_that_are_no_text_are_named(tmp_path):
    (tmp_path / CONFIG_FILE).write_bytes(b'{"program": "\xff"}')
    with pytest.raises(ConfigError, match="not UTF-8 at byte 13"):
        load(tmp_path)
