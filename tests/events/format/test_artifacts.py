"""What plugins without a table for themselves wrote is kept as it was written."""

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.plugins.hparams import summary_v2 as hp

from insight_lib.events.format.decode import decode
from tests.events.finding import find_event_files

tensorflow = pytest.importorskip("tensorflow")
PLUGINS = ("text", "images", "audio", "pr_curves", "hparams", "graph_keras_model", "own")


def write_all(folder):
    from tensorboard.plugins.pr_curve import summary as pr_curve  # noqa: PLC0415  (it loads TF)

    summary = tensorflow.summary
    with summary.create_file_writer(str(folder)).as_default(step=3):
        summary.text("note", ["one", "two"])
        summary.image("picture", tensorflow.zeros([2, 4, 5, 3]))
        summary.audio("sound", tensorflow.zeros([1, 16, 1]), sample_rate=8000)
        curve = pr_curve.pb(
            "curve", np.array([True, False]), np.array([0.9, 0.2]), num_thresholds=5
        )
        summary.experimental.write_raw_pb(curve.SerializeToString())
        hp.hparams({"units": 3}, trial_id="a")
        model = tensorflow.keras.Sequential([tensorflow.keras.layers.Input((2,))])
        model.add(tensorflow.keras.layers.Dense(1))
        described = {"plugin_data": {"plugin_name": "graph_keras_model"}}
        metadata = tensorflow.compat.v1.SummaryMetadata(**described)
        summary.write("model", model.to_json(), metadata=metadata)
        metadata = tensorflow.compat.v1.SummaryMetadata(
            plugin_data={"plugin_name": "own", "content": b"\x00\xff"}
        )
        summary.write("mine", tensorflow.constant([[1, 2]]), metadata=metadata)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The file's values by TensorBoard's reader, and ours of the same file."""
    folder = tmp_path_factory.mktemp("plugins")
    write_all(folder)
    (path,) = find_event_files(folder)
    events = [Event.FromString(record) for record in RawEventFileLoader(str(path)).Load()]
    values = [value for event in events for value in event.summary.value]
    return values, decode(path.read_bytes(), 0, {})


@pytest.mark.parametrize("plugin", PLUGINS)
def test_what_a_plugin_wrote_is_kept_whole(written, plugin):
    values, decoded = written
    expected = [v for v in values if v.metadata.plugin_data.plugin_name == plugin]
    rows = [row for row in decoded.artifacts.to_pylist() if row["plugin"] == plugin]
    assert len(rows) == 1
    assert [row["tag"] for row in rows] == [value.tag for value in expected]
    assert [
        type(value).FromString(row["payload"]) for value, row in zip(expected, rows, strict=True)
    ] == expected


def test_every_value_is_kept_once(written):
    values, decoded = written
    kept = [row for row in decoded.artifacts.to_pylist() if row["plugin"] != "file_version"]
    assert len(kept) == len(values) == len(PLUGINS)
