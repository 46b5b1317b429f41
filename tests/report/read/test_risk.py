"""The current model's latest word on each run."""

import json
from datetime import timedelta

from insight_lib.report.read.risk import current_model, risk_by_run
from insight_lib.report.records.night import Reason


def test_the_newest_current_model_is_shown(rows_of, generated_at):
    table = rows_of(
        "risk_models",
        {"model_version": "old", "stage": "retired", "trained_at": generated_at},
        {"model_version": "one"},
        {"model_version": "two", "trained_at": generated_at + timedelta(1)},
        {"model_version": "out", "trained_at": generated_at + timedelta(2), "stage": "retired"},
    )
    assert current_model(table).version == "two"
    assert current_model(table.slice(0, 1)) is None


def test_a_run_has_the_score_of_the_current_model_at_its_latest_cutoff(rows_of):
    model = current_model(rows_of("risk_models", {}))
    scores = rows_of(
        "risk_scores",
        {"cutoff_step": 10, "probability": 0.2},
        {"cutoff_step": 30, "probability": 0.8},
        {"cutoff_step": 20, "probability": 0.4},
        {"cutoff_step": 90, "probability": 0.9, "model_version": "retired"},
        {"run_id": "b", "probability": float("nan")},
    )
    assert {run: risk.probability for run, risk in risk_by_run(scores, model).items()} == {
        "zoo/a": 0.8
    }
    assert risk_by_run(scores, None) == {}


def test_reasons_come_strongest_first_and_malformed_ones_are_none(rows_of):
    model = current_model(rows_of("risk_models", {}))
    reasons = [
        {"feature": "weak", "value": 1, "effect": 0.1},
        {"feature": "strong", "value": None, "effect": -2},
    ]
    scores = rows_of(
        "risk_scores",
        {"run_id": "a", "reasons": json.dumps(reasons)},
        {"run_id": "b", "reasons": "not json"},
        {"run_id": "c", "reasons": '{"feature": "x"}'},
    )
    risks = risk_by_run(scores, model)
    assert [reason.feature for reason in risks["a"].reasons] == ["strong", "weak"]
    assert (risks["b"].reasons, risks["c"].reasons) == ((), ())


def test_known_metrics_have_good_names_and_others_are_shown_too(rows_of):
    metrics = {"zeta_score": 0.5, "brier": 0.1, "roc_auc": 0.94, "baseline": {"roc_auc": 0.7}}
    model = current_model(rows_of("risk_models", {"metrics": json.dumps(metrics)}))
    assert model.metrics == (
        ("ROC AUC", "0.94"),
        ("Brier score", "0.1"),
        ("Zeta score", "0.5"),
        ("Baseline: ROC AUC", "0.7"),
    )


def test_a_reason_is_given_in_words_where_they_are_known_and_short():
    meanings = ("size of the output (healthy near 0)", "", "very " * 40)
    words = [Reason("activation_scale", meaning, 1.0, 1.0).words for meaning in meanings]
    assert words == ["size of the output", "activation_scale", "activation_scale"]
