"""DeLong's standard error and the interval made of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.evaluation.metrics.certified_auc import certified_roc_auc
from insight_lib.evaluation.metrics.delong import confidence_interval, delong_stderr


def _over_pairs(sample):
    """DeLong et al. (1988), equations 4 to 6, over the matrix of all pairs."""
    positive, negative = (sample.scores[sample.labels == label] for label in (1, 0))
    psi = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    return np.sqrt(
        np.var(psi.mean(axis=1), ddof=1) / len(positive)
        + np.var(psi.mean(axis=0), ddof=1) / len(negative)
    )


def _jackknife(sample):
    """The spread of the weighted AUC when each row of one class in turn is left out."""
    variance = 0.0
    for label in (0, 1):
        mine = np.flatnonzero(sample.labels == label)
        left_out = np.array([_auc_without(sample, row) for row in mine])
        variance += (len(mine) - 1) / len(mine) * ((left_out - left_out.mean()) ** 2).sum()
    return np.sqrt(variance)


def _auc_without(sample, row):
    keep = np.arange(len(sample.scores)) != row
    columns = (sample.labels[keep], sample.scores[keep])
    return certified_roc_auc(*columns, sample_weight=sample.weights[keep], tolerance=0).auc


def test_it_equals_delongs_formula_over_all_pairs(samples):
    for name in ("clicks", "ties", "all scores equal", "logits", "tiny and huge", "separable"):
        assert delong_stderr(samples[name].cells(64)) == pytest.approx(
            _over_pairs(samples[name]), rel=1e-9, abs=1e-15
        ), name


@given(data=st.data())
def test_it_equals_delongs_formula_on_small_samples(data, small):
    sample = data.draw(small)
    counts = [(sample.labels == label).sum() for label in (0, 1)]
    if sample.weights is None and min(counts) > 1:
        found = delong_stderr(sample.cells(64))
        assert found == pytest.approx(_over_pairs(sample), rel=1e-9, abs=1e-12)


def test_with_weights_it_is_near_the_jackknife(clicks):
    rng = np.random.default_rng(11)
    labels = rng.integers(0, 2, 400)
    sample = type(clicks(1))(rng.normal(labels, 1.0), labels, rng.exponential(1.0, 400))
    assert delong_stderr(sample.cells(64)) == pytest.approx(_jackknife(sample), rel=0.02)


def test_it_does_not_change_when_all_weights_are_scaled(samples):
    sample = samples["weights"]
    scaled = type(sample)(sample.scores, sample.labels, sample.weights * 1e-3)
    assert delong_stderr(scaled.cells(64)) == pytest.approx(delong_stderr(sample.cells(64)))


def test_weight_0_is_as_good_as_absent(samples):
    sample = samples["weights with zeros"]
    some = sample.weights > 0
    kept = type(sample)(sample.scores[some], sample.labels[some], sample.weights[some])
    assert delong_stderr(kept.cells(64)) == pytest.approx(delong_stderr(sample.cells(64)))


@pytest.mark.parametrize("weights", [None, [3.0, 0.7, 0.7, 0.2]])
def test_one_positive_has_no_standard_error_but_an_auc(weights):
    auc = certified_roc_auc([1, 0, 0, 0], [0.4, 0.1, 0.5, 0.2], sample_weight=weights)
    assert auc.auc is not None
    assert auc.stderr is auc.ci is None
    assert auc.undefined_reason == "no standard error: a class has weight on one row only"


def test_perfect_order_has_standard_error_0_and_no_interval():
    auc = certified_roc_auc([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4])
    assert (auc.auc, auc.stderr, auc.ci) == (1.0, 0.0, None)
    assert auc.undefined_reason == "no confidence interval: the standard error is 0"


@given(auc=st.floats(1e-6, 1 - 1e-6), stderr=st.floats(1e-9, 0.5))
def test_the_interval_holds_the_auc_and_stays_within_0_and_1(auc, stderr):
    lower, upper = confidence_interval(auc, stderr)
    assert 0 <= lower <= auc * (1 + 1e-12)
    assert auc * (1 - 1e-12) <= upper <= 1


def test_the_interval_of_a_small_standard_error_is_the_plain_normal_one():
    lower, upper = confidence_interval(0.8, 1e-4)
    assert (lower, upper) == pytest.approx((0.8 - 1.96e-4, 0.8 + 1.96e-4), abs=1e-7)


def test_about_95_percent_of_intervals_hold_the_true_auc():
    rng = np.random.default_rng(5)
    # Two normals a distance 1 apart: AUC = Phi(1 / sqrt 2).
    true_auc, held = 0.7602499389065233, 0
    labels = np.repeat([0, 1], [200, 40])
    for _ in range(500):
        lower, upper = certified_roc_auc(labels, rng.normal(labels, 1.0)).ci
        held += lower <= true_auc <= upper
    assert 0.92 <= held / 500 <= 0.98


def test_at_the_width_of_a_refined_state_it_is_exact_to_a_hundredth(clicks):
    sample = clicks(20_000)
    auc = sample.auc(12)
    assert auc.stderr == pytest.approx(_over_pairs(sample), rel=1e-2)
