"""Prediction files into a real lake by real Spark workers."""

import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.lake.tables import open_lake
from insight_lib.predictions.ingest import ingest_predictions


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "logs" / "a" / "predictions").mkdir(parents=True)
    return tmp_path / "logs"


@pytest.fixture
def ingest(lake, workers, root):
    return lambda: ingest_predictions(lake, workers, [root])


def write(root, name, **columns):
    pq.write_table(pa.table(columns), root / "a" / "predictions" / name)


def scores(lake):
    return sorted(lake.read("predictions", ["score"])["score"].to_pylist())


def test_good_files_are_taken_beside_any_kind_of_bad_one(root, ingest, lake):
    write(root, "good.parquet", label=[0, 1], score=[0.1, 0.9])
    write(root, "rows.parquet", label=[0, 1, 2], score=[0.2, math.nan, 0.5])
    write(root, "columns.parquet", y=[0], p=[0.5])
    write(root, "text.parquet", label=["no"], score=[0.5])
    (root / "a" / "predictions" / "empty.parquet").touch()
    summary = ingest()
    assert scores(lake) == [0.1, 0.2, 0.9]
    assert (summary.files_read, summary.quarantined) == (5, 5)
    reasons = {
        r["file_id"].split("/")[-1]: r["reason"] for r in lake.read("quarantine").to_pylist()
    }
    assert set(reasons) == {"rows.parquet", "columns.parquet", "text.parquet", "empty.parquet"}
    assert "no column label" in reasons["columns.parquet"]
    assert ingest().files_read == 0


def test_a_file_written_anew_replaces_its_rows(root, ingest, lake):
    write(root, "epoch.parquet", label=[0, 1], score=[0.1, 0.9])
    ingest()
    write(root, "epoch.parquet", label=[0, 1, 1], score=[0.3, 0.4, 0.5])
    ingest()
    assert scores(lake) == [0.3, 0.4, 0.5]
    ledger = {r["file_id"]: r["status"] for r in lake.read("prediction_files").to_pylist()}
    assert ledger == {
        "logs/a/predictions/epoch.parquet": "replaced",
        "logs/a/predictions/epoch.parquet@2": "complete",
    }


def test_predictions_of_a_linked_run_are_taken_once(root, ingest, lake, tmp_path):
    write(root, "epoch.parquet", label=[0, 1], score=[0.1, 0.9])
    elsewhere = (root / "a").rename(tmp_path / "elsewhere")
    for name in ("a", "b"):
        (root / name).symlink_to(elsewhere)
    ingest()
    assert scores(lake) == [0.1, 0.9]
