"""AUCs straight from a lake, at any tolerance."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from insight_lib.errors import InputError, LakeError
from insight_lib.evaluation.evaluations import large_keys, plan_tasks
from insight_lib.evaluation.evaluations.aucs import certified_aucs
from insight_lib.evaluation.reading import Portion, Selection, read_selection
from insight_lib.lake import parquet
from tests.bench.predictions import bring, fill

ROWS = 3_000


@pytest.fixture
def lake(tmp_path):
    lake = fill(tmp_path / "lake", runs=3, rows=ROWS)
    bring(lake, ["logs/run-00001"], ROWS, step=7)
    return lake


def exact(lake):
    rows = lake.read("predictions", ["run_id", "step", "label", "score"])
    table = {}
    for row in rows.to_pylist():
        table.setdefault((row["run_id"], row["step"]), []).append((row["label"], row["score"]))
    return {key: roc_auc_score(*np.array(mine).T) for key, mine in table.items()}


def assert_certified(found, lake, allowed):
    wanted = exact(lake)
    assert {(key.run_id, key.step) for key in found} == wanted.keys()
    for key, auc in found.items():
        assert auc.lower <= wanted[key.run_id, key.step] <= auc.upper
        assert auc.value == pytest.approx(wanted[key.run_id, key.step], abs=allowed, rel=0)
        assert auc.upper - auc.lower <= max(allowed, 1e-13)


@pytest.mark.parametrize(("tolerance", "allowed"), [(None, 1e-4), (0.0, 1e-12), (0.01, 0.01)])
def test_every_key_is_certified_at_any_tolerance(lake, here, tolerance, allowed):
    assert_certified(certified_aucs(lake, here, tolerance), lake, allowed)


@pytest.mark.parametrize(("tolerance", "allowed"), [(None, 1e-4), (0.0, 1e-12)])
def test_keys_larger_than_a_worker_holds_are_certified_by_many(
    tmp_path, here, tolerance, allowed, monkeypatch
):
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 400)
    monkeypatch.setattr(large_keys, "ROWS_A_TASK", 500)
    monkeypatch.setattr(plan_tasks, "ROWS_AT_ONCE", 2_000)
    lake = fill(tmp_path / "lake", runs=2, rows=ROWS)
    found = certified_aucs(lake, here, tolerance)
    assert here.asked.count("certified AUC of large runs") > 1
    assert "refine logs/run-00000" in here.asked
    assert_certified(found, lake, allowed)


def test_a_tolerance_that_cannot_be_met_is_refused(lake, here):
    with pytest.raises(InputError, match="0 or more"):
        certified_aucs(lake, here, -1e-9)


def test_only_rows_of_the_selection_are_read_whatever_the_row_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 130)
    lake = fill(tmp_path / "lake", runs=10, rows=100)
    bring(lake, ["logs/run-00003", "logs/run-00004"], 50, step=7)
    portions = tuple(map(Portion, lake.files("predictions")))
    runs = [f"logs/run-{run:05d}" for run in (3, 4, 8)]
    files = frozenset(f"{run}/predictions/{batch:05d}.parquet" for run in runs for batch in (0, 1))
    every = Selection(lake.table_uri("predictions"), portions, frozenset(runs), files)
    for selection, conditions in (
        (every, {}),
        (every.of(runs[0], 7), {"run_id": runs[0], "step": 7}),
        (every.of(runs[1], 0), {"run_id": runs[1], "step": 0}),
    ):
        found = read_selection(selection).to_pylist()
        wanted = [
            {name: row[name] for name in found[0]}
            for row in lake.read("predictions").to_pylist()
            if row["run_id"] in runs and conditions.items() <= row.items()
        ]
        assert sorted(found, key=lambda row: row["score"]) == sorted(
            wanted, key=lambda row: row["score"]
        )


def test_a_missing_data_file_is_named(lake, here):
    gone = lake.files("predictions")[0].path
    (lake.root / "predictions" / gone).unlink()
    with pytest.raises(LakeError, match=gone):
        certified_aucs(lake, here)
