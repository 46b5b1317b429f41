"""The whole pipeline on real trainings, as the command line runs it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import duckdb
import numpy as np
import psutil
import pytest
from deltalake import DeltaTable

from insight_lib.cli.main import main
from insight_lib.dissection.mutes import mute
from insight_lib.dissection.rules import RULES
from insight_lib.lake.contract import table_names
from insight_lib.lake.lock import only_writer
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake
from insight_lib.risk.registry.default_model import default_model

INSIGHT = [sys.executable, "-m", "insight_lib.cli.main"]
# A wait ends as soon as it may; this is for the slowest of machines.
LONGEST_S = 300


# What the zoo injects, each fault once in its first runs.
FAULTS = (
    "learning_rate_too_high",
    "learning_rate_too_low",
    "vanishing_gradient",
    "dead_relu",
    "frozen_embedding",
    "unscaled_inputs",
    "shuffled_labels",
    "overfitting",
)


def found(night, run):
    rows = night.lake.read("findings", run_ids=[f"runs/{run['run']}"]).to_pylist()
    return {(row["rule"], row["severity"]) for row in rows}


def test_every_fault_that_the_rules_cover_is_named_on_its_run(night):
    """A fault is named by any of the rules that describe it, on a blamed layer where one is."""
    missed = []
    for run in night.truth:
        rows = night.lake.read("findings", run_ids=[f"runs/{run['run']}"]).to_pylist()
        naming = [row for row in rows if row["rule"] in run["expected_rules"]]
        layers = {row["layer"] for row in naming}
        if run["expected_rules"] and not naming:
            missed.append((run["run"], run["program"], run["fault"], "not named"))
        elif run["blamed_layers"] and not layers & set(run["blamed_layers"]):
            missed.append((run["run"], run["program"], run["fault"], f"blamed {layers}"))
    assert missed == []
    assert {run["fault"] for run in night.truth if run["expected_rules"]} == set(FAULTS)


def test_no_healthy_run_has_an_error(night):
    healthy = [run for run in night.truth if run["fault"] == "healthy"]
    assert len(healthy) >= 5
    accused = {run["run"]: f for run in healthy for f in found(night, run) if f[1] == "error"}
    assert accused == {}


def test_every_run_has_what_it_wrote_in_every_table(night):
    runs = {f"runs/{run['run']}" for run in night.truth}
    for name in ("runs", "event_files", "scalars", "histograms", "artifacts", "layer_stats"):
        assert set(night.lake.read(name, ["run_id"])["run_id"].to_pylist()) == runs, name
    scored = set(night.lake.read("evaluations", ["run_id"])["run_id"].to_pylist())
    assert scored == set(night.lake.read("predictions", ["run_id"])["run_id"].to_pylist()) <= runs
    assert scored


def test_the_recorded_configuration_arrives_with_its_run(night):
    for row in night.lake.read("runs").to_pylist(maps_as_pydicts="strict"):
        [truth] = [run for run in night.truth if f"runs/{run['run']}" == row["run_id"]]
        assert json.loads(row["config"])["program"] == truth["program"]
        assert row["hparams"]
        assert json.loads(row["topology"])
        assert row["state"] == "finished"
        assert truth["fault"] not in json.dumps(row, default=str) or truth["fault"] == "healthy"


def test_every_table_opens_with_readers_other_than_spark(night):
    for name in table_names():
        table = DeltaTable(night.lake.root / name)
        assert table.protocol().min_reader_version == 1
        rows = duckdb.arrow(table.to_pyarrow_dataset()).aggregate("count(*)").fetchall()
        assert rows == [(night.lake.read(name).num_rows,)]


def test_a_second_night_with_nothing_new_changes_no_table_and_starts_no_spark(night):
    before = {name: night.lake.delta(name).version() for name in table_names()}
    report = (night.lake.root / "_report" / "index.html").stat().st_mtime_ns
    program = (
        "import sys; from insight_lib.cli.main import main\n"
        f"assert main(['nightly', '--lake', '{night.lake.root}']) == 0\n"
        "assert 'py4j.java_gateway' not in sys.modules or "
        "__import__('pyspark').SparkContext._active_spark_context is None"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert {name: night.lake.delta(name).version() for name in table_names()} == before
    assert (night.lake.root / "_report" / "index.html").stat().st_mtime_ns == report


def test_the_first_night_scores_every_run_before_anybody_has_labelled_one(night):
    every = {f"runs/{run['run']}" for run in night.truth}
    scores = night.lake.read("risk_scores").to_pylist()
    assert {row["run_id"] for row in scores} == every
    assert {row["model_version"] for row in scores} == {default_model().version}
    assert all(0 <= row["probability"] <= 1 and row["reasons"] for row in scores)
    assert {row["share"] for row in scores} >= {0.1, 0.25, 0.5}


def test_runs_with_a_fault_that_was_named_have_a_higher_risk_than_healthy_ones(night):
    """A quarter into the run; a harmless fault, or one that comes late, need not show by then."""
    rows = night.lake.read("risk_scores").to_pylist()
    early = {row["run_id"]: row["probability"] for row in rows if row["share"] == 0.25}
    healthy = [early[f"runs/{run['run']}"] for run in night.truth if run["fault"] == "healthy"]
    faulty = [early[f"runs/{run['run']}"] for run in night.truth if run["expected_rules"]]
    assert np.mean(healthy) < np.mean(faulty)


def test_labels_teach_the_next_night_or_it_says_why_not(night, capsys):
    before = night.lake.read("risk_scores").num_rows
    for run in night.truth:
        label = "healthy" if run["fault"] == "healthy" else "failed"
        lake, name = str(night.lake.root), f"runs/{run['run']}"
        assert main(["label", "--lake", lake, name, label]) == 0
    assert main(["nightly", "--lake", str(night.lake.root)]) == 0
    # Thirteen runs are too few to show that they improve on the default.
    assert "the default model is used: " in capsys.readouterr().out
    assert night.lake.read("risk_scores").num_rows == before
    assert main(["risk", "show", "--lake", str(night.lake.root)]) == 0
    printed = capsys.readouterr().out
    for said in ("which ships with DeepInsight; the default model is used: ", "ROC AUC"):
        assert said in printed
    [row] = [r for r in night.lake.read("risk_backtest").to_pylist() if r["landmark"] == "any"]
    assert row["runs"] > 0


def test_fail_on_answers_with_exit_status_1(night):
    lake = str(night.lake.root)
    for reached in ("failing", "attention", "not-judged", "error", "warning", "info"):
        assert main(["nightly", "--lake", lake, "--fail-on", reached]) == 1
    assert main(["nightly", "--lake", lake]) == 0


def test_what_is_muted_fails_no_night(night, tmp_path, capsys):
    lake = tmp_path / "lake"
    shutil.copytree(night.lake.root, lake)
    errors = "SELECT DISTINCT run_id, rule FROM findings WHERE severity = 'error'"
    muted = query(night.lake, f"FROM findings SEMI JOIN ({errors}) USING (run_id, rule)")
    tomorrow, now = date.today() + timedelta(days=1), datetime.now(UTC)
    for row in query(night.lake, errors).to_pylist():
        mute(open_lake(lake), row["run_id"], row["rule"], tomorrow, "known", now)
    assert main(["nightly", "--lake", str(lake), "--fail-on", "failing"]) == 0
    assert f", {muted.num_rows} findings muted\n" in capsys.readouterr().out
    assert main(["nightly", "--lake", str(lake), "--fail-on", "attention"]) == 1


def test_every_run_has_the_verdict_that_its_findings_ask_for_and_the_nightly_counts_them(
    night, capsys
):
    worst = """
        SELECT run_id, verdict,
            CASE max(CASE severity WHEN 'error' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END)
                WHEN 2 THEN 'failing' WHEN 1 THEN 'attention' ELSE 'healthy' END AS expected
        FROM runs LEFT JOIN findings USING (run_id) GROUP BY ALL"""
    rows = query(night.lake, worst).to_pylist()
    assert len(rows) == len(night.truth)
    assert [row["verdict"] for row in rows] == [row["expected"] for row in rows]
    assert main(["nightly", "--lake", str(night.lake.root)]) == 0
    counts = Counter(row["verdict"] for row in rows)
    counted = ", ".join(
        f"{counts[v]} {v}" for v in ("failing", "attention", "not judged", "healthy")
    )
    assert f"\nruns: {len(rows)} ({counted})\n" in capsys.readouterr().out


def test_a_night_ends_with_who_needs_a_person_in_ten_lines_and_in_the_summary(night, capsys):
    assert main(["nightly", "--lake", str(night.lake.root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("night of "))
    told = json.loads((night.lake.root / "_report" / "summary.json").read_text(encoding="utf-8"))
    need = [run["run_id"] for run in told["needs_you"]]
    assert len(lines[start:]) <= 10
    assert f": {len(need)} runs need you ({len(need)} new, 0 still failing)" in lines[start]
    for line, run_id in zip(lines[start + 1 :], need[:5], strict=False):
        assert f": {run_id}: " in line
    alarms = "SELECT DISTINCT run_id FROM findings WHERE severity <> 'info'"
    assert set(need) == set(query(night.lake, alarms)["run_id"].to_pylist())
    assert told["states"] == {"finished": len(night.truth)}


def test_all_that_a_traced_run_shows_is_judged(night):
    rows = night.lake.read("verdicts").to_pylist(maps_as_pydicts="strict")
    judged = {row["run_id"]: set(row["judged"]) for row in rows if row["verdict"] == "healthy"}
    assert judged
    assert all({"loss", "validation", "layers", "inputs"} <= found for found in judged.values())
    evaluated = set(night.lake.read("sample_counts", ["run_id"])["run_id"].to_pylist())
    assert {run for run, found in judged.items() if "evaluation" in found} == {
        run for run in judged if run in evaluated
    }


def test_diagnose_finds_on_event_files_what_the_pipeline_finds_in_the_tables(night, capsys):
    assert main(["diagnose", str(night.zoo / "runs"), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    diagnosed = told["findings"]
    verdicts = {row["run_id"]: row["verdict"] for row in told["verdicts"]}
    stored = night.lake.read("verdicts").to_pylist()
    assert verdicts == {row["run_id"]: row["verdict"] for row in stored}
    of_predictions = {rule.name for rule in RULES if "predictions" in " ".join(rule.needs)}
    stored = night.lake.read("findings").to_pylist()
    stored = [finding for finding in stored if finding["rule"] not in of_predictions]

    def key(finding):
        return (finding["run_id"], finding["rule"], finding["layer"], finding["severity"])

    assert sorted(map(key, diagnosed)) == sorted(map(key, stored))


def test_a_second_pipeline_on_the_lake_gets_a_clear_answer_and_harms_nothing(night, capsys):
    with only_writer(night.lake.root):
        assert main(["nightly", "--lake", str(night.lake.root)]) == 2
    said = capsys.readouterr().err
    assert "a pipeline is already writing to the lake" in said
    assert "nothing was changed" in said


@pytest.mark.parametrize(
    ("moment", "number"), [("planned", signal.SIGINT), ("committed", signal.SIGTERM)]
)
def test_after_an_interruption_the_next_night_ends_as_an_undisturbed_one(
    night, tmp_path, contents, moment, number
):
    lake = tmp_path / "lake"
    watched = {
        "planned": lake / "_plan-events.json",
        "committed": lake / "predictions" / "_delta_log" / f"{1:020}.json",
    }[moment]
    command = [*INSIGHT, "nightly", str(night.zoo / "runs"), "--lake", str(lake)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0
    ) as process:
        deadline = time.monotonic() + LONGEST_S
        while not watched.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        others = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, number)
        said = process.communicate(timeout=LONGEST_S)[0]
    assert process.returncode == 128 + number, said
    assert "ed; committed work is kept, run the same command again to continue" in said
    assert "Traceback" not in said
    assert "ERROR" not in said
    assert psutil.wait_procs(others, timeout=LONGEST_S)[1] == []

    assert main(["nightly", str(night.zoo / "runs"), "--lake", str(lake)]) == 0
    mine, undisturbed = contents(open_lake(lake)), contents(night.lake)
    for name in ("scalars", "histograms", "artifacts", "predictions", "quarantine"):
        assert mine[name] == undisturbed[name], name
    judged = (
        "evaluations",
        "curves",
        "layer_stats",
        "findings",
        "verdicts",
        "run_features",
        "runs",
    )
    for name in judged:
        assert mine[name] == undisturbed[name], name
