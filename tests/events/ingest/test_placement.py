"""Runs and streams: which directories belong together."""

from collections import defaultdict

import pytest
from tensorboard.compat.proto.event_pb2 import Event

from insight_lib.events.ingest.placement import RunPlacement, place_files
from tests.events.finding import find_event_files


@pytest.fixture
def logs(tmp_path):
    root = tmp_path / "logs"
    root.mkdir()
    return root


@pytest.fixture
def write(logs, framed, scalar):
    """A function that writes an event file with one scalar of each tag."""

    def write(directory, *tags, name="events.out.tfevents.1"):
        path = logs / directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        events = [scalar(tag, 1, 1.0) for tag in tags]
        path.write_bytes(b"".join(framed(event.SerializeToString()) for event in events))

    return write


def streams(root):
    """Streams of each run."""
    runs = defaultdict(set)
    for placed in place_files(root, find_event_files(root)):
        runs[placed.run_id].add(placed.stream)
    return dict(runs)


def test_a_directory_with_event_files_is_a_run(logs, write):
    write("a/b", "loss")
    (placed,) = place_files(logs, find_event_files(logs))
    assert placed.file_id == "logs/a/b/events.out.tfevents.1"
    assert (placed.run_id, placed.stream) == ("logs/a/b", ".")


def test_the_root_itself_can_be_a_run(logs, write):
    write(".", "loss")
    write("train", "loss")
    assert streams(logs) == {"logs": {".", "train"}}


@pytest.mark.parametrize(
    "name", ["train", "Validation", "val", "valid", "eval", "eval_holdout", "TEST", "testing"]
)
def test_a_directory_of_a_phase_below_a_directory_with_files_is_a_stream_of_it(logs, write, name):
    write("run", "loss")
    write(f"run/{name}", "loss")
    assert streams(logs) == {"logs/run": {".", name}}


@pytest.mark.parametrize("name", ["Validation", "val", "eval", "eval_holdout", "TEST"])
def test_directories_of_two_phases_that_hold_the_same_are_streams_of_one_run(logs, write, name):
    write("run/train", "epoch_loss", "epoch_learning_rate")
    write(f"run/{name}", "epoch_loss", "evaluation_loss_vs_iterations")
    write("other/training", "train/loss")
    write(f"other/{name}", "val/loss")
    write("camel/training", "LossTrain", "TrainAcc")
    write(f"camel/{name}", "LossVal", "ValAcc")
    assert streams(logs) == {
        "logs/run": {"train", name},
        "logs/other": {"training", name},
        "logs/camel": {"training", name},
    }


@pytest.mark.parametrize("name", ["train", "Validation", "val", "eval", "eval_holdout", "test"])
def test_a_directory_whose_scalars_tell_of_several_phases_is_a_run_whatever_its_name(
    logs, write, name
):
    """Ultralytics writes runs/detect/train, train2, ..., each with all of its phases."""
    tags = ("train/box_loss", "val/box_loss", "metrics/mAP50(B)", "lr/pg0")
    write(f"detect/{name}", *tags)
    write("pose/train", *tags)
    write("pose/train2", *tags)
    write(f"pose/{name}", *tags)
    write("segment", "loss")
    write(f"segment/{name}", *tags)
    runs = {f"logs/{folder}/{name}" for folder in ("detect", "pose", "segment")}
    assert set(streams(logs)) == runs | {"logs/pose/train", "logs/pose/train2", "logs/segment"}
    assert {stream for found in streams(logs).values() for stream in found} == {"."}


def test_train_alone_is_a_stream_only_where_its_tags_tell_of_no_phase(logs, write):
    """So is a run of Keras before its first validation; Ultralytics may train without one."""
    write("keras/train", "epoch_loss")
    write("detect/train", "train/box_loss", "lr/pg0")
    assert streams(logs) == {"logs/keras": {"train"}, "logs/detect/train": {"."}}


def test_train_among_directories_of_other_names_that_hold_the_same_is_one_of_these_runs(
    logs, write
):
    write("a/train", "loss")
    write("a/train2", "loss")
    write("b/train", "loss")
    write("b/baseline", "loss")
    write("c/train", "epoch_loss")
    write("c/other", "lr")
    assert set(streams(logs)) == {
        *("logs/a/train", "logs/a/train2", "logs/b/train", "logs/b/baseline", "logs/c"),
        "logs/c/other",
    }


@pytest.mark.parametrize("name", ["val", "eval", "test"])
def test_a_held_out_phases_name_alone_is_an_experiments(logs, write, name):
    write(f"logs/{name}", "loss", "reward")
    write("logs/ppo", "loss", "reward")
    assert set(streams(logs)) == {f"logs/logs/{name}", "logs/logs/ppo"}


def test_experiments_below_a_directory_with_the_name_of_a_phase_are_runs(logs, write):
    """As YOLOv5 names them: runs/train/exp, runs/train/exp2."""
    write("runs/train/exp", "train/box_loss")
    write("runs/train/exp2", "train/box_loss")
    write("runs/train/keras/train", "loss")
    write("runs/train/keras/validation", "loss")
    assert streams(logs) == {
        "logs/runs/train/exp": {"."},
        "logs/runs/train/exp2": {"."},
        "logs/runs/train/keras": {"train", "validation"},
    }


def test_directories_of_two_phases_that_hold_nothing_in_common_are_runs(logs, write):
    write("rl/test", "reward")
    write("rl/val", "wer")
    assert set(streams(logs)) == {"logs/rl/test", "logs/rl/val"}


def test_a_graph_before_the_first_scalar_hides_no_phase(logs, framed, scalar):
    """Ultralytics writes the graph of its model first, Keras too."""
    path = logs / "detect" / "train" / "events.out.tfevents.1"
    path.parent.mkdir(parents=True)
    graph = Event(wall_time=1.0, graph_def=bytes(200_000))
    events = [graph, scalar("train/box_loss", 1, 1.0), scalar("val/box_loss", 1, 1.0)]
    path.write_bytes(b"".join(framed(event.SerializeToString()) for event in events))
    assert streams(logs) == {"logs/detect/train": {"."}}


def test_a_directory_that_is_known_keeps_its_run_and_the_phases_next_to_it_follow(logs, write):
    write("a/train", "loss")
    write("a/train2", "loss")
    write("a/validation", "epoch_loss")
    write("b/test", "loss")
    write("b/train", "loss")
    files = {path.relative_to(logs).as_posix(): path for path in find_event_files(logs)}
    placement = RunPlacement(logs, files, {"a/train": "a", "b/test": "b/test"})
    placed = {below.rpartition("/")[0]: placement.run_and_stream(below) for below in files}
    assert placed == {
        "a/train": ("logs/a", "train"),
        "a/train2": ("logs/a/train2", "."),
        "a/validation": ("logs/a", "validation"),
        "b/test": ("logs/b/test", "."),
        "b/train": ("logs/b/train", "."),
    }


def test_the_directory_of_a_trial_is_a_stream_of_its_run_but_a_run_where_that_holds_nothing(
    logs, write
):
    """``add_hparams`` names it by the moment; a loop over it alone leaves an empty file above."""
    write("run", "loss")
    write("run/1700000000.1234567", "_hparams_/session_start_info", "hparam/accuracy")
    write("sweep")
    write("sweep/1700000000.5", "_hparams_/session_start_info", "hparam/accuracy")
    write("sweep/1700000001.5", "_hparams_/session_start_info", "hparam/accuracy")
    write("alone/1700000002.5", "_hparams_/session_start_info", "hparam/accuracy")
    assert streams(logs) == {
        "logs/run": {".", "1700000000.1234567"},
        "logs/sweep": {"."},
        "logs/sweep/1700000000.5": {"."},
        "logs/sweep/1700000001.5": {"."},
        "logs/alone/1700000002.5": {"."},
    }


def test_directories_that_only_resemble_phases_are_runs(logs, write):
    write("train_data", "loss")
    write("tests/run", "loss")
    assert set(streams(logs)) == {"logs/train_data", "logs/tests/run"}


def test_add_scalars_sub_writers_are_streams_of_their_writer(logs, write):
    write("run", "lr")
    write("run/Loss_by_phase_train", "Loss/by_phase")
    write("run/Loss_by_phase_test", "Loss/by_phase")
    write("run/data/acc_test", "data/acc")
    assert streams(logs) == {
        "logs/run": {".", "Loss_by_phase_train", "Loss_by_phase_test", "data/acc_test"}
    }


def test_sub_writers_of_tensorboardx_are_streams_of_their_writer(logs, write):
    """They lie in <main tag>/<sub tag>, with the tag's odd characters in the name."""
    write("run", "lr")
    write("run/Loss/by phase/train", "Loss/by_phase")
    write("run/acc@1/top", "acc_1")
    write("run/other/top", "acc_1")
    assert streams(logs) == {
        "logs/run": {".", "Loss/by phase/train", "acc@1/top"},
        "logs/run/other/top": {"."},
    }


def test_a_sub_writer_of_a_stream_is_a_stream_of_the_run(logs, write):
    write("run/train", "lr")
    write("run/train/Loss_a", "Loss")
    assert streams(logs) == {"logs/run": {"train", "train/Loss_a"}}


def test_a_directory_with_other_tags_than_its_name_says_is_a_run(logs, write):
    write("run", "lr")
    write("run/Loss_a", "Loss", "accuracy")
    write("run/Loss_b", "accuracy")
    assert set(streams(logs)) == {"logs/run", "logs/run/Loss_a", "logs/run/Loss_b"}


def test_a_sub_writers_name_without_a_writer_above_is_a_run(logs, write):
    write("run/Loss_a", "Loss")
    assert streams(logs) == {"logs/run/Loss_a": {"."}}


def test_sub_writers_of_one_process_are_one_run_though_the_writers_file_is_gone(logs, write):
    name = "events.out.tfevents.17.host.40.{}".format
    write("run/Loss_a", "Loss", name=name(1))
    write("run/Loss_b", "Loss", name=name(2))
    write("run/success_rate_", "success_rate", name=name(3))
    write("run/other", "reward", name=name(4))
    assert streams(logs) == {
        "logs/run": {"Loss_a", "Loss_b", "success_rate_"},
        "logs/run/other": {"."},
    }


@pytest.mark.parametrize(
    ("name", "tags"), [("events.out.tfevents.17.host.41.1", ["Loss"]), ("", ["Loss", "lr"])]
)
def test_such_directories_of_two_processes_or_of_several_tags_are_runs(logs, write, name, tags):
    own = "events.out.tfevents.17.host.40.1"
    write("sweep/Loss_a", *tags, name=own)
    write("sweep/Loss_b", *tags, name=name or own)
    assert set(streams(logs)) == {"logs/sweep/Loss_a", "logs/sweep/Loss_b"}


def test_trials_beneath_a_directory_with_event_files_are_runs(logs, write):
    write("tuning", "_hparams_/experiment")
    write("tuning/run-0", "_hparams_/session_start_info", "accuracy")
    write("tuning/run-0/train", "loss")
    assert streams(logs) == {"logs/tuning": {"."}, "logs/tuning/run-0": {".", "train"}}


def test_real_runs_are_grouped_as_their_writers_intended(tfevents_dir):
    runs = streams(tfevents_dir)
    assert sum(len(found) for found in runs.values()) < len(find_event_files(tfevents_dir))
    lambdas = [sorted(found) for run, found in runs.items() if "LambdaNetworks" in run]
    lines = [".", "Accuracy_Test", "Accuracy_Train", "Loss_Test", "Loss_Train"]
    assert (lambdas.count(lines), lambdas.count(["."])) == (28, 5)
    assert len(lambdas) == 28 + 5
    base = "tfevents/Alwaysproblem+tensorboard-review"
    assert runs[f"{base}/log/text_hp/hparam_tuning/run-3"] == {".", "train", "validation"}
    assert runs[f"{base}/log"] == {".", "train", "validation"}
    assert runs[f"{base}/logs/hparam_tuning/run-0"] == {"."}
    assert f"{base}/logs/train_data/20200409-142246" in runs
