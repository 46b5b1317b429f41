"""Prediction files into a real lake by real Spark workers."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from insight_lib.predictions.ingest.stage import ingest_predictions


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


def test_good_files_are_read_next_to_any_kind_of_bad_one(root, ingest, lake):
    write(root, "good.parquet", label=[0, 1], score=[0.1, 0.9])
    write(root, "rows.parquet", label=[0, 1, 2, 1], score=[0.2, math.nan, 0.5, 0.7])
    write(root, "columns.parquet", y=[0], p=[0.5])
    write(root, "text.parquet", label=["no"], score=[0.5])
    (root / "a" / "predictions" / "empty.parquet").touch()
    summary = ingest()
    assert scores(lake) == [0.1, 0.2, 0.7, 0.9]
    assert (summary.files_read, summary.quarantined) == (5, 5)
    reasons = {
        r["file_id"].split("/")[-1]: r["reason"] for r in lake.read("quarantine").to_pylist()
    }
    assert set(reasons) == {"rows.parquet", "columns.parquet", "text.parquet", "empty.parquet"}
    assert "has label no in column label, not 0 and 1; say which" in reasons["text.parquet"]
    assert "no column label" in reasons["columns.parquet"]
    assert ingest().files_read == 0


def test_a_rewritten_file_replaces_its_rows(root, ingest, lake):
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


def test_predictions_of_a_linked_run_are_read_once(root, ingest, lake, tmp_path):
    write(root, "epoch.parquet", label=[0, 1], score=[0.1, 0.9])
    elsewhere = (root / "a").rename(tmp_path / "elsewhere")
    for name in ("a", "b"):
        (root / name).symlink_to(elsewhere)
    ingest()
    assert scores(lake) == [0.1, 0.9]


def test_many_small_files_and_a_large_one_make_few_data_files_in_the_order_of_scans(
    root, ingest, lake
):
    rng = np.random.default_rng(0)
    for number in range(100):
        write(root, f"{number}.parquet", label=[0, 1], score=[0.1, 0.9], step=[100 - number] * 2)
    large = {"label": rng.integers(0, 2, 600_000), "score": rng.random(600_000)}
    write(root, "large.parquet", **large, step=rng.integers(0, 9, 600_000))
    summary = ingest()
    assert (summary.files_read, summary.rows, summary.quarantined) == (101, 600_200, 0)
    files = lake.files("predictions")
    assert len(files) <= 8
    assert sum(file.rows for file in files) == 600_200
    for file in files:
        steps = pq.read_table(lake.root / "predictions" / file.path)["step"].to_numpy()
        assert (np.diff(steps) >= 0).all()
    found = lake.read(
        "predictions", where=ds.field("file_id") == "logs/a/predictions/large.parquet"
    )
    order = np.argsort(found["example_id"].cast(pa.int64()).to_numpy())
    assert np.array_equal(found["score"].to_numpy()[order], large["score"])
    assert np.array_equal(found["label"].to_numpy()[order], large["label"])
