"""Hyper-parameters that TensorBoard's own plugin wrote."""

import struct

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2, summary
from tensorboard.plugins.hparams import summary_v2 as hp

from insight_lib.events.format.protobuf_fields import entries
from insight_lib.events.runs.hparams import as_text, session_hparams, session_state


def payload(of):
    return of.value[0].SerializeToString()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(64, "64"), (0.001, "0.001"), (1e300, "1e+300"), ("adam", "adam"), (True, "True")],
)
def test_a_hyper_parameter_of_each_kind_is_text(value, shown):
    assert session_hparams(payload(hp.hparams_pb({"x": value}))) == {"x": shown}


@given(st.dictionaries(st.text(), st.text() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)))
def test_what_the_plugin_wrote_comes_back(stated):
    found = session_hparams(payload(hp.hparams_pb(stated)))
    assert found == {name: str(value) for name, value in stated.items()}


def test_lists_and_objects_are_json():
    value = struct_pb2.Value()
    value.list_value.extend([3, "a", None, [True]])
    inner = struct_pb2.Value()
    inner.struct_value.update({"rate": 0.5})
    message = payload(hp.hparams_pb({}))
    started = Summary.Value.FromString(message)
    data = summary.plugin_data_pb2.HParamsPluginData()
    data.session_start_info.hparams["sizes"].CopyFrom(value)
    data.session_start_info.hparams["schedule"].CopyFrom(inner)
    started.metadata.plugin_data.content = data.SerializeToString()
    found = session_hparams(started.SerializeToString())
    assert found == {"sizes": '[3, "a", null, [true]]', "schedule": '{"rate": 0.5}'}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (api_pb2.STATUS_SUCCESS, "finished"),
        (api_pb2.STATUS_FAILURE, "failed"),
        (api_pb2.STATUS_RUNNING, "running"),
        (api_pb2.STATUS_UNKNOWN, None),
    ],
)
def test_a_sessions_end_says_how_it_ended(status, state):
    ended = payload(summary.session_end_pb(status))
    assert session_state(ended) == state
    assert session_hparams(ended) == {}


def test_a_sessions_start_and_an_experiment_say_nothing_of_its_end():
    assert session_state(payload(hp.hparams_pb({"x": 1}))) is None
    experiment = payload(hp.hparams_config_pb([hp.HParam("x")], [hp.Metric("loss")]))
    assert session_state(experiment) is None
    assert session_hparams(experiment) == {}


@given(st.data())
def test_a_damaged_message_gives_text_or_nothing(data):
    message = bytearray(payload(hp.hparams_pb({"rate": 0.1, "on": True, "name": "adam"})))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    message = message[: data.draw(st.integers(0, len(message)))]
    found = session_hparams(bytes(message))
    assert all(isinstance(each, str) for pair in found.items() for each in pair)
    assert session_state(bytes(message)) in (None, "finished", "failed", "running")


def nested(depth):
    value = struct_pb2.Value(number_value=1)
    for _ in range(depth):
        value = struct_pb2.Value(list_value=struct_pb2.ListValue(values=[value]))
    return value


def test_endlessly_nested_lists_are_truncated():
    data = summary.plugin_data_pb2.HParamsPluginData()
    data.session_start_info.hparams["x"].CopyFrom(nested(40))
    value = Summary.Value()
    value.metadata.plugin_data.content = data.SerializeToString()
    assert session_hparams(value.SerializeToString())["x"] == "[" * 17 + "null" + "]" * 17


def test_half_a_surrogate_pair_is_replaced():
    assert as_text("a\ud800") == "a?"


def test_of_a_map_entry_with_two_values_the_last_counts():
    entry = b"\x0a\x01x" + b"\x12\x01a" + b"\x12\x01b"
    assert entries(b"\x0a" + struct.pack("B", len(entry)) + entry, 1) == {"x": b"b"}
