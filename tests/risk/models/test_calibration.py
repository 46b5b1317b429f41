"""Calibration maps against what they should undo."""

import numpy as np
import pytest

from insight_lib.risk.models.calibration import (
    Isotonic,
    Platt,
    choose_calibration,
    fit_isotonic,
    fit_platt,
    logistic_line,
)
from insight_lib.risk.models.learner import probability_of


def runs(count, truth, seed=0):
    """Return log-odds from -4 to 4 and outcomes of the true log-odds ``truth(log_odds)``."""
    random = np.random.default_rng(seed)
    log_odds = random.uniform(-4, 4, count)
    failed = random.random(count) < probability_of(truth(log_odds))
    return log_odds, failed.astype(np.float64)


def test_the_line_takes_out_what_a_model_is_too_sure_of():
    log_odds, failed = runs(20_000, lambda x: 0.5 * x - 1)
    found = fit_platt(log_odds, failed)
    assert (found.slope, found.intercept) == pytest.approx((0.5, -1.0), abs=0.06)


def test_runs_told_apart_without_error_have_a_finite_line():
    found = fit_platt(np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert np.isfinite([found.slope, found.intercept]).all()
    assert found.slope > 0


@pytest.mark.parametrize(
    "failed", [[0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 0, 0]], ids=["healthy", "failed", "backwards"]
)
def test_what_cannot_be_calibrated_is_left_as_it_is(failed):
    log_odds = np.array([-2.0, -1.0, 1.0, 2.0])
    assert fit_platt(log_odds, np.array(failed, dtype=np.float64)) == Platt(1.0, 0.0)


def test_the_steps_rise_are_never_certain_and_tie_no_two_runs():
    log_odds, failed = runs(300, lambda x: 2 * x)
    found = fit_isotonic(log_odds, failed)
    said = found.apply(np.linspace(-10, 10, 200))
    assert np.diff(said).min() > 0
    assert np.isfinite(said).all()


def test_the_map_with_less_loss_on_families_left_out_is_chosen():
    families = [f"f{i % 6}" for i in range(6000)]
    straight = choose_calibration(*runs(6000, lambda x: 0.7 * x), families)
    stepped = choose_calibration(*runs(6000, lambda x: np.where(x > 1, 3.0, -3.0)), families)
    assert isinstance(straight, Platt)
    assert isinstance(stepped, Isotonic)


def test_the_line_of_a_logistic_regression_is_found():
    log_odds, failed = runs(20_000, lambda x: 1.5 * x + 0.5)
    assert logistic_line(log_odds, failed) == pytest.approx((0.5, 1.5), abs=0.1)
