"""Runs and streams: which directories belong together."""

from collections import defaultdict

import pytest

from insight_lib.events.ingest.placement import place_files
from tests.events.finding import find_event_files


@pytest.fixture
def logs(tmp_path):
    root = tmp_path / "logs"
    root.mkdir()
    return root


@pytest.fixture
def write(logs, framed, scalar):
    """A function that writes an event file with one scalar of each tag."""

    def write(directory, *tags):
        path = logs / directory / "events.out.tfevents.1"
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
def test_directories_of_phases_are_streams_of_the_run_above(logs, write, name):
    write(f"run/{name}", "loss")
    assert streams(logs) == {"logs/run": {name}}


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
