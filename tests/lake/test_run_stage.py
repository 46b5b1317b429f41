import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest

from insight_lib.lake.batch_log import (
    LEDGERS,
    finish_plan,
    pending_plan,
    runs_between,
    settled_batch,
    write_plan,
)
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.run_stage import Input, RunStage, run_stage
from tests.in_process import InProcess

BASE_PREDICTION_FILE = {
    "file_id": "",
    "generation": 1,
    "path": "",
    "log_root": "",
    "run_id": "",
    "size": 1,
    "rows": 1,
    "quarantined": 0,
    "status": "complete",
    "modified_ns": 0,
    "digest": "",
    "reading": "{}",
    "batch": 0,
    "read_in": 0,
}


def count_points(tables):
    counts = tables["scalars"].group_by("run_id").aggregate([("step", "count")])
    rows = [
        {"run_id": run_id, "cutoff_step": 0, "features": [("points", float(count))]}
        for run_id, count in zip(
            counts["run_id"].to_pylist(), counts["step_count"].to_pylist(), strict=True
        )
    ]
    return {"run_features": pa.Table.from_pylist(rows, schema=contract("run_features").schema)}


COUNT = RunStage("count", (Input("scalars", ("run_id", "step")),), ("run_features",), count_points)
LATER = RunStage("later", COUNT.inputs, ("findings",), count_points, after=(COUNT.progress,))


@pytest.fixture
def bring(lake, scalars):
    """Commit a batch: points of runs, and their ledger rows."""

    def bring(points):
        batch = write_plan(lake, "predictions", {})
        rows = scalars(*({"run_id": run, "step": n} for run, k in points.items() for n in range(k)))
        file = write_data_file(lake.table_uri("scalars"), "scalars", "b", rows)
        lake.append("scalars", [file], "events", batch)
        ledger = [
            BASE_PREDICTION_FILE
            | {"file_id": f"{run}/{batch}", "run_id": run, "batch": batch, "read_in": batch}
            for run in points
        ]
        entries = pa.Table.from_pylist(ledger, schema=contract("prediction_files").schema)
        lake.replace("prediction_files", "file_id", [], entries, "predictions", batch)
        finish_plan(lake, "predictions")
        return batch

    return bring


def derived(lake):
    rows = lake.read("run_features").to_pylist(maps_as_pydicts="strict")
    return {row["run_id"]: row["features"]["points"] for row in rows}


def test_only_runs_with_something_new_are_computed_and_others_stay(lake, workers, bring):
    bring({"a": 2, "b": 1})
    assert run_stage(lake, workers, COUNT) == ["a", "b"]
    bring({"b": 3})
    assert run_stage(lake, workers, COUNT) == ["b"]
    assert derived(lake) == {"a": 2.0, "b": 4.0}


def test_a_stage_with_nothing_new_commits_nothing(lake, workers, bring):
    bring({"a": 1})
    run_stage(lake, workers, COUNT)
    version = lake.delta("run_features").version()
    assert run_stage(lake, workers, COUNT) == []
    assert lake.delta("run_features").version() == version


def test_many_runs_are_spread_over_tasks_and_none_is_lost(lake, workers, bring):
    wanted = {f"run-{n:03d}": 1 + n % 3 for n in range(60)}
    bring(wanted)
    run_stage(lake, workers, COUNT)
    assert derived(lake) == wanted
    assert len(lake.files("run_features")) > 1


def test_files_of_an_attempt_that_never_committed_are_swept(lake, workers, bring):
    batch = bring({"a": 1})
    stray = lake.root / "run_features" / f"batch-{batch:08d}-count-stray.parquet"
    stray.write_bytes(b"half a file")
    run_stage(lake, workers, COUNT)
    assert not stray.exists()
    assert derived(lake) == {"a": 1.0}


def test_a_stage_waits_for_the_stages_before_it(lake, workers, bring):
    bring({"a": 1})
    assert run_stage(lake, workers, LATER) == []
    assert lake.committed("findings", "later") == -1


def test_batches_after_an_unfinished_one_wait_for_it(lake, bring):
    bring({"a": 1})
    cut_off = write_plan(lake, "events", {"slices": []})
    assert bring({"b": 1}) == cut_off + 1
    assert settled_batch(lake) == cut_off - 1
    assert pending_plan(lake, "events")["batch"] == cut_off
    assert runs_between(lake, -1, cut_off - 1, LEDGERS.values()) == ["a"]
    assert runs_between(lake, cut_off - 1, cut_off + 1, LEDGERS.values()) == ["b"]


def test_an_input_is_reduced_before_a_worker_holds_it(lake, bring):
    seen = []

    def first_of_each(rows):
        seen.append(rows.num_rows)
        return rows.slice(0, 1)

    reduced = Input("scalars", ("run_id", "step"), reduce=first_of_each)
    bring({"a": 3, "b": 2})
    run_stage(lake, InProcess(), RunStage("few", (reduced,), ("run_features",), count_points))
    # No rows, then the one batch that there is.
    assert (seen, derived(lake)) == ([0, 5], {"a": 1})


def test_an_input_may_do_without_what_an_earlier_one_makes_needless(lake, bring):
    def runs_with_a_later_step(tables):
        late = tables["scalars"].filter(pc.greater(tables["scalars"]["step"], 1))
        return ds.field("run_id").isin(pc.unique(late["run_id"]))

    seen = []

    def count(tables):
        seen.extend(tables["prediction_files"]["run_id"].to_pylist())
        return count_points(tables)

    files = Input("prediction_files", ("run_id",), unless=runs_with_a_later_step)
    bring({"a": 3, "b": 2})
    stage = RunStage("files", (*COUNT.inputs, files), ("run_features",), count)
    run_stage(lake, InProcess(), stage)
    assert (seen, derived(lake)) == (["b"], {"a": 3, "b": 2})
