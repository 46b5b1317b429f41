"""Runs whose trainer never passes a step, against the same runs with steps."""

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.dissection.diagnose import diagnose
from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.reading import read_files
from insight_lib.events.ingest.placement import place_files
from tests.events.finding import find_event_files

POINTS = 60
RNG = np.random.default_rng(0)
FALLING = 2 * np.exp(-np.arange(POINTS) / 15) + 0.02 * RNG.random(POINTS)
CURVES = {
    "healthy": {"Loss/train": FALLING, "Loss/val": FALLING + 0.1},
    "nan": {"Loss/train": np.where(np.arange(POINTS) < 20, FALLING, np.nan)},
    "flat": {"Loss/train": 2.3 + 0.05 * RNG.standard_normal(POINTS)},
    "diverged": {"Loss/train": np.exp(np.arange(POINTS) / 8)},
    "overfitted": {
        "Loss/train": FALLING,
        "Loss/val": FALLING + np.maximum(0, np.arange(POINTS) - 20) * 0.05,
    },
}


def write(folder, curves, step_of):
    writer = EventFileWriter(str(folder))
    for at in range(POINTS):
        for tag, values in curves.items():
            value = Summary.Value(tag=tag, simple_value=values[at])
            # As SummaryWriter.add_scalar does where it is given no step.
            event = Event(wall_time=1.0 + at, summary=Summary(value=[value]))
            if step_of is not None:
                event.step = step_of(at)
            writer.add_event(event)
    writer.close()


def found_in(folder):
    return {f.rule: f for f in diagnose(folder).findings}


@pytest.mark.parametrize(
    ("kind", "step_of"),
    [
        ("healthy", None),
        ("nan", lambda _: 0),
        ("flat", lambda _: 500),
        ("diverged", None),
        ("overfitted", None),
    ],
)
def test_its_curves_are_judged_as_those_with_steps_are(tmp_path, kind, step_of):
    write(tmp_path / "with", CURVES[kind], lambda at: at)
    write(tmp_path / "without", CURVES[kind], step_of)
    expected, found = found_in(tmp_path / "with"), found_in(tmp_path / "without")
    said = found.pop("steps_not_passed")
    assert said.severity == "info"
    assert f"All {POINTS} points" in said.title
    assert "global_step" in said.advice
    assert bool(expected) == (kind != "healthy")
    judged = {rule: (f.severity, f.first_step, f.last_step) for rule, f in found.items()}
    assert judged == {r: (f.severity, f.first_step, f.last_step) for r, f in expected.items()}


def test_of_a_run_that_passes_steps_only_the_series_without_is_named(tmp_path):
    write(tmp_path / "run", {"Loss/train": CURVES["nan"]["Loss/train"]}, None)
    write(tmp_path / "run", {"lr": FALLING}, lambda at: at)
    found = found_in(tmp_path / "run")
    assert found["steps_not_passed"].evidence["series"] == "Loss/train"
    assert found["steps_not_passed"].evidence["series_of_one_step"] == 1
    assert found["non_finite_loss"].first_step == 20


def test_a_restart_that_writes_a_first_value_again_is_none_of_them(tmp_path):
    for start in range(4):
        writer = EventFileWriter(str(tmp_path / "run"), filename_suffix=f".{start}")
        value = Summary.Value(tag="hp_metric", simple_value=-1.0)
        writer.add_event(Event(wall_time=1.0, summary=Summary(value=[value])))
        writer.close()
    assert found_in(tmp_path / "run") == {}


def test_histograms_without_a_step_are_all_kept_in_the_order_of_writing(tmp_path):
    writer = EventFileWriter(str(tmp_path / "run"))
    for width in (1.0, 2.0, 3.0):
        histogram = HistogramProto(
            min=-width,
            max=width,
            num=20,
            sum=0.0,
            sum_squares=20 * width**2,
            bucket_limit=[-width / 2, width / 2, width],
            bucket=[10, 0, 10],
        )
        value = Summary.Value(tag="fc1.weight", histo=histogram)
        writer.add_event(Event(wall_time=1.0, summary=Summary(value=[value])))
    writer.close()
    measured = read_files(place_files(tmp_path, find_event_files(tmp_path))).measured
    rows = layer_statistics(measured).rows.to_pylist()
    assert [row["step"] for row in rows] == [0, 1, 2]
    assert sorted(row["max"] for row in rows) == [row["max"] for row in rows]
