"""Files written by TensorFlow's and by TensorBoard's own writers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.events.format.decode import decode
from tests.events.finding import find_event_files

POINTS = st.lists(
    st.tuples(
        st.text(max_size=10),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(width=32),
        st.floats(allow_nan=False),
    ),
    max_size=10,
)


def read(folder):
    (path,) = find_event_files(folder)
    return decode(path.read_bytes(), 0, {})


@settings(max_examples=20, deadline=None)
@given(POINTS)
def test_what_tensorboards_writer_wrote_comes_back_equal(tmp_path_factory, points):
    folder = tmp_path_factory.mktemp("log")
    writer = EventFileWriter(str(folder))
    for tag, step, value, wall_time in points:
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
        writer.add_event(Event(wall_time=wall_time, step=step, summary=summary))
    writer.close()
    decoded = read(folder)
    rows = [tuple(row.values())[:4] for row in decoded.scalars.to_pylist()]
    assert str(rows) == str([(tag, step, time, value) for tag, step, value, time in points])
    assert decoded.file_version == "brain.Event:2"


@pytest.fixture(scope="module")
def by_tensorflow(tmp_path_factory):
    tensorflow = pytest.importorskip("tensorflow")
    folder = tmp_path_factory.mktemp("tf")
    with tensorflow.summary.create_file_writer(str(folder)).as_default():
        for step in range(3):
            tensorflow.summary.scalar("loss", step / 4, step=step)
            tensorflow.summary.histogram("weights", np.arange(10.0) + step, step=step, buckets=5)
            tensorflow.summary.text("note", f"step {step}", step=step)
    return read(folder)


def test_scalars_of_tensorflow_come_back_equal(by_tensorflow):
    rows = by_tensorflow.scalars.to_pylist()
    assert [(row["tag"], row["step"], row["value"]) for row in rows] == [
        ("loss", 0, 0.0),
        ("loss", 1, 0.25),
        ("loss", 2, 0.5),
    ]


def test_histograms_of_tensorflow_come_back_equal(by_tensorflow):
    last = by_tensorflow.histograms.to_pylist()[2]
    assert last["step"] == 2
    np.testing.assert_allclose(last["left_edges"], [2.0, 3.8, 5.6, 7.4, 9.2])
    np.testing.assert_allclose(last["right_edges"], [3.8, 5.6, 7.4, 9.2, 11.0])
    assert last["counts"] == [2.0, 2.0, 2.0, 2.0, 2.0]


def test_other_plugins_of_tensorflow_are_kept_whole(by_tensorflow):
    rows = by_tensorflow.artifacts.to_pylist()
    notes = [row for row in rows if row["plugin"] == "text"]
    payloads = [Summary.Value.FromString(row["payload"]).tensor.string_val[0] for row in notes]
    assert payloads == [b"step 0", b"step 1", b"step 2"]
