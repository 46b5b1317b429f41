"""Event files written by others' code, for the tests of the reader."""

import struct
from pathlib import Path

import pytest
from tensorboard.compat.proto.event_pb2 import Event, SessionLog, TaggedRunMetadata
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.plugins.histogram.metadata import create_summary_metadata as histogram_metadata
from tensorboard.plugins.scalar.metadata import create_summary_metadata as scalar_metadata
from tensorboard.util.tensor_util import make_tensor_proto

from insight_lib.events.format.decode import Decoded


def frame(payload: bytes) -> bytes:
    """A TFRecord of a payload, by TensorBoard's checksum."""
    header = struct.pack("<Q", len(payload))
    return (
        header
        + struct.pack("<I", masked_crc32c(header))
        + payload
        + struct.pack("<I", masked_crc32c(payload))
    )


def scalar_event(tag: str, step: int, value: float) -> Event:
    return Event(
        wall_time=1.5e9 + step,
        step=step,
        summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)]),
    )


def tf1_histogram() -> Summary.Value:
    value = Summary.Value(tag="weights")
    value.histo.min, value.histo.max, value.histo.num = -0.5, 2.5, 6
    value.histo.bucket_limit.extend([-1.0, 0.0, 1.0, 2.0, 3.0, 1.7e308])
    value.histo.bucket.extend([0.0, 1.0, 0.0, 3.0, 2.0, 0.0])
    return value


def mixed_events() -> list[Event]:
    """One event of every kind."""
    tf2 = Summary.Value(
        tag="accuracy", metadata=scalar_metadata("", ""), tensor=make_tensor_proto(0.75)
    )
    tf2_histogram = Summary.Value(
        tag="bias",
        metadata=histogram_metadata("", ""),
        tensor=make_tensor_proto([[0.0, 1.0, 4.0], [1.0, 2.0, 5.0]]),
    )
    text = Summary.Value(tag="note", tensor=make_tensor_proto("hello"))
    text.metadata.plugin_data.plugin_name = "text"
    return [
        Event(wall_time=1.5e9, file_version="brain.Event:2"),
        scalar_event("loss", 1, 0.25),
        Event(wall_time=2.0, step=1, graph_def=b"graph"),
        Event(wall_time=2.5, step=2, summary=Summary(value=[tf1_histogram(), tf2])),
        Event(wall_time=3.0, step=2, session_log=SessionLog(status=SessionLog.START)),
        Event(wall_time=3.5, step=3, summary=Summary(value=[tf2_histogram, text])),
        Event(
            wall_time=4.0,
            tagged_run_metadata=TaggedRunMetadata(tag="step_3", run_metadata=b"times"),
        ),
        Event(wall_time=4.5, step=4),
        Event(wall_time=4.6, step=4, summary=Summary()),
        scalar_event("loss", 5, float("nan")),
    ]


@pytest.fixture(scope="session")
def framed():
    """The function that makes a TFRecord of a payload."""
    return frame


@pytest.fixture(scope="session")
def scalar():
    """The function that makes an Event of one simple value."""
    return scalar_event


@pytest.fixture(scope="session")
def tf1_value() -> Summary.Value:
    return tf1_histogram()


@pytest.fixture(scope="session")
def mixed_records() -> list[bytes]:
    """Records of every kind of event."""
    return [frame(event.SerializeToString()) for event in mixed_events()]


@pytest.fixture
def event_file(tmp_path: Path, mixed_records: list[bytes]) -> Path:
    """A small file of mixed records."""
    path = tmp_path / "events.out.tfevents.1.host"
    path.write_bytes(b"".join(mixed_records))
    return path


@pytest.fixture(scope="session")
def tiles():
    """The function that checks that intact records and quarantined spans tile a stretch."""

    def check(data: bytes, start: int, pieces: list[Decoded]) -> None:
        for piece in pieces:
            tables = (piece.scalars, piece.histograms, piece.artifacts)
            intact = {offset for table in tables for offset in table["record_offset"].to_pylist()}
            spans = [(at, at + 16 + struct.unpack_from("<Q", data, at)[0]) for at in intact]
            bad = zip(
                piece.quarantine["offset"].to_pylist(),
                piece.quarantine["length"].to_pylist(),
                strict=True,
            )
            spans += [(at, at + length) for at, length in bad]
            for span_start, span_stop in sorted(spans):
                assert span_start == start
                assert span_stop > span_start
                start = span_stop
            assert start == piece.read_to <= len(data)

    return check
