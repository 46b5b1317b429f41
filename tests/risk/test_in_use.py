"""A model that does not beat the base rate out of fold is not used, and says why."""

import re

import numpy as np
import pytest
from sklearn.metrics import log_loss

from insight_lib.risk.calibration import gain_over_base_rate
from insight_lib.risk.in_use import newest_model, why_row_unusable, why_unusable
from insight_lib.risk.train import train

BETTER = {"log_loss": 0.5, "base_rate_log_loss": 0.7}


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        (
            {"log_loss": 0.756, "base_rate_log_loss": 0.693},
            r"^worse than the base rate: log loss 0\.756 .*, 0\.693 by",
        ),
        ({"log_loss": 0.7, "base_rate_log_loss": 0.7}, "^no better than the base rate"),
        (
            BETTER | {"gain_over_base_rate": 0.25, "gain_stderr": 0.25},
            r"^not clearly better .* 0\.750 by .* gain of 0\.250 with a standard error of 0\.250$",
        ),
        (BETTER | {"gain_over_base_rate": -0.1, "gain_stderr": 0.0}, "^not clearly better"),
    ],
)
def test_what_does_not_beat_the_base_rate_is_not_used(metrics, said):
    assert re.search(said, why_unusable(metrics))


@pytest.mark.parametrize(
    "metrics",
    [BETTER, BETTER | {"gain_over_base_rate": 0.25, "gain_stderr": 0.2}, {}, {"log_loss": None}],
)
def test_what_beats_it_or_was_never_measured_is_used(metrics):
    assert why_unusable(metrics) is None


def test_metrics_that_are_no_object_say_nothing():
    assert [why_row_unusable({"metrics": text}) for text in ("no json", "[1]")] == [None, None]


def test_the_gain_is_that_of_scikit_learn_and_its_error_the_usual_one_of_independent_runs():
    random = np.random.default_rng(3)
    failed = (random.random(40) < 0.4).astype(float)
    probability, base_rate = random.uniform(0.05, 0.95, 40), random.uniform(0.3, 0.5, 40)
    found = gain_over_base_rate(failed, probability, base_rate, np.arange(40))
    constant, model = log_loss(failed, base_rate), log_loss(failed, probability)
    assert found["base_rate_log_loss_out_of_fold"] == pytest.approx(constant)
    assert found["gain_over_base_rate"] == pytest.approx(constant - model)
    each = [
        log_loss([y], [b], labels=[0, 1]) - log_loss([y], [p], labels=[0, 1])
        for y, p, b in zip(failed, probability, base_rate, strict=True)
    ]
    assert found["gain_stderr"] == pytest.approx(np.std(each, ddof=1) / np.sqrt(40))


def test_runs_of_a_fold_that_say_the_same_count_as_one():
    failed, probability = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.6, 0.7])
    base_rate, fold = np.full(4, 0.5), np.arange(4)
    once = gain_over_base_rate(failed, probability, base_rate, fold)
    given = (np.repeat(each, 5) for each in (failed, probability, base_rate, fold))
    assert gain_over_base_rate(*given) == pytest.approx(once)


def test_the_base_rate_of_a_fold_is_that_of_the_runs_it_was_trained_on(
    fleet, feature_rows, label_rows
):
    features, labels, programs = fleet()
    features["zoo/extra"], labels["zoo/extra"], programs["zoo/extra"] = {}, "failed", "a"
    found = train(feature_rows(features), label_rows(labels), programs)
    failed = {run: float(label == "failed") for run, label in labels.items()}
    said = [
        np.mean([failed[other] for other in labels if programs[other] != programs[run]])
        for run in labels
    ]
    expected = log_loss(list(failed.values()), said)
    assert found.metrics["base_rate_log_loss_out_of_fold"] == pytest.approx(expected)
    assert why_unusable(found.metrics) is None


def test_a_model_of_labels_that_mean_nothing_is_not_used(fleet, feature_rows, label_rows):
    for seed in range(5):
        features, labels, programs = fleet(seed=seed)
        drawn = np.random.default_rng([seed, 1]).permutation(list(labels.values()))
        labels = dict(zip(labels, drawn.tolist(), strict=True))
        noise = {run: {"noise": known["noise"]} for run, known in features.items()}
        found = train(feature_rows(noise), label_rows(labels), programs)
        assert why_unusable(found.metrics) is not None


def test_the_newest_model_that_is_not_retired_counts():
    rows = [
        {"stage": "current", "trained_at": 1},
        {"stage": "unusable", "trained_at": 2},
        {"stage": "retired", "trained_at": 3},
    ]
    assert newest_model(rows) == rows[1]
    assert newest_model(rows[2:]) is None
