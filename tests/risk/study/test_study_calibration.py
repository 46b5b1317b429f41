import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tests.bench.risk.calibration import calibration, debiased_error, intercept, slope

RNG = np.random.default_rng(5)
LOG_ODDS = RNG.normal(-1, 1.5, 6000)
FAILED = RNG.random(6000) < 1 / (1 + np.exp(-LOG_ODDS))
PROGRAMS = (np.arange(6000) % 30).astype(str)


def test_true_log_odds_are_calibrated():
    found = calibration(FAILED, LOG_ODDS, PROGRAMS)
    assert found.slope == pytest.approx(1, abs=0.08)
    assert found.intercept == pytest.approx(0, abs=0.08)
    assert found.slope_interval[0] < 1 < found.slope_interval[1]
    assert found.error < 0.02
    assert found.holds


def test_doubled_log_odds_have_half_the_slope():
    assert slope(FAILED, 2 * LOG_ODDS) == pytest.approx(slope(FAILED, LOG_ODDS) / 2, rel=1e-3)
    assert not calibration(FAILED, 2 * LOG_ODDS, PROGRAMS).holds


def test_the_intercept_is_what_is_missing():
    assert intercept(FAILED, LOG_ODDS - 0.7) == pytest.approx(
        intercept(FAILED, LOG_ODDS) + 0.7, abs=1e-6
    )


def test_the_error_of_right_probabilities_does_not_grow_with_fewer_runs():
    probability = 1 / (1 + np.exp(-LOG_ODDS))
    few = [
        debiased_error(FAILED[start : start + 60], probability[start : start + 60])
        for start in range(0, 6000, 60)
    ]
    # The plain error of ten bins of six runs each is about 0.15.
    assert np.median(few) < 0.08


def test_the_error_of_wrong_probabilities_is_their_distance():
    failed = RNG.random(20000) < 0.3
    assert debiased_error(failed, np.full(20000, 0.5)) == pytest.approx(0.2, abs=0.02)


def test_the_slope_is_that_of_scikit_learn():
    weights = RNG.integers(0, 3, 6000).astype(float)
    peer = LogisticRegression(C=np.inf, tol=1e-8)
    peer.fit(LOG_ODDS.reshape(-1, 1), FAILED, sample_weight=weights)
    assert slope(FAILED, LOG_ODDS, weights) == pytest.approx(peer.coef_[0, 0], rel=1e-3)


def test_log_odds_that_part_the_classes_have_a_large_slope():
    found = slope(np.array([False, False, True, True]), np.array([-2.0, -1.0, 1.0, 2.0]))
    assert 3 < found < 100


def test_a_resample_of_hardly_any_failed_run_has_a_finite_slope():
    weights = np.zeros(6000)
    weights[[np.flatnonzero(FAILED)[0], *np.flatnonzero(~FAILED)[:50]]] = 1
    assert abs(slope(FAILED, 30 * LOG_ODDS, weights)) < 100


def test_one_class_has_no_slope():
    assert np.isnan(slope(np.ones(9, dtype=bool), np.arange(9.0)))
