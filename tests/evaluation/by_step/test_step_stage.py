"""Tables that are made step by step, over the nights of a real lake."""

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.evaluation.by_step import step_plan, step_task
from insight_lib.evaluation.by_step.checks import SAMPLES, check_evaluations
from insight_lib.evaluation.by_step.group_stage import GROUPS, group_aucs
from insight_lib.evaluation.by_step.sample_counts import sample_counts
from insight_lib.evaluation.by_step.step_plan import Box, boxes, group_steps
from insight_lib.evaluation.by_step.step_stage import refresh_steps
from insight_lib.evaluation.by_step.unnamed_examples import numbered_files
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.evaluation.reading import read_selection
from insight_lib.lake import parquet
from insight_lib.lake.tables import Lake
from tests.evaluation.nights import bring_events, bring_predictions

KEY = ["run_id", "step", "split", "slice"]
STAGES = (GROUPS, SAMPLES)


@pytest.fixture
def bring(tmp_path, lake, here):
    """Write prediction files, ingest them as one batch, and bring all that follows up to date."""

    def bring(files, *, until_evaluated=False):
        bring_predictions(lake, here, tmp_path / "logs", files)
        evaluate_new_predictions(lake, here)
        return [] if until_evaluated else refresh(lake, here)

    return bring


def refresh(lake, workers):
    return [refresh_steps(lake, workers, GROUPS), check_evaluations(lake, workers)]


def predictions(seed, steps=(0,), rows=60, names="user-{}", **more):
    """Some rows of each step; the same ids in each, three of them twice."""
    rng = np.random.default_rng(seed)
    step = np.repeat(np.array(steps), rows)
    ids = np.tile(np.r_[np.arange(rows - 3), :3], len(steps))
    label = rng.integers(0, 2, len(step))
    columns = {"label": label, "score": rng.normal(label, 1.0), "step": step}
    columns["group_id"] = [f"group-{row}" if row else None for row in rng.integers(0, 9, len(step))]
    columns["country"] = rng.choice(["de", "fr"], len(step))
    if names is not None:
        columns["example_id"] = [names.format(row) for row in ids]
    return pa.table(columns | more)


def in_order(rows):
    names = [name for name in KEY if name in rows.schema.names]
    return rows.sort_by([(name, "ascending") for name in names]).to_pylist()


def assert_as_computed_at_once(lake):
    """Both tables are what all rows give when they are computed together."""
    rows, histograms = lake.read("predictions"), lake.read("score_histograms")
    named = rows.filter(GROUPS.rows.where)
    expected = in_order(group_aucs(named, histograms))
    assert expected
    for found, wanted in zip(in_order(lake.read("group_aucs")), expected, strict=True):
        assert found == {
            name: pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            for name, value in wanted.items()
        }
    counted = sample_counts(rows, histograms, numbered_files(rows, lake.read("prediction_files")))
    assert in_order(lake.read("sample_counts")) == in_order(counted)


@pytest.fixture
def read(monkeypatch):
    """How many rows of each run and step the stages are given."""
    found = {}

    def reading(selection, where=None):
        rows = read_selection(selection)
        for row in rows.select(["run_id", "step"]).to_pylist():
            key = row["run_id"], row["step"]
            found[key] = found.get(key, 0) + 1
        return read_selection(selection, where)

    monkeypatch.setattr(step_task, "read_selection", reading)
    return found


def test_nights_that_add_steps_rows_and_runs_give_what_all_rows_at_once_give(lake, bring):
    first = {
        "a/predictions/0.parquet": predictions(1, (1, 2)),
        "b/predictions/0.parquet": predictions(2),
    }
    assert bring(first) == [["logs/a", "logs/b"]] * 2
    assert_as_computed_at_once(lake)
    # The same examples again at step 2: all of them are repeated now.
    assert bring({"a/predictions/1.parquet": predictions(3, (2, 3))}) == [["logs/a"]] * 2
    assert_as_computed_at_once(lake)
    repeated = {row["step"]: row["repeated"] for row in counts_of(lake, "logs/a")}
    assert repeated == {1: 3, 2: 63, 3: 3}
    bring({"c/predictions/0.parquet": predictions(4, (1, 9))})
    assert_as_computed_at_once(lake)


def counts_of(lake, run_id):
    return lake.read("sample_counts", run_ids=[run_id]).to_pylist()


def test_only_the_steps_to_which_rows_came_are_read_and_written(lake, bring, read):
    bring({f"{run}/predictions/0.parquet": predictions(1, (1, 2, 3)) for run in "ab"})
    kept = {stage.output: lake.files(stage.output) for stage in STAGES}
    read.clear()
    bring({"a/predictions/4.parquet": predictions(2, (4,))})
    assert read == {("logs/a", 4): 2 * 60}
    for name, files in kept.items():
        assert {file.path for file in files} < {file.path for file in lake.files(name)}
    read.clear()
    bring({"b/predictions/5.parquet": predictions(3, (2,))})
    assert read == {("logs/b", 2): 2 * 120}
    assert_as_computed_at_once(lake)


def test_a_replaced_file_takes_its_steps_along(lake, bring, read):
    bring(
        {
            "a/predictions/0.parquet": predictions(1, (1,)),
            "a/predictions/1.parquet": predictions(2, (2, 3)),
            "b/predictions/0.parquet": predictions(3),
        }
    )
    read.clear()
    assert bring({"a/predictions/1.parquet": predictions(4, (3, 5), 80)}) == [["logs/a"]] * 2
    assert {run_id for run_id, _ in read} == {"logs/a"}
    assert {row["step"] for row in counts_of(lake, "logs/a")} == {1, 3, 5}
    assert_as_computed_at_once(lake)


def test_a_night_of_events_only_reads_nothing(lake, bring, here, read):
    bring({"a/predictions/0.parquet": predictions(1)})
    batch = bring_events(lake, "logs/a")
    evaluate_new_predictions(lake, here)
    read.clear()
    asked = len(here.asked)
    assert refresh(lake, here) == [[], []]
    assert (read, len(here.asked)) == ({}, asked)
    assert [stage.progress.done(lake) for stage in STAGES] == [batch] * 2


@pytest.mark.slow
@pytest.mark.parametrize("cut_off_at", ["group_aucs", "sample_counts", "volatility"])
def test_stages_interrupted_between_commits_continue_where_they_were(
    lake, bring, here, cut_off_at, monkeypatch
):
    bring({"a/predictions/0.parquet": predictions(1, (1, 2))})
    bring({"a/predictions/1.parquet": predictions(2, (2, 3))}, until_evaluated=True)
    commit = Lake._commit

    def cut_off(self, name, *rest):
        if name == cut_off_at:
            raise KeyboardInterrupt
        commit(self, name, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(Lake, "_commit", cut_off)
        with pytest.raises(KeyboardInterrupt):
            refresh(lake, here)
    assert refresh(lake, here)[1] == ["logs/a"]
    assert_as_computed_at_once(lake)
    for stage in STAGES:
        on_disk = {path.name for path in (lake.root / stage.output).glob("batch-*")}
        assert {file.path for file in lake.files(stage.output)} <= on_disk
        batch = {name for name in on_disk if name.startswith("batch-00000001-")}
        assert batch <= {file.path for file in lake.files(stage.output)}


def test_ids_that_restart_in_each_step_are_names_even_when_one_step_is_read(
    lake, bring, monkeypatch
):
    monkeypatch.setattr(step_plan, "ROWS_A_TASK", 1)
    for names, rows in (("{}", 20), (None, 30)):
        ids = [str(row % 20) for row in range(60)]
        one = predictions(1, (1, 2, 3), 20, names)
        if names is not None:
            one = one.set_column(one.schema.get_field_index("example_id"), "example_id", [ids])
        run = "numbered" if names is None else "named"
        bring({f"{run}/predictions/0.parquet": one})
        assert_as_computed_at_once(lake)
        bring({f"{run}/predictions/1.parquet": predictions(2, (3,), rows, names)})
        assert_as_computed_at_once(lake)
    assert {row["named"] for row in counts_of(lake, "logs/numbered")} == {0}
    assert [row["named"] for row in counts_of(lake, "logs/named")] == [20, 20, 40]


def test_tasks_of_few_rows_and_row_groups_of_few_rows_change_nothing(
    lake, bring, here, monkeypatch
):
    monkeypatch.setattr(step_plan, "ROWS_A_TASK", 100)
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 32)
    bring({f"{run}/predictions/0.parquet": predictions(1, (1, 2, 3)) for run in "abc"})
    assert here.asked.count("groups: 9 steps") == 9
    assert_as_computed_at_once(lake)


def test_a_task_has_no_more_rows_than_it_should_but_for_one_large_step(monkeypatch):
    monkeypatch.setattr(step_plan, "ROWS_A_TASK", 100)
    rows = {("a", 1): 60, ("a", 2): 40, ("a", 3): 1, ("b", 1): 500, ("b", 2): 30, ("c", 1): 70}
    groups = group_steps(rows, 1)
    assert groups == [[("a", 1), ("a", 2)], [("a", 3)], [("b", 1)], [("b", 2), ("c", 1)]]


def test_few_steps_are_one_task():
    assert group_steps({("a", 1): 60, ("b", 1): 40}, 2) == [[("a", 1), ("b", 1)]]
    assert group_steps({}, 2) == []


def test_runs_with_the_same_steps_are_read_together_and_no_other_step_with_them():
    found = boxes([("a", 1), ("a", 2), ("b", 1), ("c", 1), ("c", 2)])
    assert set(found) == {
        Box(frozenset("ac"), frozenset([1, 2])),
        Box(frozenset("b"), frozenset([1])),
    }
