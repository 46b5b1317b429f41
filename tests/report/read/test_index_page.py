"""The index page's records."""

import json
from datetime import timedelta

import pytest

from insight_lib.report.read.index_page import read_night
from insight_lib.report.write import write_report


def test_how_a_run_will_fail_is_said_on_its_page(lake, generated_at, tmp_path):
    kind = {"expected_kind": "at_chance", "expected_kind_probability": 0.62}
    tables = lake(runs=[{"run_id": "a"}], risk_models=[{}], risk_scores=[{"run_id": "a"} | kind])
    index = write_report(tables, tmp_path / "report", generated_at)
    [page] = (index.parent / "runs").glob("*.html")
    assert "most likely at chance (62 %)" in page.read_text()


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


def test_runs_in_need_come_first_then_those_that_recovered(lake, generated_at):
    told = {"a": "healthy", "b": "not judged", "c": "attention", "d": None, "e": "failing"}
    told["f"] = "healthy"
    tables = lake(
        runs=[{"run_id": name, "verdict": verdict} for name, verdict in told.items()],
        verdicts=[{"run_id": name, "judged_at": generated_at} for name in told],
        findings=[
            {"run_id": "e"},
            {"run_id": "c", "severity": "warning"},
            {"run_id": "f", "resolved_at": generated_at},
        ],
    )
    night = read_night(tables, generated_at)
    assert [run.run_id for run in night.runs] == ["e", "c", "f", "a", "b", "d"]
    assert [run.standing for run in night.runs][:4] == ["still", "still", "recovered", "healthy"]
    assert [need.runs[0].run_id for need in night.needs] == ["e", "c"]


@pytest.mark.parametrize(
    ("gain", "is_shown"), [(0.2, True), (0.05, False), (-0.1, False), (None, False)]
)
def test_the_risk_is_shown_where_the_model_is_better_than_the_base_rate(
    lake, generated_at, tmp_path, gain, is_shown
):
    metrics = json.dumps({"gain_over_base_rate": gain, "gain_stderr": 0.03})
    tables = lake(
        runs=[{"run_id": "a"}],
        risk_models=[{"metrics": metrics}],
        risk_scores=[{"run_id": "a", "probability": 0.8125}],
        findings=[{"run_id": "a"}],
    )
    index = write_report(tables, tmp_path / "report", generated_at)
    [page] = (index.parent / "runs").glob("*.html")
    for path in (index, page):
        assert ("81.2 %" in path.read_text()) == is_shown
    assert ("No better than the base rate" in index.read_text()) != is_shown


def test_a_run_that_the_model_knows_nothing_like_has_no_risk_to_rely_on(
    lake, generated_at, tmp_path
):
    score = {"probability": 0.9, "abstained": True}
    tables = lake(runs=[{}], risk_models=[{}], risk_scores=[score])
    index = write_report(tables, tmp_path / "report", generated_at)
    [page] = (index.parent / "runs").glob("*.html")
    assert "so it abstains: the probability is not to be relied on" in page.read_text()


def test_it_says_why_runs_are_not_judged_without_a_line_a_value(lake, generated_at):
    runs = [
        {"run_id": f"r{at}", "verdict": "not judged", "not_judged": [("loss", f"{at} points only")]}
        for at in range(3)
    ]
    night = read_night(lake(runs=runs), generated_at)
    assert night.not_judged == (("loss: … points only", 3),)


def test_without_a_night_there_is_no_model_and_nothing_was_predicted(lake, generated_at):
    night = read_night(lake(runs=[{}]), generated_at)
    assert night.model is None
    assert not night.shows_risk
    assert night.turnouts == ()
