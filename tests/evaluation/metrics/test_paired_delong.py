"""The paired DeLong test."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.paired_delong import paired_test


def _over_pairs(labels, one, other):
    """DeLong et al. (1988), equations 4 to 7, over the matrices of all pairs: difference, stderr.

    The contrast (1, -1) of the 2 x 2 covariance matrix of the two AUCs.
    """
    of_positives, of_negatives, aucs = [], [], []
    for scores in (one, other):
        positive, negative = (scores[labels == label] for label in (1, 0))
        psi = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
        of_positives.append(psi.mean(axis=1))
        of_negatives.append(psi.mean(axis=0))
        aucs.append(psi.mean())
    covariance = np.cov(of_positives) / len(of_positives[0])
    covariance = covariance + np.cov(of_negatives) / len(of_negatives[0])
    contrast = np.array([1, -1])
    return aucs[0] - aucs[1], math.sqrt(max(contrast @ covariance @ contrast, 0))


def _two_scorings(rows=600, seed=0, ties=False):
    rng = np.random.default_rng(seed)
    labels = (rng.random(rows) < 0.2).astype(int)
    shared = rng.normal(labels, 1.0)
    one, other = (shared + rng.normal(0, spread, rows) for spread in (0.4, 0.7))
    return (labels, np.round(one, 1), np.round(other, 1)) if ties else (labels, one, other)


@pytest.mark.parametrize("ties", [False, True])
def test_it_equals_delongs_covariance_over_all_pairs(ties):
    labels, one, other = _two_scorings(ties=ties)
    difference, stderr = _over_pairs(labels, one, other)
    found = paired_test(scored_rows(one, labels), other)
    assert found.auc_a == pytest.approx(roc_auc_score(labels, one), abs=1e-12)
    assert found.auc_b == pytest.approx(roc_auc_score(labels, other), abs=1e-12)
    assert found.difference == pytest.approx(difference, abs=1e-12)
    assert found.stderr == pytest.approx(stderr, rel=1e-10)
    assert found.z == pytest.approx(difference / stderr, rel=1e-9)
    assert found.p == pytest.approx(2 * norm.sf(abs(difference / stderr)), rel=1e-9)
    assert found.ci_lower == pytest.approx(difference - norm.ppf(0.975) * stderr, abs=1e-12)
    assert found.ci_upper == pytest.approx(difference + norm.ppf(0.975) * stderr, abs=1e-12)
    assert found.undefined_reason is None


@given(data=st.data())
def test_it_equals_the_covariance_on_small_samples_with_awkward_scores(data, small):
    sample = data.draw(small)
    others = data.draw(small).scores
    size = min(len(sample.scores), len(others))
    labels, one, other = sample.labels[:size], sample.scores[:size], others[:size]
    counts = [(labels == label).sum() for label in (0, 1)]
    if min(counts, default=0) < 2:
        return
    difference, stderr = _over_pairs(labels, one, other)
    found = paired_test(scored_rows(one, labels), other)
    assert found.difference == pytest.approx(difference, abs=1e-12)
    assert found.stderr == pytest.approx(stderr, rel=1e-7, abs=1e-12)


def test_a_weight_of_0_is_as_good_as_absent_and_a_common_factor_changes_nothing():
    labels, one, other = _two_scorings()
    weights = np.random.default_rng(1).integers(0, 2, len(labels)).astype(float)
    some = weights > 0
    kept = paired_test(scored_rows(one[some], labels[some]), other[some])
    for factor in (1.0, 1e-3):
        found = paired_test(scored_rows(one, labels, weights * factor), other)
        assert found.z == pytest.approx(kept.z, rel=1e-9)
        assert found.auc_a == pytest.approx(kept.auc_a, abs=1e-12)


@pytest.mark.slow
def test_with_weights_the_aucs_are_scikit_learns_and_the_error_near_the_bootstraps():
    labels, one, other = _two_scorings(rows=1_500)
    rng = np.random.default_rng(2)
    weights = rng.exponential(1.0, len(labels))
    found = paired_test(scored_rows(one, labels, weights), other)
    assert found.auc_a == pytest.approx(roc_auc_score(labels, one, sample_weight=weights))
    drawn = []
    for _ in range(300):
        rows = rng.integers(0, len(labels), len(labels))
        aucs = [
            roc_auc_score(labels[rows], scores[rows], sample_weight=weights[rows])
            for scores in (one, other)
        ]
        drawn.append(aucs[0] - aucs[1])
    assert found.stderr == pytest.approx(np.std(drawn), rel=0.2)


def test_swapping_the_runs_turns_the_sign():
    labels, one, other = _two_scorings()
    forth, back = (paired_test(scored_rows(a, labels), b) for a, b in ((one, other), (other, one)))
    assert (forth.z, forth.p) == pytest.approx((-back.z, back.p))


def test_equal_runs_are_found_different_in_about_5_of_100():
    rejected = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        labels = np.repeat([0, 1], [200, 60])
        shared = rng.normal(labels, 1.0)
        one, other = (shared + rng.normal(0, 0.5, 260) for _ in range(2))
        rejected += paired_test(scored_rows(one, labels), other).p < 0.05
    assert 0.02 <= rejected / 400 <= 0.08


@pytest.mark.parametrize("transform", [lambda s: s, np.exp, lambda s: 2 * s - 7])
def test_scores_that_order_every_pair_alike_leave_nothing_to_test(transform):
    labels, one, _ = _two_scorings()
    found = paired_test(scored_rows(one, labels), transform(one))
    assert (found.difference, found.stderr) == (0.0, 0.0)
    assert found.z is found.p is None
    assert "the standard error is 0" in found.undefined_reason


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([0, 0, 0], "one class only: no positives"),
        ([1, 0, 0], "no standard error: a class has weight on one row only"),
    ],
)
def test_what_cannot_be_tested_is_none_with_its_reason(labels, reason):
    found = paired_test(scored_rows([0.1, 0.2, 0.3], labels), np.array([0.3, 0.1, 0.2]))
    assert found.stderr is found.z is found.p is None
    assert found.undefined_reason == reason
