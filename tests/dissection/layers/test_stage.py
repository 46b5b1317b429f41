"""Layer statistics of a real lake: the same as those of the directory itself, night by night."""

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.compat.proto import event_pb2, summary_pb2

from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.dissection.reading import read_files
from insight_lib.events.ingest.placement import place_files
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.tables import open_lake
from tests.dissection.messages import message
from tests.in_process import InProcess

RNG = np.random.default_rng(1)


def write(folder, steps, values_at, suffix=""):
    folder.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(folder / f"events.out.tfevents.1.host{suffix}")) as file:
        for step in steps:
            summary = summary_pb2.Summary(value=values_at(step))
            event = event_pb2.Event(wall_time=step, step=step, summary=summary)
            file.write(event.SerializeToString())


def histo(tag, numbers):
    counts, edges = np.histogram(numbers, 10)
    value = summary_pb2.Summary.Value(tag=tag)
    value.histo.min, value.histo.max, value.histo.num = edges[0], edges[-1], counts.sum()
    value.histo.bucket_limit.extend(edges[1:])
    value.histo.bucket.extend(counts)
    return value


def compact(tag, size):
    numbers = np.full(27, np.nan)
    numbers[:10] = [4, size, 0.0, size, size, 4 * size, 2 * size, 0, 0, 0]
    return message(tag, numbers)


def traced(step):
    return [
        compact("dense/kernel/weight/stats", 1.0),
        compact("dense/kernel/update/stats", 0.01),
        histo("dense/kernel/weight", RNG.normal(size=9)),
        histo("prelu/alpha/weight", RNG.normal(size=9)),
        compact("prelu/alpha/weight/stats", 1.0),
        histo("own/kernel/gradient", RNG.normal(size=9)),
        message("dense/kernel/weight/snapshot", np.full((2, 3), 1.0 + step)),
        message("dense/bias/weight/stats", np.zeros(3)),
        message("dense/bias/weight/snapshot", np.zeros(3, np.int32)),
    ]


def of_others(step):
    return [
        histo("fc1.weight", RNG.normal(size=99)),
        histo("dense/kernel/gradient", RNG.normal(size=9)),
        histo("episode_reward", RNG.normal(size=9)),
        summary_pb2.Summary.Value(tag="grad_2.0_norm/fc1.weight", simple_value=1.0 + step),
        summary_pb2.Summary.Value(tag="train/grad_norm", simple_value=1.0),
    ]


@pytest.fixture
def logs(tmp_path):
    root = tmp_path / "logs"
    write(root / "traced" / "train", range(3), traced)
    write(root / "others", range(2), of_others)
    return root


def derived(lake, root):
    ingest_events(lake, InProcess(), [root])
    return run_stage(lake, InProcess(), LAYER_STATISTICS)


def rows_of(table):
    rows = [str(row) for row in table.to_pylist()]
    return sorted(rows)


def read_directly(root):
    paths = sorted(path for path in root.rglob("*tfevents*"))
    return layer_statistics(read_files(place_files(root, paths)).measured)


def test_a_lake_holds_what_reading_the_directory_gives(logs, tmp_path):
    lake = open_lake(tmp_path / "lake", create=True)
    derived(lake, logs)
    directly = read_directly(logs)
    assert rows_of(lake.read("layer_stats")) == rows_of(directly.rows)
    assert rows_of(lake.read("rejected_summaries")) == rows_of(directly.rejected)


def test_every_source_is_used_and_what_is_malformed_is_named(logs, tmp_path):
    lake = open_lake(tmp_path / "lake", create=True)
    derived(lake, logs)
    found = lake.read("layer_stats").to_pylist()
    assert {(row["layer"], row["tensor"], row["kind"], row["source"]) for row in found} == {
        ("dense", "kernel", "weight", "deepinsight"),
        ("prelu", "alpha", "weight", "deepinsight"),
        ("own", "kernel", "gradient", "histogram"),
        ("dense", "kernel", "update", "deepinsight"),
        ("dense", "kernel", "gradient", "histogram"),
        ("fc1", "weight", "weight", "histogram"),
        ("fc1", "weight", "gradient", "scalar"),
    }
    weights = [row for row in found if (row["layer"], row["kind"]) == ("dense", "weight")]
    assert [row["spectral_norm"] for row in sorted(weights, key=lambda row: row["step"])] == (
        pytest.approx([np.sqrt(6) * (1 + step) for step in range(3)])
    )
    rejected = lake.read("rejected_summaries").to_pylist()
    assert {(row["run_id"], row["tag"]) for row in rejected} == {
        ("logs/traced", "dense/bias/weight/stats"),
        ("logs/traced", "dense/bias/weight/snapshot"),
    }
    assert len(rejected) == 6


def test_a_night_computes_only_the_runs_that_have_something_new(logs, tmp_path):
    lake = open_lake(tmp_path / "lake", create=True)
    assert derived(lake, logs) == ["logs/others", "logs/traced"]
    assert derived(lake, logs) == []
    write(logs / "others", range(2, 4), of_others, suffix=".later")
    assert derived(lake, logs) == ["logs/others"]
    steps = {row["step"] for row in lake.read("layer_stats").to_pylist() if row["layer"] == "fc1"}
    assert steps == {0, 1, 2, 3}


def test_a_run_without_layers_has_no_statistics(tmp_path):
    write(tmp_path / "logs" / "run", range(2), lambda step: of_others(step)[2:3])
    lake = open_lake(tmp_path / "lake", create=True)
    assert derived(lake, tmp_path / "logs") == ["logs/run"]
    assert lake.read("layer_stats").num_rows == lake.read("rejected_summaries").num_rows == 0
