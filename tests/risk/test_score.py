"""Scores, their reasons, and the way through `risk_models` and back."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.matrix import feature_matrix
from insight_lib.risk.model import probability_of
from insight_lib.risk.registry import model_row, trained_of_row
from insight_lib.risk.score import score
from insight_lib.risk.train import train

NOW = datetime(2024, 5, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def trained(fleet, feature_rows, label_rows):
    features, labels, programs = fleet()
    return train(feature_rows(features), label_rows(labels), programs)


@pytest.fixture(scope="module")
def new_runs(feature_rows):
    return feature_rows(
        {
            "zoo/doomed": {"signal": 5.0, "noise": 0.0, "offset": 1.0, "sometimes": 1.0},
            "zoo/fine": {"signal": -3.0, "noise": 0.0, "offset": 1.0, "sometimes": 0.0},
            "zoo/unknown": {},
        }
    )


def test_unlabelled_runs_are_predicted_by_the_final_model(trained, new_runs):
    rows = score(trained, new_runs).to_pylist()
    assert [row["run_id"] for row in rows] == ["zoo/doomed", "zoo/fine", "zoo/unknown"]
    assert {row["kind"] for row in rows} == {"predicted"}
    assert {row["model_version"] for row in rows} == {trained.model_version}
    assert {row["cutoff_step"] for row in rows} == {10}
    expected = probability_of(trained.final.model.log_odds(feature_matrix(new_runs)))
    assert [row["probability"] for row in rows] == expected.tolist()
    assert rows[0]["probability"] > 0.5 > rows[1]["probability"]


def test_a_labelled_run_is_scored_by_the_fold_that_left_it_out(trained, fleet, feature_rows):
    features, _, _ = fleet()
    rows = feature_rows(features)
    found = score(trained, rows)["probability"].to_pylist()
    matrix = feature_matrix(rows)
    for i, run in enumerate(matrix.run_ids):
        model = trained.folds[trained.fold_of[run]].model
        assert found[i] == probability_of(model.log_odds(matrix.rows([i])))[0]


def test_reasons_are_the_three_largest_effects_with_their_sign(trained, new_runs):
    matrix = feature_matrix(new_runs)
    model = trained.final.model
    effects = model.effects(matrix)
    for i, text in enumerate(score(trained, new_runs)["reasons"].to_pylist()):
        reasons = json.loads(text)
        sizes = sorted(np.abs(effects[i]), reverse=True)[:3]
        assert [abs(reason["effect"]) for reason in reasons] == [one for one in sizes if one]
        for reason in reasons:
            place = model.names.index(reason["feature"])
            assert reason["effect"] == effects[i, place]


def test_the_reason_for_a_failure_names_the_feature_and_its_value(trained, new_runs):
    first = json.loads(score(trained, new_runs)["reasons"][0].as_py())[0]
    assert (first["feature"], first["value"]) == ("signal", 5.0)
    assert first["effect"] > 0


def test_a_feature_that_is_not_known_can_be_a_reason_without_a_value(trained, new_runs):
    reasons = json.loads(score(trained, new_runs)["reasons"][2].as_py())
    assert [(reason["feature"], reason["value"]) for reason in reasons] == [("sometimes", None)]


def test_a_stored_model_scores_exactly_as_before(trained, fleet, feature_rows, new_runs):
    features, _, _ = fleet()
    (row,) = model_row(trained, NOW).to_pylist()
    again = trained_of_row(row)
    for rows in (feature_rows(features), new_runs):
        assert score(again, rows).equals(score(trained, rows))
    assert model_row(again, NOW).equals(model_row(trained, NOW))


def test_a_model_row_says_when_and_how_good(trained):
    (row,) = model_row(trained, NOW).to_pylist()
    assert (row["stage"], row["trained_at"]) == ("current", NOW)
    assert json.loads(row["metrics"]) == trained.metrics
    assert row["data_fingerprint"] == trained.data_fingerprint


def test_parameters_of_another_format_are_refused_with_the_remedy(trained):
    (row,) = model_row(trained, NOW).to_pylist()
    later = json.dumps(json.loads(row["parameters"]) | {"format": 2})
    with pytest.raises(InputError, match=r"format 2.*insight risk train"):
        trained_of_row(row | {"parameters": later})


def test_no_rows_have_no_scores(trained, feature_rows):
    assert score(trained, feature_rows({})).num_rows == 0
