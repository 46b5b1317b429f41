"""Which rows of the predictions a worker reads."""

import pytest

from insight_lib.errors import LakeError
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.evaluation.reading import Portion, Selection, read_selection
from insight_lib.lake import parquet
from tests.bench.predictions import bring, fill


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


def test_a_missing_data_file_is_named(tmp_path, here):
    lake = fill(tmp_path / "lake", runs=3, rows=100)
    gone = lake.files("predictions")[0].path
    (lake.root / "predictions" / gone).unlink()
    with pytest.raises(LakeError, match=gone):
        evaluate_new_predictions(lake, here)
