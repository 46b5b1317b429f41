"""A night over real event files of many writers, with truncated, corrupt and header-only ones."""

import csv
from collections import Counter

import pytest

from insight_lib.cli.main import main
from insight_lib.lake.tables import open_lake

pytestmark = pytest.mark.spark

VALUE_TABLES = ("scalars", "histograms", "artifacts")


@pytest.fixture(scope="module")
def lake(tfevents_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus") / "lake"
    assert main(["nightly", str(tfevents_dir), "--lake", str(folder)]) == 0
    return open_lake(folder)


@pytest.fixture(scope="module")
def manifest(tfevents_dir):
    with (tfevents_dir / "MANIFEST.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {
        f"{tfevents_dir.name}/{row['repo'].replace('/', '+')}/{row['path']}": int(row["records"])
        for row in rows
    }


def test_every_file_is_in_the_ledger_with_the_records_that_it_holds(lake, manifest):
    ledger = lake.read("event_files").to_pylist()
    assert {row["file_id"]: row["records"] for row in ledger} == manifest


def test_every_record_is_in_a_table_or_in_quarantine_with_its_place(lake, manifest):
    places = {
        (row["file_id"], row["record_offset"])
        for name in VALUE_TABLES
        for row in lake.read(name, ["file_id", "record_offset"]).to_pylist()
    }
    quarantined = lake.read("quarantine").to_pylist()
    assert all(row["reason"] and row["length"] > 0 for row in quarantined)
    places |= {(row["file_id"], row["offset"]) for row in quarantined}
    assert Counter(file_id for file_id, _ in places) == {k: v for k, v in manifest.items() if v}


def test_a_truncated_tail_waits_and_is_no_loss(lake):
    waiting = [r for r in lake.read("event_files").to_pylist() if r["status"] == "waiting"]
    assert len(waiting) == 2
    for row in waiting:
        assert 0 < row["read_to"] < row["size"]


def test_runs_that_lost_their_loss_to_nan_are_named(lake):
    found = lake.read("findings").to_pylist()
    blamed = {row["run_id"] for row in found if row["rule"] == "non_finite_loss"}
    values = lake.read("scalars", ["run_id", "tag", "value"]).to_pylist()
    with_nan = {r["run_id"] for r in values if r["tag"] == "Loss" and r["value"] != r["value"]}
    assert with_nan
    assert with_nan <= blamed


def test_the_report_has_a_page_for_every_run(lake):
    pages = list((lake.root / "_report" / "runs").glob("*.html"))
    assert len(pages) == lake.read("runs", ["run_id"]).num_rows


# What the list of the files says of their writers, and the word for each.
WORDS = {
    "pytorch (HF Trainer)": {"Hugging Face Trainer"},
    "pytorch (stable-baselines3)": {"Stable-Baselines3", "PyTorch"},
    "pytorch (custom plugin / sb3)": {"Stable-Baselines3", "PyTorch"},
    "pytorch (add_scalars sub-writers)": {"PyTorch"},
    "guild/tensorboardX-style": {"PyTorch"},
    "pytorch": {"PyTorch"},
    "tensorboardX (Ray Tune/RLlib)": {"RLlib"},
    "tf0.7-0.8 (2016)": {"TensorFlow 1", "unknown"},
    "tf1": {"TensorFlow 1", "unknown"},
    "tf1 (Estimator)": {"TensorFlow 1"},
    "tf1-keras (2017)": {"TensorFlow 1", "unknown"},
    "tf1-keras (2019)": {"TensorFlow 1", "unknown"},
    "tf2": {"TensorFlow 2"},
    "tf2 (2.1-2.2, keras/tf.summary)": {"Keras 2", "TensorFlow 2"},
    "tf2 (profiler stub)": {"Keras 2", "unknown"},
    "smdebug own writer": {"unknown"},
}


def test_the_writer_of_each_run_is_the_one_that_is_known_or_none(lake, tfevents_dir):
    runs = {r["file_id"]: r["run_id"] for r in lake.read("event_files").to_pylist()}
    writers = {r["run_id"]: r["writer"] for r in lake.read("runs").to_pylist()}
    with (tfevents_dir / "MANIFEST.tsv").open() as file:
        for row in csv.DictReader(file, delimiter="\t"):
            name = f"{tfevents_dir.name}/{row['repo'].replace('/', '+')}/{row['path']}"
            assert writers[runs[name]] in WORDS[row["writer_guess"]], name


def test_hyper_parameters_that_hugging_face_wrote_as_text_are_in_the_runs(lake):
    rows = lake.read("runs").to_pylist(maps_as_pydicts="strict")
    found = [row for row in rows if row["writer"] == "Hugging Face Trainer"]
    assert len(found) >= 5
    assert {row["hparams_source"] for row in found} == {"text summary"}
    assert all("learning_rate" in row["hparams"] for row in found)
    assert {row["state"] for row in rows} <= {"finished", "ended", "not started"}
