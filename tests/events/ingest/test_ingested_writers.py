"""What installed writers wrote comes out of the lake as TensorBoard's own loaders read it."""

from collections import defaultdict

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorboard import data_compat
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api as hparams
from tensorboard.plugins.mesh.summary_v2 import mesh
from tensorboard.plugins.pr_curve import summary as pr_curve
from tensorboard.plugins.scalar import summary as scalar_v1
from tensorboard.summary import Writer
from tensorboard.util.tensor_util import make_ndarray

from insight_lib.events.ingest.read_task import VALUE_TABLES
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.files.log_root import check_roots
from insight_lib.lake.tables import open_lake
from tests.events.finding import find_event_files
from tests.in_process import InProcess

KINDS = [
    *(tf.float16, tf.float32, tf.float64, tf.int8, tf.int16, tf.int32, tf.int64),
    *(tf.uint8, tf.uint16, tf.uint32, tf.uint64, tf.bool),
]
STEPS = (0, -1, 2**40, -(2**63), 2**63 - 1)


def metadata(plugin):
    found = tf.compat.v1.SummaryMetadata()
    found.plugin_data.plugin_name = plugin
    return found


def by_summary_ops(folder):
    """Every function of tf.summary, scalars and histograms of every dtype, odd tags and steps."""
    with tf.summary.create_file_writer(str(folder)).as_default():
        for kind in KINDS:
            for shape in ((), (1,), (2,)):
                number = tf.cast(tf.ones(shape), kind)
                tag = f"{kind.name}/{shape}"
                tf.summary.write(tag, number, step=1, metadata=metadata("scalars"))
            edges = tf.cast([[0, 1, 1], [1, 1, 0]], kind)
            tf.summary.write(f"{kind.name}/h", edges, step=1, metadata=metadata("histograms"))
            tf.summary.write(f"{kind.name}/bare", edges, step=1)
        for step in STEPS:
            tf.summary.scalar("a//b ü/漢字", 0.5, step=step)
        for number in (float("nan"), float("inf"), -float("inf"), -0.0, 1e-45):
            tf.summary.scalar("odd", number, step=0)
        for numbers in (np.linspace(-1, 1, 50), np.ones(5), np.zeros(0)):
            tf.summary.histogram("h", numbers, step=2)
        tf.summary.image("image", np.zeros((2, 4, 4, 3)), step=1)
        tf.summary.audio("audio", np.zeros((1, 9, 1), np.float32), 8000, step=1)
        tf.summary.text("text", [["a", "b"], ["c", "d"]], step=1)
        tf.summary.write("own", tf.constant([b"\xff\0"]), step=1, metadata=metadata("own"))
        mesh("mesh", np.zeros((1, 4, 3)), step=1)
        hparams.hparams({"rate": 0.1, "name": "x", "flag": True})


def by_keras(folder):
    """The callback with all it can write, and a training that goes on in the same folder."""
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    x, y = np.ones((8, 4)), np.ones((8, 2))
    for first in (0, 2):
        callback = keras.callbacks.TensorBoard(
            str(folder), histogram_freq=1, write_images=True, update_freq="batch"
        )
        model.fit(
            x,
            y,
            validation_data=(x, y),
            initial_epoch=first,
            epochs=first + 2,
            verbose=0,
            callbacks=[callback],
        )


def by_tensorflow_1(folder):
    """Merged summaries of a graph, with what else a FileWriter takes, between two restarts."""
    v1 = tf.compat.v1
    with tf.Graph().as_default() as graph, v1.Session() as session:
        number = v1.placeholder(tf.float32, [])
        v1.summary.scalar("loss", number)
        v1.summary.histogram("weights", number + tf.linspace(0.0, 1.0, 9))
        v1.summary.histogram("nothing", tf.zeros([0]))
        v1.summary.image("image", tf.zeros([2, 4, 4, 3]))
        v1.summary.audio("audio", tf.zeros([1, 9]), 8000)
        v1.summary.text("text", tf.constant("words"))
        v1.summary.tensor_summary("tensor", tf.constant([1.0, 2.0]))
        scalar_v1.op("declared", number)
        pr_curve.op("pr", tf.constant([True, False]), tf.constant([0.1, 0.7]), num_thresholds=9)
        merged = v1.summary.merge_all()
        for first in (0, 3):
            writer = v1.summary.FileWriter(str(folder), graph, filename_suffix=f".{first}")
            times = v1.RunMetadata()
            options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
            for step in range(first, first + 4):
                summary = session.run(merged, {number: step}, options, times)
                writer.add_summary(summary, step)
            writer.add_run_metadata(times, f"step {first}", first)
            writer.add_session_log(v1.SessionLog(status=v1.SessionLog.START), first)
            writer.add_meta_graph(v1.train.export_meta_graph(graph=graph), first)
            writer.close()


def by_tensorboard(folder):
    writer = Writer(str(folder))
    writer.add_scalar("loss", 0.5, 3)
    writer.close()


WRITERS = (by_summary_ops, by_keras, by_tensorflow_1, by_tensorboard)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written") / "logs"
    for write in WRITERS:
        write(folder / write.__name__)
    return folder


@pytest.fixture(scope="module")
def ingested(root, tmp_path_factory):
    """The rows of each file, in the file's order, each with its table's name."""
    lake = open_lake(tmp_path_factory.mktemp("lake") / "lake", create=True)
    ingest_events(lake, InProcess(), check_roots([root]))
    rows = defaultdict(list)
    for name in VALUE_TABLES:
        for row in lake.read(name).to_pylist():
            rows[root.parent / row["file_id"]].append(row | {"table": name})
    assert lake.read("quarantine").num_rows == 0
    return {
        path: sorted(found, key=lambda row: (row["record_offset"], row["value_index"]))
        for path, found in rows.items()
    }


def theirs(path):
    """Tag, step, wall time and content of every value, and of every event without one."""
    declared = {}
    for event in LegacyEventFileLoader(str(path)).Load():
        key = (event.step, event.wall_time)
        if not event.summary.value:
            yield (event.tagged_run_metadata.tag, *key, event)
        for value in event.summary.value:
            tensor = data_compat.migrate_value(value)
            plugin = declared.setdefault(value.tag, tensor.metadata.plugin_data.plugin_name)
            array = make_ndarray(tensor.tensor) if tensor.HasField("tensor") else np.empty(0)
            content = value
            if plugin == "scalars" and array.size == 1:
                content = float(array.item())
            elif plugin == "histograms":
                content = array.astype(np.float32).reshape(-1, 3).tolist()
            yield (value.tag, *key, content)


def ours(row):
    key = (row["tag"], row["step"], row["wall_time"])
    if row["table"] == "scalars":
        return (*key, row["value"])
    if row["table"] == "histograms":
        columns = [row[name] for name in ("left_edges", "right_edges", "counts")]
        return (*key, np.array(columns, np.float32).T.tolist())
    is_event = row["plugin"] in ("file_version", "graph_def", "meta_graph_def", "session_log")
    message = Event if is_event or row["plugin"] == "tagged_run_metadata" else Summary.Value
    return (*key, message.FromString(row["payload"]))


@pytest.mark.parametrize("writer", WRITERS, ids=lambda write: write.__name__)
def test_every_value_of_every_file_is_tensorboards(root, ingested, writer):
    files = find_event_files(root / writer.__name__)
    assert files
    for path in files:
        assert repr([ours(row) for row in ingested[path]]) == repr(list(theirs(path)))


def test_the_scalars_of_every_directory_are_those_of_an_accumulator(ingested):
    for folder in {path.parent for path in ingested}:
        accumulator = EventAccumulator(
            str(folder), tensor_size_guidance={"scalars": 0}, purge_orphaned_data=False
        ).Reload()
        found = defaultdict(list)
        for path in sorted(path for path in ingested if path.parent == folder):
            for row in ingested[path]:
                if row["table"] == "scalars":
                    found[row["tag"]].append((row["step"], row["wall_time"], row["value"]))
        shown = {
            tag: [
                (event.step, event.wall_time, float(make_ndarray(event.tensor_proto).item()))
                for event in accumulator.Tensors(tag)
            ]
            for tag in found
        }
        assert repr(dict(found)) == repr(shown)
