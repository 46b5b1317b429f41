"""Layers that nobody would think of, through event files and every rule."""

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.compat.proto import event_pb2, summary_pb2

from insight_lib.dissection.diagnose import diagnose
from tests.dissection.messages import META, message

KINDS = ("weight", "gradient", "update")


def numbers_of(size, nans=0):
    """The compact statistics of four elements of one size; of NaN alone where all are."""
    finite = 4 - nans
    numbers = np.full(27, np.nan)
    numbers[[0, 2, 5, 6, 7, 8, 9]] = [4, 0, finite * size, np.sqrt(finite) * size, 0, nans, 0]
    if finite:
        numbers[[1, 3, 4]] = size
        numbers[-7:] = size
    return numbers


def tensors(layer, depth=0, size=1.0, nans=0):
    meta = META | {"depth": depth}
    sizes = zip(KINDS, (size, 0.1 * size, 1e-3 * size), strict=True)
    return [
        message(f"{layer}/kernel/{kind}/stats", numbers_of(each, nans), meta)
        for kind, each in sizes
    ]


def loss(step):
    return summary_pb2.Summary.Value(tag="loss", simple_value=1.0 / (1 + step))


def diagnosis_of(folder, values_at, steps=range(8)):
    (folder / "train").mkdir(parents=True)
    with tf.io.TFRecordWriter(str(folder / "train" / "events.out.tfevents.1.host")) as file:
        for step in steps:
            summary = summary_pb2.Summary(value=[loss(step), *values_at(step)])
            event = event_pb2.Event(step=step, wall_time=step, summary=summary)
            file.write(event.SerializeToString())
    return diagnose(folder)


pytestmark = pytest.mark.filterwarnings("error")


def test_tensors_of_nan_alone_are_diagnosed_and_nothing_breaks(tmp_path):
    found = diagnosis_of(tmp_path / "run", lambda _: tensors("a", nans=4) + tensors("b", 1, nans=4))
    assert (found.records, found.rejected) == (8, 0)


def test_one_step_is_no_reason_for_an_error(tmp_path):
    found = diagnosis_of(tmp_path / "run", lambda _: tensors("a") + tensors("b", 1), steps=[0])
    assert [one for one in found.findings if one.severity == "error"] == []


def test_a_layer_that_appears_midway_is_no_reason_for_an_error(tmp_path):
    found = diagnosis_of(
        tmp_path / "run",
        lambda step: tensors("a") + (tensors("late", 1) if step >= 4 else []),
    )
    assert [one for one in found.findings if one.severity == "error"] == []


def test_layers_in_other_alphabets_are_named_as_they_are(tmp_path):
    def frozen_between(_):
        still = tensors("層_2/слой", 1)[:1]
        return [*tensors("α", 0), *still, *tensors("ب", 2)]

    found = diagnosis_of(tmp_path / "run", frozen_between)
    assert {one.layer for one in found.findings if one.layer} <= {"α", "層_2/слой", "ب"}
    assert found.rejected == 0


def test_what_is_malformed_is_counted_for_each_reason(tmp_path):
    def malformed(step):
        odd = np.zeros(3) if step % 2 else np.zeros(27, np.float32)
        return [*tensors("a"), message("b/kernel/weight/stats", odd)]

    found = diagnosis_of(tmp_path / "run", malformed)
    assert found.rejected == 8
    assert sorted(found.rejected_for.values()) == [4, 4]
    assert any("DT_DOUBLE" in reason for reason in found.rejected_for)
