"""The word for a writer, by what it leaves behind."""

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.events.runs.writers import Traces, writer

HOST = "events.out.tfevents.1700000000.host"
PROCESS, TF2 = f"{HOST}.12.0", f"{HOST}.12.0.v2"
MODULES = GraphDef()
MODULES.node.add(name="Net/Linear[fc1]/weight", op="prim::GetAttr")
MODULES.node.add(name="Net/Linear[fc1]/1", op="aten::linear")
VARIABLES = GraphDef()
VARIABLES.node.add(name="dense/kernel", op="VariableV2")


@pytest.mark.parametrize(
    ("word", "traces"),
    [
        ("PyTorch", {"names": [PROCESS]}),
        ("TensorFlow 2", {"names": [TF2]}),
        ("unknown", {"names": [HOST]}),
        ("tensorboardX", {"names": [HOST], "graph": MODULES.SerializeToString()}),
        ("TensorFlow 1", {"names": [HOST], "graph": VARIABLES.SerializeToString()}),
        ("TensorFlow 1", {"names": [HOST], "plugins": {"session_log"}}),
        ("TensorFlow 1", {"names": [HOST], "tags": {"global_step/sec"}}),
        ("Keras 2", {"names": [TF2], "keras_model": '{"keras_version": "2.4.0"}'}),
        ("Keras 3", {"names": [TF2], "keras_model": '{"module": "keras", "config": {}}'}),
        ("Keras", {"names": [TF2], "keras_model": "{"}),
        ("Keras", {"names": [TF2], "tags": {"epoch_loss"}}),
        ("TensorTracer", {"names": [TF2], "tags": {"epoch_loss"}, "plugins": {"deepinsight"}}),
        (
            "Keras 3, TensorTracer",
            {"names": [TF2], "is_recorded": True, "keras_model": '{"module": "keras"}'},
        ),
        ("RLlib", {"names": [HOST], "tags": {"ray/tune/episode_reward_mean"}}),
        ("Ray Tune", {"names": [HOST], "tags": {"ray/tune/mean_accuracy"}}),
        ("Stable-Baselines3", {"names": [PROCESS], "tags": {"time/fps", "rollout/ep_rew_mean"}}),
        ("ML-Agents", {"names": [PROCESS], "tags": {"Environment/Cumulative Reward"}}),
        (
            "Hugging Face Trainer",
            {"names": [PROCESS], "tags": {"args/text_summary", "model_config/text_summary"}},
        ),
        ("PyTorch Lightning", {"names": [PROCESS], "tags": {"hp_metric"}}),
        ("PyTorch, TensorFlow 2", {"names": [PROCESS, TF2]}),
        ("unknown", {"names": ["events.out.tfevents.1700000000.host.profile-empty"]}),
        ("unknown", {"names": [HOST], "graph": b"\xff" * 9}),
        ("unknown", {}),
    ],
)
def test_each_writer_has_its_word(word, traces):
    assert writer(Traces(run_id="logs/run", **traces)) == word


def test_a_folder_of_lightning_names_it():
    assert writer(Traces("logs/lightning_logs/version_3", [PROCESS])) == "PyTorch Lightning"


def test_the_first_record_names_the_writer_of_a_file_of_another_name(tmp_path):
    EventFileWriter(str(tmp_path)).close()
    (file,) = tmp_path.iterdir()
    event = Event.FromString(file.read_bytes()[12:-4])
    assert event.file_version
    found = writer(Traces("logs/run", ["tfevents"], versions=[event.SerializeToString()]))
    assert found == "PyTorch"
