"""Trends, against scipy and pymannkendall."""

import numpy as np
import pymannkendall
import pytest
from scipy import stats

from insight_lib.series.change.trend import trend
from tests.series.change.random_series import autoregression

SIZES = (4, 5, 12, 80, 200)


@pytest.mark.parametrize("points", SIZES)
def test_slope_and_tau_are_those_of_scipy(points):
    random = np.random.default_rng(points)
    steps = np.cumsum(random.integers(1, 50, points))
    values = np.round(0.01 * steps + random.normal(size=points), 1)  # some are equal
    found = trend(steps, values)
    assert found.slope == pytest.approx(stats.theilslopes(values, steps).slope)
    assert found.change == pytest.approx(found.slope * (steps[-1] - steps[0]))
    assert found.tau == pytest.approx(stats.kendalltau(steps, values).statistic)


@pytest.mark.parametrize("points", SIZES)
def test_without_autocorrelation_the_significance_is_that_of_mann_and_kendall(points):
    # Alternating signs around a line: no positive autocorrelation widens anything.
    values = 0.02 * np.arange(points) + np.tile([0.3, -0.3], points)[:points]
    found, oracle = trend(np.arange(points), values), pymannkendall.original_test(values)
    assert found.p_value == pytest.approx(oracle.p, abs=1e-12)
    assert found.tau == pytest.approx(oracle.Tau)


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.9])
def test_what_hamed_and_rao_take_for_noise_is_no_trend(rho):
    for values in autoregression(1, 100, rho, 40):
        oracle = pymannkendall.hamed_rao_modification_test(values, lag=5)  # more may be negative
        assert trend(np.arange(100), values).p_value >= min(0.05, 0.99 * oracle.p)


@pytest.mark.parametrize("points", [10, 30, 200])
def test_smooth_curve_has_a_trend_although_its_residuals_are_autocorrelated(points):
    values = 2.3 * np.exp(-5 * np.arange(points) / points)
    assert trend(np.arange(points), values).p_value < 0.02


@pytest.mark.parametrize(
    ("rho", "points", "most"), [(0, 5, 0.05), (0, 50, 0.07), (0.9, 50, 0.16), (0.9, 1000, 0.1)]
)
def test_trends_in_noise_are_as_rare_as_documented(rho, points, most):
    series = autoregression(2, points, rho, 200)
    found = [trend(np.arange(points), values).p_value < 0.05 for values in series]
    assert np.mean(found) <= most


def test_trend_of_a_long_series_is_close_to_that_of_all_its_pairs():
    random = np.random.default_rng(3)
    steps = np.cumsum(random.integers(1, 50, 3000))
    values = 1e-4 * steps + random.standard_t(3, 3000)
    found, oracle = trend(steps, values), stats.theilslopes(values, steps)
    assert oracle.low_slope < found.slope < oracle.high_slope
    assert found.p_value < 1e-6


def test_without_enough_points_there_is_no_trend():
    for values in ([], [1.0, 2.0, 3.0], [np.nan] * 9, [1.0, np.nan, 2.0, np.inf, 3.0]):
        found = trend(np.arange(len(values)), np.array(values))
        assert np.isnan(found.slope)
        assert found.p_value == 1


def test_constant_values_have_no_trend():
    found = trend(np.arange(9), np.full(9, 7.0))
    assert (found.slope, found.change, found.tau, found.p_value) == (0, 0, 0, 1)


@pytest.mark.parametrize("steps", [np.full(12, 5), np.arange(12)[::-1]])
def test_without_a_later_step_there_is_no_slope(steps):
    found = trend(steps, np.arange(12.0))
    assert np.isnan(found.slope)
    assert np.isnan(found.change)
