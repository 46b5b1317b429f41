"""Trainings under ``tf.distribute``, in separate processes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.tracer.distributed import BATCH, build, data
from tests.tracer.repeated import check_same

PROGRAM = Path(__file__).with_name("distributed.py")


def start(kind, run_dir, weights):
    command = [sys.executable, PROGRAM, kind, run_dir, weights]
    return subprocess.Popen(command, cwd=PROGRAM.parents[2])


def load(weights):
    return list(np.load(weights).values())


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mirrored")
    saved = [folder / "traced.npz", folder / "plain.npz"]
    trainings = zip([folder / "run", "-"], saved, strict=True)
    processes = [start("mirrored", run_dir, weights) for run_dir, weights in trainings]
    assert [process.wait() for process in processes] == [0, 0]
    traced, plain = map(load, saved)
    return folder, traced, plain


def replayed():
    """Weights before each step and its loss, of the whole batch on one device."""
    model = build()
    x, y = data()
    steps = []
    for start in list(range(0, len(x), BATCH)) * 2:
        batch = slice(start, start + BATCH)
        before = [np.array(weight) for weight in model.get_weights()]
        loss = np.mean((model(x[batch]).numpy() - y[batch]) ** 2)
        model.train_on_batch(x[batch], y[batch])
        steps.append((before, [np.array(weight) for weight in model.get_weights()], loss))
    return steps


def test_a_training_over_two_replicas_is_the_same_traced(mirrored, tmp_path):
    def again():
        assert start("mirrored", "-", tmp_path / "again.npz").wait() == 0
        return load(tmp_path / "again.npz")

    check_same(*mirrored[1:], again)


def test_weights_updates_and_the_loss_of_the_whole_batch_are_traced(mirrored, load_stream):
    events = load_stream(mirrored[0] / "run" / "train")
    losses = {e.step: float(tf.make_ndarray(e.tensor_proto)) for e in events.Tensors("loss")}
    updates = events.Tensors("hidden/kernel/update/stats")
    weights = events.Tensors("hidden/kernel/weight/stats")
    for step, (before, after, loss) in enumerate(replayed()):
        assert losses[step] == pytest.approx(loss, rel=1e-4)
        l2 = [tf.make_ndarray(series[step].tensor_proto)[6] for series in (weights, updates)]
        assert l2[0] == pytest.approx(np.linalg.norm(before[0]), rel=1e-4)
        assert l2[1] == pytest.approx(np.linalg.norm(after[0] - before[0]), rel=1e-3)


def test_what_each_replica_keeps_for_itself_is_not_traced(mirrored, load_stream):
    tags = load_stream(mirrored[0] / "run" / "train").Tags()["tensors"]
    assert not any("/gradient" in tag or "/activation" in tag or "label" in tag for tag in tags)


def test_one_event_file_of_the_steps_is_written(mirrored):
    assert len(list((mirrored[0] / "run" / "train").iterdir())) == 1
