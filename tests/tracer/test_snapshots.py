"""Whole tensors at chosen steps."""

import os
import select
import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from insight_lib.errors import InputError
from insight_lib.tracer import LoopTracer, Snapshots, TensorTracer
from insight_lib.tracer.snapshots import WAITING_STEPS, SnapshotWriter
from insight_lib.tracer.stats_format import SNAPSHOT_PLUGIN, parse_meta

# Of a training of 40 steps that nothing stalls, on the slowest of machines.
LONGEST_S = 300
X = np.random.default_rng(3).normal(size=(320, 4)).astype(np.float32)
Y = X[:, :1] * 2


def fit(run_dir, snapshots, **settings):
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="in")])
    model.add(keras.layers.Dense(1, name="out"))
    model.compile(keras.optimizers.SGD(0.01), "mean_squared_error")
    first = [np.array(weight) for weight in model.get_weights()]
    tracer = TensorTracer(run_dir, snapshots=snapshots, **settings)
    model.fit(X, Y, batch_size=8, callbacks=[tracer], shuffle=False, verbose=0)
    return first, [np.array(weight) for weight in model.get_weights()]


def test_chosen_layers_are_written_whole_at_chosen_steps_whatever_the_cadence(
    tmp_path, load_stream
):
    kinds = ("weight", "update")
    first, _ = fit(tmp_path, Snapshots(("in",), steps=(0, 17, 33), kinds=kinds), every=30)
    events = load_stream(tmp_path / "train")
    tags = {tag for tag in events.Tags()["tensors"] if tag.endswith("/snapshot")}
    assert tags == {f"in/{t}/{k}/snapshot" for t in ("kernel", "bias") for k in kinds}
    found = events.Tensors("in/kernel/weight/snapshot")
    assert [event.step for event in found] == [0, 17, 33]
    np.testing.assert_array_equal(tf.make_ndarray(found[0].tensor_proto), first[0])
    metadata = events.SummaryMetadata("in/kernel/weight/snapshot").plugin_data
    assert metadata.plugin_name == SNAPSHOT_PLUGIN
    assert parse_meta(metadata.content).shape == (4, 3)


def test_snapshots_every_so_many_steps(tmp_path, load_stream):
    fit(tmp_path, Snapshots(("out",), every=16))
    found = load_stream(tmp_path / "train").Tensors("out/kernel/weight/snapshot")
    assert [event.step for event in found] == [0, 16, 32]


def test_a_layer_that_does_not_exist_is_named_before_the_training(tmp_path):
    with pytest.raises(
        InputError, match="no layer dense_9 to take snapshots of; there are in, out"
    ):
        fit(tmp_path, Snapshots(("in", "dense_9"), steps=(0,)))
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="in")])
    snapshots = Snapshots(("dense_9",), steps=(0,))
    step = LoopTracer(tmp_path, model, keras.optimizers.SGD(), snapshots=snapshots).step(model)
    with pytest.raises(InputError, match=r"no layer dense_9 .* there are in$"):
        step(X)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "either steps or every"),
        ({"steps": (1,), "every": 2}, "either steps or every"),
        ({"every": 0}, "every is 0, which is not a number of steps; give 1 or more"),
        ({"every": 1.5}, "every is 1.5, which is not a number of steps; give"),
        ({"steps": 5}, "steps is 5; give a list"),
        ({"steps": np.arange(2)}, "steps is .*; give a list"),
        ({"steps": (1, -1)}, "steps holds -1; give"),
        ({"steps": (1.5,)}, "steps holds 1.5; give"),
        ({"steps": (1,), "kinds": ("bias",)}, "no kind bias"),
        ({"steps": (1,), "kinds": "weight"}, "kinds is the text 'weight'; give a list"),
        ({"steps": (1,), "kinds": ()}, "kinds is .*; give"),
        ({"steps": (1,), "layers": "in"}, "layers is the text 'in'; give a list"),
        ({"steps": (1,), "layers": ()}, "layers is .*; give"),
        ({"steps": (1,), "layers": (3,)}, "layers is .*; give the names as texts"),
    ],
)
def test_snapshots_that_make_no_sense_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        Snapshots(**{"layers": ("in",), **arguments})


def test_a_disk_that_blocks_does_not_stall_the_training_and_drops_are_counted(
    tmp_path, load_stream, monkeypatch
):
    """The snapshots' event file is a pipe that nobody reads: once it is full, writing blocks."""
    monkeypatch.setattr("insight_lib.tracer.snapshots.CLOSING_S", 0.2)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setattr("insight_lib.tracer.snapshots.EventLog", lambda _: _Pipe(pipe))
    try:
        start = time.monotonic()
        with pytest.warns(UserWarning, match="TensorTracer drops snapshots"):
            fit(tmp_path / "run", Snapshots(("in",), every=1))
        assert time.monotonic() - start < LONGEST_S
    finally:
        os.close(reader)
    events = load_stream(tmp_path / "run" / "train")
    dropped = [tf.make_ndarray(e.tensor_proto) for e in events.Tensors("dropped_snapshots")]
    assert dropped[-1] >= 2 * (40 - WAITING_STEPS - 2)
    assert len(events.Tensors("loss")) == 40


class _Pipe:
    """An event log into a pipe, in records larger than the pipe holds."""

    def __init__(self, path):
        self._file = path.open("wb", buffering=0)

    def write(self, summary, step):  # noqa: ARG002 - the log's signature
        self._file.write(summary.SerializeToString() + bytes(100_000))

    def close(self):
        self._file.close()


def test_what_still_waits_for_a_blocked_disk_when_the_training_ends_is_dropped_once(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("insight_lib.tracer.snapshots.CLOSING_S", 0.2)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setattr("insight_lib.tracer.snapshots.EventLog", lambda _: _Pipe(pipe))
    writer = SnapshotWriter(tmp_path)
    try:
        writer.put(0, {"a/b/weight": (np.zeros(3, np.float32), b"")})
        while pipe_is_empty(reader):
            time.sleep(0.01)
        for step in (1, 2):
            writer.put(step, {"a/b/weight": (np.zeros(3, np.float32), b"")})
        writer.close()
        assert writer.dropped == 2
        writer.close()
        assert writer.dropped == 2
    finally:
        os.close(reader)


def pipe_is_empty(reader):
    return not select.select([reader], [], [], 0)[0]


def test_a_folder_that_cannot_be_created_ends_the_writing_with_a_warning(tmp_path):
    (tmp_path / "train").write_text("in the way")
    writer = SnapshotWriter(tmp_path)
    writer.put(0, {"a/b/weight": (np.zeros(3, np.float32), b"")})
    writer.close()
    assert writer.error is not None
