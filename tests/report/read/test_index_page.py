"""The index page's records."""

from datetime import timedelta

import pytest

from insight_lib.report.read.index_page import (
    MAX_GROUPS,
    MAX_RUNS_WITH_FINDINGS,
    quarantine,
    read_night,
)
from insight_lib.report.write import write_report


def test_runs_come_by_falling_risk_and_unscored_ones_by_their_worst_finding(lake, generated_at):
    tables = lake(
        runs=[{"run_id": name} for name in ("calm", "none", "noisy", "risky", "safe")],
        risk_models=[{}],
        risk_scores=[
            {"run_id": "safe", "probability": 0.1},
            {"run_id": "risky", "probability": 0.9},
        ],
        findings=[{"run_id": "noisy"}, {"run_id": "calm", "severity": "info"}],
    )
    night = read_night(tables, generated_at)
    assert [run.run_id for run in night.runs] == ["risky", "safe", "noisy", "calm", "none"]
    assert [run.worst for run in night.runs] == [None, None, "error", "info", None]
    assert [found.run_id for found in night.findings] == ["noisy", "calm"]


def test_a_run_that_the_model_knows_nothing_like_is_ranked_as_one_without_a_risk(
    lake, generated_at, tmp_path
):
    tables = lake(
        runs=[{"run_id": name} for name in ("calm", "noisy", "strange")],
        risk_models=[{}],
        risk_scores=[
            {"run_id": "calm", "probability": 0.1},
            {"run_id": "strange", "probability": 0.9, "abstained": True},
        ],
        findings=[{"run_id": "noisy"}],
    )
    night = read_night(tables, generated_at)
    assert [run.run_id for run in night.runs] == ["calm", "noisy", "strange"]
    assert night.headline.failures_predicted == 0
    index = write_report(tables, tmp_path / "report", generated_at)
    assert "outside of what the model knows" in index.read_text()
    page = index.parent / "runs" / next(r.page for r in night.runs if r.run_id == "strange")
    assert "so it abstains: the probability is not to be relied on" in page.read_text()


def test_how_a_run_will_fail_is_said_on_the_index_and_on_its_page(lake, generated_at, tmp_path):
    kind = {"expected_kind": "at_chance", "expected_kind_probability": 0.62}
    tables = lake(runs=[{"run_id": "a"}], risk_models=[{}], risk_scores=[{"run_id": "a"} | kind])
    index = write_report(tables, tmp_path / "report", generated_at)
    [page] = (index.parent / "runs").glob("*.html")
    for shown in (index, page):
        assert "most likely at chance (62 %)" in shown.read_text()


def test_the_headline_counts_consequences_too(lake, generated_at):
    tables = lake(
        runs=[{"run_id": "a"}, {"run_id": "b"}],
        risk_models=[{}],
        risk_scores=[
            {"run_id": "a", "probability": 0.5, "flagged": True},
            {"run_id": "b", "probability": 0.6, "flagged": False},
        ],
        findings=[
            {"run_id": "a", "rule": "x"},
            {"run_id": "a", "rule": "y", "caused_by": "x", "severity": "warning"},
        ],
        quarantine=[{"offset": 1}, {"offset": 2}],
    )
    headline = read_night(tables, generated_at).headline
    assert headline.findings == (("error", 1), ("warning", 1), ("info", 0))
    assert (headline.runs, headline.scored, headline.failures_predicted) == (2, 2, 1)
    assert headline.quarantined == 2


def test_runs_of_equal_risk_come_by_their_verdict_which_the_headline_counts(lake, generated_at):
    told = {"a": "healthy", "b": "not judged", "c": "attention", "d": None, "e": "failing"}
    told["f"] = "failing"
    tables = lake(
        runs=[{"run_id": name, "verdict": verdict} for name, verdict in told.items()],
        findings=[{"run_id": "f"}, {"run_id": "c", "severity": "warning"}],
    )
    night = read_night(tables, generated_at)
    assert [run.run_id for run in night.runs] == ["f", "e", "c", "b", "a", "d"]
    assert night.headline.verdicts == (
        ("failing", 2),
        ("attention", 1),
        ("not judged", 1),
        ("healthy", 1),
    )


def test_failures_predicted_are_unknown_where_nothing_was_scored(lake, generated_at):
    night = read_night(lake(runs=[{}]), generated_at)
    assert night.headline.failures_predicted is None
    assert night.model is None
    assert night.turnouts == ()


def test_the_auc_is_that_of_all_examples_at_the_last_step_of_the_validation_split(
    lake, generated_at
):
    tables = lake(
        runs=[{"run_id": "zoo/a"}, {"run_id": "b"}],
        evaluations=[
            {"step": 9, "auc": 0.7, "split": "train"},
            {"step": 5, "auc": 0.8},
            {"step": 3, "auc": 0.6},
            {"step": 8, "auc": 0.1, "slice": "country=de"},
            {"run_id": "b", "step": 2, "auc": None, "split": "holdout"},
        ],
    )
    runs = {run.run_id: run.auc for run in read_night(tables, generated_at).runs}
    assert (runs["zoo/a"].auc, runs["zoo/a"].step) == (0.8, 5)
    assert (runs["b"].auc, runs["b"].split) == (None, "holdout")


def test_the_latest_label_counts(lake, generated_at):
    labels = [
        {"label": "healthy", "labelled_at": generated_at + timedelta(1)},
        {"label": "failed", "labelled_at": generated_at},
    ]
    night = read_night(lake(runs=[{}], run_labels=labels), generated_at)
    assert night.runs[0].label == "healthy"


def test_a_long_quarantine_is_one_line_a_file_and_reason(rows_of):
    spans = [{"offset": -at, "length": 2} for at in range(500)]
    found = quarantine(rows_of("quarantine", *spans, {"offset": 9, "reason": "cut short"}))
    lines = [(each.reason, each.count, each.first_offset, each.length) for each in found.shown]
    assert lines == [("bad CRC", 500, -499, 1000), ("cut short", 1, 9, 1)]
    assert (found.total, found.groups, found.prediction_rows) == (501, 2, 0)


def test_a_quarantine_of_many_files_is_cut_and_counted(rows_of):
    rows = [{"file_id": f"f{at:03}", "offset": at % 2} for at in range(500)]
    found = quarantine(rows_of("quarantine", *rows))
    assert (found.total, found.groups, len(found.shown)) == (500, 500, MAX_GROUPS)
    assert found.shown[0].file_id == "f000"
    assert quarantine(rows_of("quarantine")).total == 0


def test_quarantined_prediction_rows_and_unopened_files_are_counted_separately(rows_of):
    rows = [{"file_id": "r/predictions/a.parquet", "offset": at} for at in range(7)]
    rows.append({"file_id": "r/predictions/a.parquet", "offset": 8, "reason": "label is 3"})
    rows.append({"file_id": "r/predictions/b.parquet", "length": 0})
    rows.append({"file_id": "r/predictions/events.out.tfevents.1", "length": 30})
    found = quarantine(rows_of("quarantine", *rows))
    assert (found.prediction_rows, found.prediction_files, found.unopened) == (8, 1, 1)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("scores/a/val-5.csv.gz", "row"),
        ("scores/a/x.JSONL@3", "row"),
        ("a/predictions/x.tfrecord", "byte"),
        ("a/events.out.tfevents.1", "byte"),
    ],
)
def test_places_in_a_file_are_in_rows_or_in_bytes_as_its_format_has_them(rows_of, name, unit):
    rows = [{"file_id": name, "offset": 100, "length": 1 if unit == "row" else 57}] * 2
    found = quarantine(rows_of("quarantine", *rows))
    assert found.shown[0].unit == unit
    assert found.prediction_rows == (0 if "tfevents" in name else 2)


def test_findings_of_very_many_runs_are_cut_and_counted(lake, generated_at):
    names = [f"run{at}" for at in range(MAX_RUNS_WITH_FINDINGS + 7)]
    tables = lake(runs=[{"run_id": n} for n in names], findings=[{"run_id": n} for n in names])
    night = read_night(tables, generated_at)
    assert (len(night.findings), night.findings_left_out) == (MAX_RUNS_WITH_FINDINGS, 7)
