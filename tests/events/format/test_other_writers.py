"""Odd but legal files of other writers: TensorBoard's reading of them is ours too."""

import gzip
import zlib

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.compat.proto import types_pb2
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.plugins.histogram.metadata import create_summary_metadata as histogram_metadata
from tensorboard.plugins.scalar.metadata import create_summary_metadata as scalar_metadata
from tensorboard.util.tensor_util import make_ndarray
from tensorflow import make_ndarray as tensorflow_make_ndarray

from insight_lib.events.format.decode import decode

INF = float("inf")
VALUES = {
    "DT_DOUBLE": ("double_val", 0.1),
    "DT_HALF": ("half_val", 0x3E00),
    "DT_INT64": ("int64_val", -3),
    "DT_UINT8": ("int_val", 7),
    "DT_BOOL": ("bool_val", True),
}


def value(tag, number):
    return Summary.Value(tag=tag, simple_value=number)


def point(*values, step=1, wall_time=2.0):
    return Event(wall_time=wall_time, step=step, summary=Summary(value=values))


def tensors(kind, shape):
    field, number = VALUES[kind]
    tensor = TensorProto(dtype=getattr(types_pb2, kind))
    for size in shape:
        tensor.tensor_shape.dim.add(size=size)
    getattr(tensor, field).append(number)
    return [point(Summary.Value(tag="x", metadata=scalar_metadata("", ""), tensor=tensor))]


CASES = {
    "several values of a tag in one record": [point(value("a", 1), value("a", 2), value("b", 3))],
    "an empty tag": [point(value("", 1), value("", 2))],
    "steps at the limits": [
        point(value("a", 1), step=step) for step in (-1, -(2**63), 2**31, 2**63 - 1, 0)
    ],
    "times that are none": [
        point(value("a", 1), wall_time=time) for time in (0.0, float("nan"), INF, -INF, 1e300)
    ],
    "values at the limits": [
        point(value("a", number)) for number in (float("nan"), INF, -INF, -0.0, 1e-45)
    ],
} | {f"{kind} of {shape}": tensors(kind, shape) for kind in VALUES for shape in ((), (1,), (1, 1))}


@pytest.mark.parametrize("name", CASES)
def test_odd_scalars_are_tensorboards(tmp_path, framed, name):
    data = b"".join(framed(event.SerializeToString()) for event in CASES[name])
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(data)
    theirs = [
        (value.tag, event.step, event.wall_time, float(make_ndarray(value.tensor).item()))
        for event in EventFileLoader(str(path)).Load()
        for value in event.summary.value
    ]
    ours = [tuple(row.values())[:4] for row in decode(data, 0, {}).scalars.to_pylist()]
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("number", [0.5, float("nan")])
def test_a_scalar_of_unknown_rank_is_one_number(framed, number):
    tensor = TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[number])
    tensor.tensor_shape.unknown_rank = True
    event = point(Summary.Value(tag="x", metadata=scalar_metadata("", ""), tensor=tensor))
    (row,) = decode(framed(event.SerializeToString()), 0, {}).scalars.to_pylist()
    assert repr(row["value"]) == repr(make_ndarray(tensor).item())


def histogram_tensor(framed, sizes, **stored):
    """What becomes of a histogram tensor of a shape that stores some numbers."""
    tensor = TensorProto(dtype=types_pb2.DT_FLOAT, **stored)
    for size in sizes:
        tensor.tensor_shape.dim.add(size=size)
    event = point(Summary.Value(tag="h", metadata=histogram_metadata("", ""), tensor=tensor))
    return decode(framed(event.SerializeToString()), 0, {}), tensor


@pytest.mark.parametrize("stored", [[2.0], [0.0, 1.0, 4.0, 1.0]])
def test_a_short_list_of_a_histogram_repeats_its_last_number(framed, stored):
    decoded, tensor = histogram_tensor(framed, (2, 3), float_val=stored)
    (row,) = decoded.histograms.to_pylist()
    ours = np.array([row[name] for name in ("left_edges", "right_edges", "counts")]).T
    np.testing.assert_array_equal(ours, tensorflow_make_ndarray(tensor))


def test_short_raw_bytes_of_a_histogram_are_kept_whole(framed):
    decoded, _ = histogram_tensor(framed, (2, 3), tensor_content=bytes(4))
    assert decoded.artifacts["plugin"].to_pylist() == ["histograms"]


@pytest.mark.parametrize("sizes", [(0, 0), (0, 3)])
def test_a_histogram_tensor_without_elements_is_a_histogram_of_nothing(framed, sizes):
    (row,) = histogram_tensor(framed, sizes)[0].histograms.to_pylist()
    assert row["left_edges"] == row["right_edges"] == row["counts"] == []


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_compressed_file_holds_no_record_and_its_quarantine_says_so(framed, pack):
    events = [framed(point(value("a", step), step=step).SerializeToString()) for step in range(99)]
    decoded = decode(pack(b"".join(events)), 0, {})
    assert decoded.records == 0
    (reason,) = decoded.quarantine["reason"].to_pylist()
    assert "compressed" in reason
    assert "unpack" in reason
