"""The model that scores, its latest word on each run, and how scores turned out."""

import json
from datetime import timedelta

from insight_lib.report.read.risk import MOST_NIGHTS, risk_by_run, scoring_model, turnouts


def test_the_current_model_is_shown_with_what_became_of_the_others(rows_of, generated_at):
    table = rows_of(
        "risk_models",
        {"model_version": "ships", "stage": "default"},
        {"model_version": "own", "trained_at": generated_at, "reason": "better by 0.1"},
        {"model_version": "old", "stage": "retired", "reason": "a newer one was trained"},
    )
    model = scoring_model(table)
    assert (model.version, model.is_default, model.reason) == ("own", False, "better by 0.1")
    assert {(one.version, one.stage) for one in model.others} == {
        ("ships", "default"),
        ("old", "retired"),
    }


def test_without_a_current_model_the_default_is_shown(rows_of):
    model = scoring_model(rows_of("risk_models", {"model_version": "d", "stage": "default"}))
    assert (model.version, model.is_default) == ("d", True)
    assert scoring_model(rows_of("risk_models")) is None


def test_a_model_of_an_earlier_version_is_not_shown(rows_of):
    assert scoring_model(rows_of("risk_models", {"features": None})) is None


def test_a_run_has_the_score_of_that_model_at_its_latest_cutoff_and_those_before(rows_of):
    model = scoring_model(rows_of("risk_models", {}))
    scores = rows_of(
        "risk_scores",
        {"cutoff_step": 10, "probability": 0.2},
        {"cutoff_step": 30, "probability": 0.8, "flagged": True},
        {"cutoff_step": 20, "probability": 0.4},
        {"cutoff_step": 90, "probability": 0.9, "model_version": "retired"},
        {"run_id": "b", "probability": float("nan")},
    )
    risks = risk_by_run(scores, model)
    assert set(risks) == {"zoo/a"}
    assert (risks["zoo/a"].probability, risks["zoo/a"].level) == (0.8, "high")
    assert risks["zoo/a"].earlier == ((10, 0.2), (20, 0.4))
    assert risk_by_run(scores, None) == {}


def test_the_level_is_that_of_the_flag_and_of_what_the_model_knows(rows_of):
    model = scoring_model(rows_of("risk_models", {}))
    scores = rows_of(
        "risk_scores",
        {"run_id": "a", "probability": 0.9, "flagged": False},
        {"run_id": "b", "probability": 0.1, "flagged": False},
        {"run_id": "c", "probability": 0.9, "abstained": True, "flagged": False},
    )
    levels = {run_id: risk.level for run_id, risk in risk_by_run(scores, model).items()}
    assert levels == {"a": "mid", "b": "low", "c": "unknown"}


def test_how_a_run_will_fail_is_said_where_it_likely_does(rows_of):
    model = scoring_model(rows_of("risk_models", {}))
    kind = {"expected_kind": "at_chance", "expected_kind_probability": 0.62}
    scores = rows_of(
        "risk_scores",
        {"run_id": "a", "probability": 0.9, **kind},
        {"run_id": "b", "probability": 0.1, **kind},
        {"run_id": "c", "probability": 0.9},
    )
    said = {run_id: risk.how for run_id, risk in risk_by_run(scores, model).items()}
    assert said == {"a": "most likely at chance (62 %)", "b": "", "c": ""}


def test_reasons_come_strongest_first_and_malformed_ones_are_none(rows_of):
    model = scoring_model(rows_of("risk_models", {}))
    reasons = [
        {"sentence": "weak", "effect": 0.1},
        {"sentence": "strong", "effect": -2},
        {"sentence": 3, "effect": 1},
        {"effect": 1},
    ]
    scores = rows_of(
        "risk_scores",
        {"run_id": "a", "reasons": json.dumps(reasons)},
        {"run_id": "b", "reasons": "not json"},
        {"run_id": "c", "reasons": '{"sentence": "x"}'},
    )
    risks = risk_by_run(scores, model)
    assert [reason.sentence for reason in risks["a"].reasons] == ["strong", "weak"]
    assert (risks["b"].reasons, risks["c"].reasons) == ((), ())


def test_figures_have_words_and_those_of_each_share_are_a_table(rows_of):
    metrics = {"brier": 0.1, "roc_auc": 0.94, "slope": None, "of_nobody": 3}
    metrics["kinds"] = {"accuracy": 0.701, "of_nobody": 3}
    metrics["landmarks"] = {"0.25": {"roc_auc": 0.95}, "0.1": {"roc_auc": 0.9}}
    model = scoring_model(rows_of("risk_models", {"metrics": json.dumps(metrics)}))
    assert model.figures == (
        ("ROC AUC", 0.94),
        ("Calibration slope", None),
        ("Brier score", 0.1),
        ("Kind of failure told right", 0.701),
    )
    assert [(share, values[0]) for share, values in model.landmarks] == [
        ("10 %", 0.9),
        ("25 %", 0.95),
    ]


def test_the_last_nights_are_shown_over_all_landmarks(rows_of, generated_at):
    nights = [(generated_at + timedelta(days=day)).date().isoformat() for day in range(20)]
    rows = [
        {"night": night, "landmark": landmark, "runs": 3}
        for night in nights
        for landmark in ("10 %", "any")
    ]
    shown = turnouts(rows_of("risk_backtest", *rows))
    assert [one.night for one in shown] == nights[::-1][:MOST_NIGHTS]
