"""Histograms of both generations against TensorBoard's own conversion."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard import data_compat
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.plugins.histogram.metadata import create_summary_metadata
from tensorboard.util.tensor_util import make_ndarray, make_tensor_proto

from insight_lib.events.format.decode import decode


def decode_value(value, framed):
    return decode(framed(Event(summary=Summary(value=[value])).SerializeToString()), 0, {})


def buckets_of(decoded):
    """The only histogram, shape (k, 3)."""
    (row,) = decoded.histograms.to_pylist()
    return np.array([row["left_edges"], row["right_edges"], row["counts"]]).T


def histogram(limits, counts, least=0.0, greatest=0.0):
    value = Summary.Value(tag="h")
    value.histo.min, value.histo.max = least, greatest
    value.histo.bucket_limit.extend(limits)
    value.histo.bucket.extend(counts)
    return value


def assert_agrees(value, framed):
    theirs = make_ndarray(data_compat.migrate_value(value).tensor)
    ours = buckets_of(decode_value(value, framed)).reshape(-1, 3)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(ours.astype(np.float32), theirs)


def test_edges_of_a_tf1_histogram_are_tensorboards(framed, tf1_value):
    assert_agrees(tf1_value, framed)


@settings(deadline=None)
@given(
    counts=st.lists(st.sampled_from([0.0, 0.0, 1.0, 3.5, float("nan")]), max_size=8),
    least=st.floats(-10, 0),
)
def test_any_tf1_histogram_comes_out_as_tensorboard_converts_it(framed, counts, least):
    limits = np.linspace(least, 10, len(counts)).tolist()
    assert_agrees(histogram(limits, counts, least, 10.0), framed)


def test_a_histogram_of_nothing_has_no_buckets(framed):
    assert_agrees(Summary.Value(tag="h", histo=histogram([], []).histo), framed)
    assert_agrees(histogram([1.0, 2.0], [0.0, 0.0]), framed)


def test_edges_and_counts_stay_doubles(framed):
    value = histogram([0.1, 0.2], [1.0, 2.0**30 + 1], 0.05, 0.15)
    assert buckets_of(decode_value(value, framed)).tolist() == [
        [0.05, 0.1, 1.0],
        [0.1, 0.15, 2.0**30 + 1],
    ]


def test_a_histogram_with_too_few_edges_is_kept_whole(framed):
    value = histogram([1.0], [1.0, 1.0, 1.0])
    (row,) = decode_value(value, framed).artifacts.to_pylist()
    assert row["plugin"] == "histo"
    assert Summary.Value.FromString(row["payload"]) == value


def tensor_value(array):
    metadata = create_summary_metadata("", "")
    return Summary.Value(tag="h", metadata=metadata, tensor=make_tensor_proto(array))


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("buckets", [0, 1, 30])
def test_a_tf2_histogram_comes_out_as_written(framed, kind, buckets):
    array = np.arange(3 * buckets, dtype=kind).reshape(-1, 3)
    np.testing.assert_array_equal(
        buckets_of(decode_value(tensor_value(array), framed)).reshape(-1, 3), array
    )


@pytest.mark.parametrize("array", [np.zeros((3, 2)), np.zeros(3), np.array([["a", "b", "c"]])])
def test_a_tensor_of_another_form_is_kept_whole(framed, array):
    (row,) = decode_value(tensor_value(array), framed).artifacts.to_pylist()
    assert row["plugin"] == "histograms"


def test_a_tensor_that_claims_more_buckets_than_it_stores_is_kept_whole(framed):
    value = tensor_value(np.zeros((1, 3)))
    sizes = [TensorShapeProto.Dim(size=size) for size in (10**8, 3)]
    value.tensor.tensor_shape.CopyFrom(TensorShapeProto(dim=sizes))
    (row,) = decode_value(value, framed).artifacts.to_pylist()
    assert row["plugin"] == "histograms"
