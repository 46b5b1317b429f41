"""What the runs stage says of runs whose files other writers wrote, through a real lake."""

import json
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2, summary
from tensorboard.plugins.hparams import summary_v2 as hp
from tensorboard.plugins.hparams.api import KerasCallback
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.cli.main import main
from insight_lib.dealer.reading import CONFIG_TAG
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.runs.refresh_runs import refresh_runs
from insight_lib.events.runs.stage import RUNS
from insight_lib.files.log_root import check_roots
from insight_lib.lake.contract import contract
from insight_lib.lake.run_stage import RunStage, run_stage
from insight_lib.lake.tables import open_lake
from insight_lib.risk.stages.run_states import refresh_states
from tests.in_process import InProcess

keras = pytest.importorskip("keras")
tf1 = pytest.importorskip("tensorflow").compat.v1


def write(folder, *events):
    writer = EventFileWriter(str(folder))
    for event in events:
        writer.add_event(event)
    writer.close()


def told(of, wall_time=1.0):
    # TensorFlow has its own messages where it is installed.
    return Event(wall_time=wall_time, summary=Summary.FromString(of.SerializeToString()))


def configured(document, wall_time=1.0):
    value = Summary.Value(tag=CONFIG_TAG)
    value.metadata.plugin_data.plugin_name = "text"
    value.tensor.dtype = 7
    value.tensor.string_val.append(json.dumps(document).encode())
    return Event(wall_time=wall_time, summary=Summary(value=[value]))


def by_add_hparams(values, wall_time):
    """A session's start, and its end without a time, as PyTorch's ``add_hparams`` writes them."""
    data = plugin_data_pb2.HParamsPluginData()
    for name, value in values.items():
        data.session_start_info.hparams[name].number_value = value
    ended = plugin_data_pb2.HParamsPluginData()
    ended.session_end_info.status = api_pb2.STATUS_SUCCESS
    for each in (data, ended):
        value = Summary.Value(tag="_hparams_")
        value.metadata.plugin_data.plugin_name = "hparams"
        value.metadata.plugin_data.content = each.SerializeToString()
        yield Event(wall_time=wall_time, summary=Summary(value=[value]))


def by_keras(folder):
    layers = [keras.layers.Input((4,)), keras.layers.Dense(3, name="only")]
    model = keras.Sequential(layers)
    model.compile("sgd", "mse")
    callbacks = [keras.callbacks.TensorBoard(folder), KerasCallback(str(folder), {"units": 3})]
    model.fit(np.zeros((4, 4)), np.zeros((4, 3)), verbose=0, callbacks=callbacks)


def by_session(folder):
    with tf1.Graph().as_default() as graph:
        tf1.get_variable("dense/kernel", [2, 5])
        tf1.summary.FileWriter(str(folder), graph).close()


@pytest.fixture(scope="module")
def lake(tmp_path_factory, workers):
    folder = tmp_path_factory.mktemp("told")
    root = folder / "logs"
    started = told(hp.hparams_pb({"units": 8, "rate": 0.5}))
    # As add_hparams writes: the trial is a separate directory below the run.
    write(root / "torch", Event(wall_time=1.0, step=1))
    succeeded = told(summary.session_end_pb(api_pb2.STATUS_SUCCESS))
    write(root / "torch" / "1700000000.5", started, succeeded)
    write(
        root / "both",
        started,
        configured({"hparams": {"units": 16, "\ud800": "\ud800"}, "topology": [{"name": "a"}]}),
        told(summary.session_end_pb(api_pb2.STATUS_FAILURE), 2.0),
    )
    write(root / "tuned", Event(wall_time=1.0, step=1))
    write(root / "tuned" / "1700000000.5", started)
    write(root / "tuned" / "1700000001.25", told(hp.hparams_pb({"units": 16})))
    loss = Event(wall_time=time.time(), step=1)
    loss.summary.value.add(tag="loss", simple_value=0.5)
    accuracy = Event(wall_time=1.0)
    accuracy.summary.value.add(tag="hparam/accuracy", simple_value=0.75)
    for name in ("agreed", "differing"):
        write(root / name, loss)
        write(root / name / "1700000000.5", *by_add_hparams({"rate": 0.5}, 1.0), accuracy)
    write(root / "agreed" / "1700000001.25", *by_add_hparams({"rate": 0.5}, 2.0))
    write(root / "differing" / "1700000001.25", *by_add_hparams({"rate": 0.25}, 2.0))
    write(root / "lightning_logs" / "version_0", *by_add_hparams({"rate": 0.5}, time.time()))
    write(root / "resumed", started, succeeded, told(hp.hparams_pb({"units": 8}), 3.0))
    write(root / "twice", started, told(hp.hparams_pb({"units": 9}), 2.0))
    hostile = Summary.Value(tag="hparams")
    hostile.metadata.plugin_data.plugin_name = "hparams"
    hostile.metadata.plugin_data.content = b"\xff" * 9
    write(
        root / "hostile",
        Event(wall_time=1.0, graph_def=b"\xff" * 50),
        configured([1]),
        Event(wall_time=1.0, summary=Summary(value=[hostile])),
    )
    by_keras(root / "keras")
    by_session(root / "session")
    lake = open_lake(folder / "lake", create=True)
    ingest_events(lake, workers, check_roots([root]))
    refresh_runs(lake, workers)
    return lake


@pytest.fixture(scope="module")
def runs(lake):
    rows = lake.read("runs").to_pylist()
    return {row["run_id"]: row | {"hparams": dict(row["hparams"])} for row in rows}


def test_a_trial_has_its_hyper_parameters_and_its_end(runs):
    trial = runs["logs/torch/1700000000.5"]
    assert trial["hparams"] == {"units": "8", "rate": "0.5"}
    assert trial["state"] == "finished"


def test_the_run_above_a_trial_has_its_hyper_parameters_too(runs):
    assert runs["logs/torch"]["hparams"] == {"units": "8", "rate": "0.5"}
    assert runs["logs/torch"]["hparams_source"] == "hparams plugin"
    assert runs["logs/torch"]["state"] == "running"


def test_trials_that_differ_say_nothing_of_the_run_above_them(runs):
    assert runs["logs/tuned/1700000000.5"]["hparams"] == {"units": "8", "rate": "0.5"}
    assert runs["logs/tuned/1700000001.25"]["hparams"] == {"units": "16"}
    assert runs["logs/tuned"]["hparams"] == {}


def test_the_trials_below_a_run_with_values_are_that_runs_metrics_and_hyper_parameters(lake, runs):
    assert runs["logs/agreed"]["hparams"] == {"rate": "0.5"}
    assert runs["logs/agreed"]["hparams_source"] == "hparams plugin"
    assert runs["logs/differing"]["hparams"] == {}
    assert {runs[f"logs/{name}"]["state"] for name in ("agreed", "differing")} == {"running"}
    assert not [run for run in runs if run.startswith(("logs/agreed/", "logs/differing/"))]
    columns = ["run_id", "stream", "tag", "value"]
    metrics = {tuple(row.values()) for row in lake.read("scalars", columns).to_pylist()}
    assert ("logs/agreed", "1700000000.5", "hparam/accuracy", 0.75) in metrics


def test_an_end_that_add_hparams_writes_at_the_start_is_none(runs):
    assert runs["logs/lightning_logs/version_0"]["hparams"] == {"rate": "0.5"}
    assert runs["logs/lightning_logs/version_0"]["state"] == "running"
    assert runs["logs/lightning_logs/version_0"]["writer"] == "PyTorch Lightning"


def test_a_session_that_starts_again_after_its_end_goes_on(runs):
    assert runs["logs/resumed"]["state"] == "running"


def test_a_run_goes_on_until_it_was_quiet_for_a_day(tmp_path):
    now = datetime.now(UTC)
    write(tmp_path / "logs" / "fresh", Event(wall_time=time.time() - 3600, step=1))
    lake = open_lake(tmp_path / "lake", create=True)
    ingest_events(lake, InProcess(), check_roots([tmp_path / "logs"]))
    assert refresh_runs(lake, InProcess()) == ["logs/fresh"]
    [before] = lake.read("runs").to_pylist()
    assert before["state"] == "running"
    assert refresh_runs(lake, InProcess()) == []
    assert refresh_states(lake, now) == []
    tomorrow = now + timedelta(days=1, minutes=1)
    assert refresh_states(lake, tomorrow) == ["logs/fresh"]
    assert lake.read("runs").to_pylist() == [before | {"state": "ended"}]
    assert refresh_states(lake, tomorrow) == refresh_runs(lake, InProcess()) == []


@pytest.mark.parametrize(
    ("status", "later_s", "state"),
    [
        ("STOP", (), "finished"),
        ("STOP", (1.0,), "finished"),  # the last event of another file of the same training
        ("STOP", (600.0,), "running"),  # fitted again
        ("START", (), "running"),
        ("CHECKPOINT", (), "running"),
    ],
)
def test_a_session_log_says_that_a_training_came_to_its_end(status, later_s, state, tmp_path):
    at_s = time.time() + 5  # after what the writer itself puts first
    end = Event(wall_time=at_s, session_log=SessionLog(status=status))
    later = [Event(wall_time=at_s + after_s, step=9) for after_s in later_s]
    write(tmp_path / "logs" / "a", Event(wall_time=at_s - 5, step=1), end, *later)
    lake = open_lake(tmp_path / "lake", create=True)
    ingest_events(lake, InProcess(), check_roots([tmp_path / "logs"]))
    refresh_runs(lake, InProcess())
    assert lake.read("runs", ["state"])["state"].to_pylist() == [state]


def test_a_session_that_writes_on_after_its_end_has_finished_when_it_is_quiet(tmp_path):
    now_s = time.time()
    end = Event(wall_time=now_s, session_log=SessionLog(status="STOP"))
    write(tmp_path / "logs" / "a", end, Event(wall_time=now_s + 600, step=9))
    lake = open_lake(tmp_path / "lake", create=True)
    ingest_events(lake, InProcess(), check_roots([tmp_path / "logs"]))
    refresh_runs(lake, InProcess())
    assert lake.read("runs", ["state"])["state"].to_pylist() == ["running"]
    refresh_states(lake, datetime.fromtimestamp(now_s, UTC) + timedelta(days=2))
    assert lake.read("runs", ["state"])["state"].to_pylist() == ["finished"]


def test_the_rows_of_an_old_lake_get_the_new_words(tmp_path):
    write(tmp_path / "logs" / "old", Event(wall_time=1.0, step=1))
    lake = open_lake(tmp_path / "lake", create=True)
    ingest_events(lake, InProcess(), check_roots([tmp_path / "logs"]))
    old = RunStage("runs", RUNS.inputs, RUNS.outputs, in_old_words)
    run_stage(lake, InProcess(), old)
    [before] = lake.read("runs").to_pylist()
    assert (before["state"], before["writer"]) == ("recorded", "brain.Event:2")
    assert refresh_runs(lake, InProcess()) == ["logs/old"]
    assert lake.read("runs").to_pylist() == [before | {"state": "running", "writer": "PyTorch"}]


def in_old_words(tables):
    rows = RUNS.compute(tables)["runs"].to_pylist()
    old = [row | {"state": "recorded", "writer": "brain.Event:2"} for row in rows]
    return {"runs": pa.Table.from_pylist(old, schema=contract("runs").schema)}


def test_what_tensordealer_recorded_comes_first_and_the_plugin_fills(runs):
    assert runs["logs/both"]["hparams"] == {"units": "16", "rate": "0.5", "?": "?"}
    assert runs["logs/both"]["state"] == "failed"
    assert json.loads(runs["logs/both"]["topology"]) == [{"name": "a"}]
    assert runs["logs/both"]["topology_source"] == runs["logs/both"]["hparams_source"] == "dealer"


def test_a_configuration_that_does_not_fit_is_kept_and_its_fields_are_named(runs):
    problems = runs["logs/both"]["config_problems"]
    assert problems.startswith("dealer: ")
    assert "topology[0].type is missing" in problems
    assert json.loads(runs["logs/both"]["config"])["hparams"]["units"] == 16


def test_of_two_sessions_in_one_run_the_last_counts(runs):
    assert runs["logs/twice"]["hparams"] == {"units": "9"}


def test_keras_callbacks_give_hyper_parameters_layers_and_end(runs):
    run = runs["logs/keras"]
    assert run["hparams"] == {
        "units": "3",
        "optimizer": "SGD",
        "learning_rate": "0.01",
        "loss": "mse",
    }
    assert run["writer"] == "Keras 3"
    assert run["state"] == "finished"
    assert (run["hparams_source"], run["topology_source"]) == ("hparams plugin", "keras graph")
    assert [layer["parameters"] for layer in json.loads(run["topology"])] == [15]
    assert run["config_problems"] is None
    told = json.loads(run["logged_config"])
    assert (told["optimizer"]["name"], told["loss"]) == ("SGD", {"name": "mean_squared_error"})
    assert told["outputs"] == [layer["name"] for layer in told["topology"]]
    assert run["config"] is runs["logs/session"]["logged_config"] is None


def test_the_graph_of_a_session_gives_its_layers(runs):
    assert runs["logs/session"]["topology_source"] == "graph def"
    assert json.loads(runs["logs/session"]["topology"])[0] == {
        "name": "dense",
        "weights": {"kernel": [2, 5]},
        "parameters": 10,
    }


def test_a_hostile_payload_gives_nothing_and_a_reason(runs):
    run = runs["logs/hostile"]
    assert (run["hparams"], run["config"], run["topology"]) == ({}, None, None)
    assert (run["hparams_source"], run["topology_source"]) == (None, None)
    for problem in (
        "hparams plugin: no HParamsPluginData message",
        "dealer: 1 field(s) do not fit: the document should be an object, not [1]",
        "graph def: no GraphDef message",
    ):
        assert problem in run["config_problems"]


def test_the_listing_shows_how_a_run_ended(lake, runs, capsys):
    assert main(["runs", "--json", "--lake", str(lake.root)]) == 0
    listed = {row["run_id"]: row["state"] for row in json.loads(capsys.readouterr().out)}
    assert listed == {run_id: run["state"] for run_id, run in runs.items()}
