"""Trainings that were interrupted are taken up again."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

from insight_lib.zoo import ZooRun, train_runs
from insight_lib.zoo.faults import HEALTHY

RUNS = [
    ZooRun(0, "iris_mlp", HEALTHY, seed=1),
    ZooRun(1, "iris_mlp", "learning_rate_too_low", seed=2, strength=0.3),
    ZooRun(2, "iris_mlp", HEALTHY, seed=3, is_sampled=True),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("wide")


@pytest.fixture(scope="module")
def truth(folder):
    return train_runs(folder, RUNS[:2])


def test_the_truth_says_what_was_done(truth):
    assert [(one.run, one.fault, one.strength) for one in truth] == [
        ("run-0000", HEALTHY, 1.0),
        ("run-0001", "learning_rate_too_low", 0.3),
    ]


def test_what_is_trained_is_not_trained_again(folder, truth):
    written = {path: path.stat().st_mtime_ns for path in (folder / "runs").rglob("events*")}
    assert train_runs(folder, RUNS[:2]) == truth
    assert {path: path.stat().st_mtime_ns for path in (folder / "runs").rglob("events*")} == written


def test_what_an_interrupted_run_left_is_removed(folder, truth):
    left = folder / "runs" / RUNS[2].directory / "events.out.tfevents.1.left"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a record")
    done = train_runs(folder, RUNS)
    assert [one.is_sampled for one in done] == [False, False, True]
    assert done[:2] == truth
    assert not left.exists()
    assert list(left.parent.rglob("events*"))
