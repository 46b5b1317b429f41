"""Levels, noise, flatness and plateaus."""

import numpy as np
import pytest

from insight_lib.series.change.flat import is_flat, plateau_start
from insight_lib.series.change.levels import end_level, levels, noise, start_level
from tests.series.change.random_series import autoregression


def test_levels_are_medians_of_equal_stretches():
    values = np.array([1.0, 2.0, np.nan, 90.0, 4.0, 5.0, 6.0])
    assert levels(values, 2).tolist() == [2.0, 5.0]
    assert levels(values, 99).tolist() == [1.0, 2.0, 90.0, 4.0, 5.0, 6.0]
    assert levels(np.full(3, np.nan), 2).size == 0


def test_start_and_end_are_medians_of_few_and_of_a_fifth():
    values = np.arange(100.0)
    assert (start_level(values), end_level(values)) == (1.0, 89.5)
    assert np.isnan(start_level(np.array([np.nan])))
    assert np.isnan(end_level(np.array([])))


def test_noise_is_that_around_a_steady_fall_with_a_spike():
    values = 50 - 0.5 * np.arange(1000) + 0.2 * np.random.default_rng(0).normal(size=1000)
    values[500] = 1e6
    assert noise(values) == pytest.approx(0.2, rel=0.15)
    assert noise(values[:2]) == 0


@pytest.mark.parametrize(("rho", "points"), [(0, 50), (0, 1000), (0.9, 200), (0.9, 1000)])
def test_noise_around_one_level_is_flat(rho, points):
    series = 5 + autoregression(1, points, rho, 100)
    assert np.mean([is_flat(values, 0.0) for values in series]) >= 0.88


@pytest.mark.parametrize("points", [5, 30, 3000])
def test_learning_curve_is_not_flat_but_ends_on_a_plateau(points):
    values = 1 + 2 * np.exp(-np.arange(points) / (0.08 * points))
    values += 0.01 * np.random.default_rng(points).normal(size=points)
    assert not is_flat(values, 0.05)
    if points > 5:
        assert plateau_start(values, 0.05) == pytest.approx(0.3 * points, abs=0.12 * points)


def test_steady_fall_has_no_plateau():
    assert plateau_start(np.linspace(5, 1, 200), 0.02) is None


def test_share_of_the_level_is_flat_whatever_the_noise():
    assert is_flat(np.linspace(1.0, 1.02, 100), 0.05)
    assert not is_flat(np.linspace(1.0, 1.02, 100), 0.01)


@pytest.mark.parametrize("values", [[], [1.0, 1.0, 1.0, 1.0], [np.nan] * 20])
def test_too_few_points_are_not_known_to_be_flat(values):
    assert not is_flat(np.array(values), 0.1)
    assert plateau_start(np.array(values), 0.1) is None


def test_constant_values_are_flat_from_the_first():
    assert is_flat(np.zeros(5), 0.0)
    assert plateau_start(np.full(60, 3.0), 0.0) == 0
