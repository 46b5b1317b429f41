"""Oscillation, spikes and growth."""

import numpy as np
import pytest
from scipy import stats

from insight_lib.series.change.growth import growth
from insight_lib.series.change.oscillation import oscillation
from insight_lib.series.change.spikes import spikes
from tests.series.change.random_series import autoregression


def test_overshooting_at_every_step_turns_at_every_step():
    found = oscillation(3 + 0.6 * np.tile([1.0, -1.0], 50))
    assert found.turns == 1
    assert found.autocorrelation == pytest.approx(-1, abs=0.05)
    assert found.amplitude == pytest.approx(1.4826 * 0.2)


def test_independent_noise_turns_at_two_thirds_of_its_points():
    values = 10 + np.random.default_rng(0).normal(size=20_000)
    found = oscillation(values)
    assert found.turns == pytest.approx(2 / 3, abs=0.01)
    assert found.autocorrelation == pytest.approx(0, abs=0.02)
    assert found.amplitude == pytest.approx(0.1, rel=0.03)


def test_smooth_curve_hardly_swings():
    found = oscillation(1 + np.exp(-np.arange(500) / 60))
    assert found.turns == 0
    assert found.amplitude < 0.02


def test_four_points_do_not_show_whether_they_swing():
    found = oscillation(np.array([1.0, np.nan, 2.0, 1.0, 2.0]))
    assert np.isnan([found.turns, found.amplitude, found.autocorrelation]).all()


def test_constant_values_do_not_swing():
    found = oscillation(np.zeros(9))
    assert (found.turns, found.amplitude, found.autocorrelation) == (0, 0, 0)


@pytest.mark.parametrize("points", [40, 1000, 100_000])
def test_spike_that_recovers(points):
    values = 2 + 0.05 * np.random.default_rng(points).normal(size=points)
    place = points // 2
    values[place : place + 3] = [6.0, 9.0, 4.0]
    (found,) = spikes(values)
    assert (found.place, found.recovered_place) == (place, place + 3)
    assert found.height == pytest.approx(7, abs=0.2)


def test_spike_that_does_not_recover():
    values = 2 + 0.05 * np.random.default_rng(1).normal(size=300)
    values[200:] = 7 + np.random.default_rng(2).normal(size=100)
    (found,) = spikes(values)
    assert (found.place, found.recovered_place) == (200, None)


def test_two_spikes_are_two():
    values = 2 + 0.05 * np.random.default_rng(3).normal(size=300)
    values[[100, 200]] = 5
    assert [found.place for found in spikes(values)] == [100, 200]


@pytest.mark.parametrize("rho", [0, 0.5, 0.9])
def test_noise_has_no_spikes(rho):
    assert not any(spikes(values) for values in autoregression(4, 300, rho, 100))


def test_steep_fall_is_no_spike():
    assert not spikes(5 * np.exp(-np.arange(100.0) / 5))


@pytest.mark.parametrize("values", [[], [1.0, 1, 1, 1, 9.0], [np.nan] * 30, [2.0] * 30])
def test_too_few_points_or_constant_ones_have_no_spikes(values):
    assert spikes(np.array(values)) == ()


def test_growth_is_the_factor_since_the_lowest_level():
    logs = np.concatenate([-np.linspace(0, 3, 60), np.linspace(-3, 4, 40)])
    found = growth(np.exp(logs))
    assert found.onset_place == pytest.approx(60, abs=2)
    assert found.factor == pytest.approx(np.exp(stats.trim_mean(logs[-20:], 0.1) + 3), rel=0.5)
    assert found.p_value < 0.01


def test_loss_that_falls_does_not_grow():
    found = growth(np.exp(-np.arange(200) / 50))
    assert found.factor == pytest.approx(1, abs=0.5)
    assert found.p_value == 1


@pytest.mark.parametrize(
    ("rho", "points", "most"), [(0, 5, 0.05), (0, 50, 0.05), (0.9, 50, 0.2), (0.9, 1000, 0.05)]
)
def test_growth_in_noise_is_as_rare_as_documented(rho, points, most):
    series = np.exp(autoregression(5, points, rho, 200))
    assert np.mean([growth(v).p_value < 0.05 for v in series]) <= most


@pytest.mark.parametrize("values", [[], [1.0] * 4, [-1.0, 0.0, np.nan, np.inf] * 9])
def test_without_five_values_above_zero_growth_is_unknown(values):
    found = growth(np.array(values))
    assert np.isnan(found.factor)
    assert (found.onset_place, found.p_value) == (None, 1)
