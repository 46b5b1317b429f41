"""Quality of probabilities of which the truth is known."""

import math

import numpy as np
import pytest

from insight_lib.risk.models.learner import probability_of
from insight_lib.risk.models.quality import debiased_calibration_error, quality_of


def drawn(count, seed=0, slope=1.0):
    """Return outcomes, log-odds that are ``1 / slope`` as sure as the truth, and programs."""
    random = np.random.default_rng(seed)
    truth = random.normal(scale=1.5, size=count)
    failed = (random.random(count) < probability_of(truth)).astype(np.float64)
    return failed, truth / slope, [f"p{i % 20}" for i in range(count)]


def test_a_perfect_model_has_slope_one_and_no_error_beyond_chance():
    found = quality_of(*drawn(3000))
    assert found.slope_low < 1 < found.slope_high
    assert found.intercept_low < 0 < found.intercept_high
    assert found.calibration_error < 0.03
    assert found.log_loss < found.base_rate_log_loss
    assert found.why_undefined == ""


def test_a_model_too_sure_has_a_slope_below_one():
    found = quality_of(*drawn(3000, slope=0.4))
    assert found.slope_high < 0.8
    assert found.calibration_error > 0.05


def test_chance_alone_is_taken_out_of_the_calibration_error():
    errors = []
    for seed in range(60):
        failed, log_odds, _ = drawn(150, seed)
        errors.append(debiased_calibration_error(failed, probability_of(log_odds)) ** 2)
    # Ten runs a bin: the plain squared error of a perfect model is about 0.018.
    assert np.mean(errors) < 0.009


def test_one_outcome_leaves_ranking_and_line_undefined_with_a_reason():
    found = quality_of(np.zeros(30), np.linspace(-2, 2, 30), ["a"] * 30)
    assert math.isnan(found.roc_auc)
    assert math.isnan(found.slope)
    assert "both" in found.why_undefined
    assert found.brier > 0


def test_no_run_and_few_runs_have_a_clear_answer():
    assert quality_of(np.zeros(0), np.zeros(0), []).why_undefined == "no run was predicted"
    few = quality_of(np.array([0.0, 1.0]), np.array([-1.0, 1.0]), ["a", "b"])
    assert math.isnan(few.calibration_error)


def test_the_order_of_runs_does_not_matter():
    failed, log_odds, programs = drawn(100)
    order = np.random.default_rng(5).permutation(100)
    shuffled = quality_of(failed[order], log_odds[order], [programs[i] for i in order])
    assert shuffled.slope_low == pytest.approx(quality_of(failed, log_odds, programs).slope_low)
