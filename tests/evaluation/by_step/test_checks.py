"""Prediction files into a real lake, and what the stages after evaluation make of them."""

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import ks_2samp

from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.dissection.stage import refresh_findings
from insight_lib.evaluation.by_step.checks import check_evaluations
from insight_lib.evaluation.by_step.group_stage import GROUPS
from insight_lib.evaluation.by_step.step_stage import refresh_steps
from insight_lib.evaluation.comparing.drift_stage import refresh_drift
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.tables import open_lake
from insight_lib.predictions.ingest.stage import ingest_predictions
from insight_lib.series.stage import refresh_series
from tests.in_process import InProcess

ROWS = 400


class Nights:
    """A lake and the log root that its nights read."""

    def __init__(self, folder):
        self.root = folder / "logs"
        self.lake = open_lake(folder / "lake", create=True)

    def write(self, run, step, ids=None, **columns):
        """Score a step of a run; the ids of all examples unless told otherwise."""
        names = [f"user-{row}" for row in range(ROWS)] if ids is None else ids
        rng = np.random.default_rng([step, *run.encode()])
        labels = np.arange(len(names)) % 4 == 0
        scores = rng.normal(labels + 0.1 * step, 1.0)
        told = {"example_id": names, "label": labels.astype(int), "score": scores}
        told |= {"step": [step] * len(names)} | columns
        folder = self.root / run / "predictions"
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(told), folder / f"step-{step}.parquet")
        return told["score"]

    def pass_one(self):
        """Ingest, run every stage, and return the runs whose drift was recomputed."""
        ingest_predictions(self.lake, InProcess(), [self.root])
        run_stage(self.lake, InProcess(), RUNS)
        evaluate_new_predictions(self.lake, InProcess())
        refresh_steps(self.lake, InProcess(), GROUPS)
        check_evaluations(self.lake, InProcess())
        run_stage(self.lake, InProcess(), LAYER_STATISTICS)
        refresh_series(self.lake, InProcess())
        refresh_findings(self.lake, InProcess(), datetime.now(UTC))
        return refresh_drift(self.lake, InProcess())

    def rows(self, table):
        return self.lake.read(table).to_pylist()

    def findings(self):
        rows = [row for row in self.rows("findings") if row["resolved_at"] is None]
        return {(row["run_id"], row["rule"]): row for row in rows}


@pytest.fixture
def nights(tmp_path):
    return Nights(tmp_path)


def test_a_run_that_evaluates_every_example_once_has_no_finding(nights):
    for step in range(3):
        nights.write("exp/a", step)
    nights.pass_one()
    counts = nights.rows("sample_counts")
    assert [(r["rows"], r["counted"], r["named"], r["repeated"]) for r in counts] == [
        (ROWS, ROWS, ROWS, 0)
    ] * 3
    assert nights.findings() == {}


def test_lost_and_repeated_examples_are_findings_of_their_run(nights):
    names = [f"user-{row}" for row in range(ROWS)]
    for run in ("exp/a", "exp/b"):
        for step in range(4):
            nights.write(run, step)
    nights.write("exp/a", 2, names[:-10])
    nights.write("exp/b", 3, names[5:] + names[-5:])
    nights.pass_one()
    found = nights.findings()
    assert set(found) == {
        ("logs/exp/a", "missing_examples"),
        ("logs/exp/b", "repeated_examples"),
    }
    missing = found["logs/exp/a", "missing_examples"]
    assert (missing["first_step"], missing["last_step"]) == (2, 2)
    assert "390 examples were evaluated instead of 400" in missing["title"]
    repeated = found["logs/exp/b", "repeated_examples"]
    assert "5 of 400 rows repeat an example" in repeated["title"]
    assert json.loads(repeated["evidence"])["an_example"] == "user-395"


def test_a_corrected_file_removes_the_finding(nights):
    for step in range(3):
        nights.write("exp/a", step)
    nights.write("exp/a", 1, ["user-1", "user-1"])
    nights.pass_one()
    assert len(nights.findings()) == 2
    nights.write("exp/a", 1)
    nights.pass_one()
    assert nights.findings() == {}


def test_row_numbers_of_two_files_of_one_step_are_no_repetition(nights):
    for step, count in ((1, 30), (2, 20)):
        columns = {"label": [0, 1] * count, "score": np.random.default_rng(step).random(2 * count)}
        folder = nights.root / "exp/a" / "predictions"
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(columns), folder / f"part-{step}.parquet")
    nights.pass_one()
    (counts,) = nights.rows("sample_counts")
    assert (counts["rows"], counts["named"], counts["repeated"]) == (100, 0, 0)
    assert nights.findings() == {}


def test_volatility_is_of_each_run_and_split(nights):
    for step in range(4):
        nights.write("exp/a", step)
    nights.pass_one()
    aucs = [row["auc"] for row in sorted(nights.rows("evaluations"), key=lambda r: r["step"])]
    (found,) = [row for row in nights.rows("volatility") if row["metric"] == "auc"]
    assert found["steps"] == 4
    assert found["stddev"] == pytest.approx(np.std(aucs, ddof=1))
    assert found["largest_drop"] == pytest.approx(max(0, *-np.diff(aucs)))


def test_the_auc_within_groups_reaches_its_table_and_the_volatility(nights):
    groups = [f"user-{row % 41}" if row % 9 else None for row in range(ROWS)]
    for step in range(3):
        nights.write("exp/a", step, group_id=groups)
    nights.write("exp/b", 0)
    nights.pass_one()
    rows = {(row["run_id"], row["step"]): row for row in nights.rows("group_aucs")}
    assert len(rows) == 4
    assert rows["logs/exp/b", 0]["undefined_reason"] == "no example names a group"
    values = [rows["logs/exp/a", step]["gauc"] for step in range(3)]
    assert all(0.5 < value < 1 for value in values)
    steady = {(row["run_id"], row["metric"]): row for row in nights.rows("volatility")}
    assert steady["logs/exp/a", "gauc"]["stddev"] == pytest.approx(np.std(values, ddof=1))
    assert steady["logs/exp/b", "gauc"]["undefined_reason"] == "undefined at every step"


def _pairs(nights, against):
    return {
        (row["run_id"], row["step"]): (row["reference_run_id"], row["reference_step"])
        for row in nights.rows("score_drift")
        if row["against"] == against
    }


def test_each_step_is_compared_with_the_one_before_and_each_run_with_the_run_before(nights):
    scores = {
        (run, step): nights.write(run, step) for run in ("exp/a", "exp/b") for step in (1, 5, 9)
    }
    assert nights.pass_one() == ["logs/exp/a", "logs/exp/b"]
    assert _pairs(nights, "previous_step") == {
        (f"logs/{run}", after): (f"logs/{run}", before)
        for run in ("exp/a", "exp/b")
        for before, after in ((1, 5), (5, 9))
    }
    assert _pairs(nights, "previous_run") == {("logs/exp/b", 9): ("logs/exp/a", 9)}
    for row in nights.rows("score_drift"):
        one, two = (
            scores[row[run].removeprefix("logs/"), row[step]]
            for run, step in (("run_id", "step"), ("reference_run_id", "reference_step"))
        )
        assert row["ks"] - 1e-12 <= ks_2samp(one, two).statistic <= row["ks_upper"] + 1e-12
        assert row["psi"] > 0
        assert (row["rows"], row["reference_rows"]) == (ROWS, ROWS)
        assert row["undefined_reason"] is None


def test_a_step_of_which_every_row_was_refused_is_compared_with_nothing(nights):
    for run in ("exp/a", "exp/b", "exp/c"):
        nights.write(run, 1)
    nights.write("exp/b", 2, label=[1, 2] * (ROWS // 2))
    nights.write("exp/d", 1, label=[-1, 1] * (ROWS // 2))
    nights.pass_one()
    whole = {("logs/exp/b", 1): ("logs/exp/a", 1), ("logs/exp/c", 1): ("logs/exp/b", 1)}
    assert _pairs(nights, "previous_run") == whole
    assert _pairs(nights, "previous_step") == {}
    nights.write("exp/a", 1, label=[3, 4] * (ROWS // 2))
    assert nights.pass_one() == ["logs/exp/a", "logs/exp/b"]
    assert _pairs(nights, "previous_run") == {("logs/exp/c", 1): ("logs/exp/b", 1)}


def test_scores_of_which_all_rows_of_a_label_were_refused_are_no_drift(nights):
    for run in ("exp/a", "exp/c", "exp/d"):
        nights.write(run, 1)
    scores = nights.write("exp/b", 1)
    nights.write("exp/b", 1, score=np.where(np.arange(ROWS) % 4 == 0, np.nan, scores))
    nights.pass_one()
    found = {row["run_id"]: row for row in nights.rows("score_drift")}
    for run, said in (("logs/exp/b", "all 100 rows"), ("logs/exp/c", "of the reference: all 100")):
        assert found[run]["psi"] is found[run]["ks"] is None
        assert found[run]["undefined_reason"].startswith(said)
    assert found["logs/exp/d"]["psi"] is not None


def test_only_what_is_new_and_what_follows_it_is_compared_again(nights):
    for run in ("exp/a", "exp/c", "exp/d", "other/x"):
        nights.write(run, 1)
    nights.pass_one()
    assert nights.pass_one() == []
    before = nights.rows("score_drift")
    nights.write("exp/b", 1)
    assert nights.pass_one() == ["logs/exp/b", "logs/exp/c"]
    assert _pairs(nights, "previous_run") == {
        ("logs/exp/b", 1): ("logs/exp/a", 1),
        ("logs/exp/c", 1): ("logs/exp/b", 1),
        ("logs/exp/d", 1): ("logs/exp/c", 1),
    }
    kept = [row for row in before if row["run_id"] == "logs/exp/d"]
    assert kept == [row for row in nights.rows("score_drift") if row["run_id"] == "logs/exp/d"]
    nights.write("exp/c", 2)
    assert nights.pass_one() == ["logs/exp/c", "logs/exp/d"]
    assert _pairs(nights, "previous_run")["logs/exp/d", 1] == ("logs/exp/c", 2)
