"""Random events, written by TensorFlow's and by TensorBoard's own writers, come back equal."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util.tensor_util import make_tensor_proto

from insight_lib.events.format.read import read_span

tensorflow = pytest.importorskip("tensorflow")

TAGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.floats(width=32)
VALUES = st.one_of(
    st.builds(Summary.Value, tag=TAGS, simple_value=NUMBERS),
    st.builds(
        lambda tag, numbers: Summary.Value(tag=tag, tensor=make_tensor_proto(numbers)),
        TAGS,
        st.lists(NUMBERS, min_size=1, max_size=5),
    ),
    st.builds(
        lambda tag, image: Summary.Value(tag=tag, image=Summary.Image(encoded_image_string=image)),
        TAGS,
        st.binary(max_size=20),
    ),
)
PLACED = {"wall_time": st.floats(allow_nan=False), "step": st.integers(-(2**63), 2**63 - 1)}
EVENTS = st.lists(
    st.one_of(
        st.builds(
            Event,
            summary=st.builds(Summary, value=st.lists(VALUES, min_size=1, max_size=4)),
            **PLACED,
        ),
        st.builds(Event, graph_def=st.binary(max_size=30), **PLACED),
    ),
    max_size=8,
)


def by_tensorflows_records(folder, events):
    with tensorflow.io.TFRecordWriter(str(folder / "tfevents")) as writer:
        for event in events:
            writer.write(event.SerializeToString())


def by_tensorboards_records(folder, events):
    with (folder / "tfevents").open("wb") as file:
        writer = RecordWriter(file)
        for event in events:
            writer.write(event.SerializeToString())


def by_tensorboards_events(folder, events):
    writer = EventFileWriter(str(folder))
    for event in events:
        writer.add_event(event)
    writer.close()


def by_tensorflows_first_writer(folder, events):
    with tensorflow.Graph().as_default():
        writer = tensorflow.compat.v1.summary.FileWriter(str(folder))
        for event in events:
            theirs = tensorflow.compat.v1.Event.FromString(event.SerializeToString())
            writer.add_event(theirs)
        writer.close()


def expected(events):
    """``(step, wall time, tag, what)`` of each row: a scalar's number, else the bytes."""
    for event in events:
        if event.HasField("graph_def"):
            yield event.step, event.wall_time, "", event.graph_def
        for value in event.summary.value:
            content = value.simple_value if value.HasField("simple_value") else value
            yield event.step, event.wall_time, value.tag, content


def came_back(folder):
    rows = []
    for path in folder.iterdir():  # one file; none where a writer that waits had nothing to write
        for piece in read_span(path, 0, path.stat().st_size, {}):
            assert piece.quarantine.num_rows == 0
            rows += piece.scalars.to_pylist() + piece.artifacts.to_pylist()
    for row in sorted(rows, key=lambda row: (row["record_offset"], row["value_index"])):
        what = row.get("value")
        if what is None and row["plugin"] == "graph_def":
            what = Event.FromString(row["payload"]).graph_def
        elif what is None:
            what = Summary.Value.FromString(row["payload"])
        if row.get("plugin") != "file_version":
            yield row["step"], row["wall_time"], row["tag"], what


def equal(one, other):
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    if isinstance(one, Summary.Value) and isinstance(other, Summary.Value):
        return one.SerializeToString() == other.SerializeToString()
    return one == other


@pytest.mark.parametrize(
    "write",
    [
        by_tensorflows_records,
        by_tensorflows_first_writer,
        by_tensorboards_records,
        by_tensorboards_events,
    ],
    ids=lambda write: write.__name__,
)
@settings(max_examples=25)
@given(events=EVENTS)
def test_random_events_come_back_equal(tmp_path_factory, write, events):
    folder = tmp_path_factory.mktemp("log")
    write(folder, events)
    pairs = zip(came_back(folder), expected(events), strict=True)
    for ours, theirs in pairs:
        assert all(equal(one, other) for one, other in zip(ours, theirs, strict=True))


@settings(max_examples=10)
@given(
    points=st.lists(
        st.tuples(st.text("abc/", min_size=1, max_size=6), st.integers(0, 2**62), NUMBERS),
        max_size=6,
    )
)
def test_random_scalars_of_tensorflows_summaries_come_back_equal(tmp_path_factory, points):
    folder = tmp_path_factory.mktemp("log")
    with tensorflow.summary.create_file_writer(str(folder)).as_default():
        for tag, step, value in points:
            tensorflow.summary.scalar(tag, value, step=step)
    rows = [(step, tag, value) for step, _, tag, value in came_back(folder)]
    assert all(
        all(equal(one, other) for one, other in zip(ours, (step, tag, value), strict=True))
        for ours, (tag, step, value) in zip(rows, points, strict=True)
    )
