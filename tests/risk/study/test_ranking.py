import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from tests.bench.risk.ranking import (
    auc,
    auc_by_group,
    rate_by_group,
    recall,
    threshold_of,
    weighted_auc,
)

RNG = np.random.default_rng(3)
FAILED = RNG.random(400) < 0.3
SCORES = np.round(RNG.normal(size=400) + FAILED, 1)  # rounded, so that there are ties


def test_a_weight_counts_a_run_as_often_as_it_says():
    weights = RNG.integers(0, 4, 400).astype(float)
    expected = roc_auc_score(FAILED, SCORES, sample_weight=weights)
    assert weighted_auc(FAILED, SCORES, weights) == pytest.approx(expected)


def test_the_auc_of_one_class_is_undefined():
    assert np.isnan(auc(np.ones(3, dtype=bool), np.arange(3.0)))
    assert np.isnan(weighted_auc(FAILED, SCORES, (~FAILED).astype(float)))


def test_no_more_healthy_runs_are_flagged_than_allowed():
    threshold = threshold_of(FAILED, SCORES, 0.05)
    assert np.mean(SCORES[~FAILED] > threshold) <= 0.05
    lower = SCORES[threshold > SCORES].max()
    assert np.mean(SCORES[~FAILED] > lower) > 0.05


def test_recall_of_a_perfect_ranking_is_1_and_of_a_constant_0():
    assert recall(FAILED, FAILED.astype(float)) == 1
    assert recall(FAILED, np.zeros(400)) == 0


def test_without_false_alarms_the_threshold_is_the_highest_healthy_score():
    failed = np.array([False, False, True, True])
    assert threshold_of(failed, np.array([0.1, 0.7, 0.7, 0.9]), 0.0) == 0.7
    assert recall(failed, np.array([0.1, 0.7, 0.7, 0.9]), 0.0) == 0.5


def test_groups_are_judged_by_themselves():
    groups = np.array(["a", "a", "b", "b", "c"])
    failed = np.array([True, False, True, False, True])
    scores = np.array([0.9, 0.8, 0.1, 0.2, 0.5])
    assert auc_by_group(failed, scores, groups) == {"a": 1.0, "b": 0.0}
    assert auc_by_group(failed, scores, groups, least=2) == {}
    assert rate_by_group(scores > 0.4, groups) == {"a": 1.0, "b": 0.0, "c": 1.0}
